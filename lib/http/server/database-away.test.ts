import { expect, it } from "vitest";
import { isDatabaseAway, withinMs } from "./database-away";

const failure = (more: object): Error => Object.assign(new Error("x"), more);

it.each([
  ["SQLite, locked by another process", failure({ code: "SQLITE_BUSY" })],
  ["SQLite, locked, as Prisma says it", failure({ code: "P1008", meta: {} })],
  ["SQLite, a disk that fails, in the cause", failure({ cause: { kind: "sqlite", originalCode: "SQLITE_IOERR_READ" } })],
  ["SQL Server, connection refused", failure({ code: "ESOCKET", originalError: failure({ code: "ECONNREFUSED" }) })],
  ["SQL Server, not reachable, as Prisma says it", failure({ code: "P1001" })],
  ["two causes deep", failure({ cause: failure({ cause: failure({ code: "ECONNCLOSED" }) }) })],
])("the database is away: %s", (_, error) => {
  expect(isDatabaseAway(error)).toBe(true);
});

it.each([["a wrong statement", failure({ code: "SQLITE_ERROR" })], ["a row that is there already", failure({ code: "P2002" })], ["a fault of ours", new TypeError("x is not a function")], ["nothing", null], ["a text", "SQLITE_BUSY"]])("it is not: %s", (_, error) => {
  expect(isDatabaseAway(error)).toBe(false);
});

it("ends on a cause that is its own", () => {
  const error = failure({});
  Object.assign(error, { cause: error });
  expect(isDatabaseAway(error)).toBe(false);
});

it("takes what does not answer in time for away, and passes on what does", async () => {
  await expect(withinMs(1_000, Promise.resolve(3))).resolves.toBe(3);
  const slow: unknown = await withinMs(5, new Promise(() => undefined)).catch((error: unknown) => error);
  expect(isDatabaseAway(slow)).toBe(true);
});
