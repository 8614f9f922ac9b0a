import { expect, it } from "vitest";
import { killUnderLoad, lockUnderLoad } from "../crash";

// Short forms; npm run verify:crash kills fifty times and locks for a minute.
it("has every acknowledged prediction exactly once after kill -9", async () => {
  const verdict = await killUnderLoad(3, 7, () => undefined);
  expect(verdict.acknowledged).toBeGreaterThan(100);
  expect(verdict).toMatchObject({ missing: 0, doubled: 0 });
});

it("answers while the database is locked, and writes every row afterwards, in order, once", async () => {
  const verdict = await lockUnderLoad(4);
  expect(verdict.errors).toEqual([]);
  expect(verdict.spooledSeen).toBe(true);
  expect(verdict).toMatchObject({ missing: 0, doubled: 0, outOfOrder: 0, unrecorded: 0 });
});
