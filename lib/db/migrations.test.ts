import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { pending, readMigrations } from "./migrations";

const migration = (name: string, checksum = name) => ({ name, checksum, sql: "" });

it("applies what is not recorded, in order", () => {
  expect(pending([migration("0001"), migration("0002")], [{ name: "0001", checksum: "0001" }]).map((each) => each.name)).toEqual(["0002"]);
});

it.each([
  ["changed", [migration("0001", "other")], /changed after it was applied/],
  ["gone", [], /its file is gone/],
  ["slipped in before", [migration("0000"), migration("0001")], /sorts before/],
])("refuses a recorded migration that is %s", (_, migrations, message) => {
  expect(() => pending(migrations, [{ name: "0001", checksum: "0001" }])).toThrow(message);
});

type Table = { qualified: string; columns: { name: string; sql: string }[]; indexes: { sql: string }[] };

it.each([
  ["sqlserver", "migrations"],
  ["sqlite", "migrations-sqlite"],
])("the migrations of %s make every table, column and index of the schema", (dialect, folder) => {
  const text = readMigrations(`prisma/${folder}`)
    .map((each) => each.sql)
    .join("\n")
    .replaceAll("''", "'");
  for (const table of JSON.parse(readFileSync(`prisma/generated/ddl/${dialect}.json`, "utf8")) as Table[]) {
    const start = text.indexOf(`CREATE TABLE ${table.qualified} (`);
    expect(start, `${table.qualified} is created`).toBeGreaterThanOrEqual(0);
    const body = text.slice(start, text.indexOf("\n);", start));
    for (const { sql } of table.columns) expect(body.includes(sql) || text.includes(`ALTER TABLE ${table.qualified} ADD ${dialect === "sqlite" ? "COLUMN " : ""}${sql};`), sql).toBe(true);
    for (const { sql } of table.indexes) expect(text).toContain(sql);
  }
});

it.each([
  ["sqlserver", "migrations"],
  ["sqlite", "migrations-sqlite"],
])("the migrations of %s leave no index that the schema no longer has: each one costs every write", (dialect, folder) => {
  const text = readMigrations(`prisma/${folder}`)
    .map((each) => each.sql)
    .join("\n");
  const kept = (JSON.parse(readFileSync(`prisma/generated/ddl/${dialect}.json`, "utf8")) as Table[]).flatMap((table) => table.indexes.map((index) => index.sql)).join("\n");
  const named = (sql: string, verb: string): string[] => [...sql.matchAll(new RegExp(`${verb} (?:UNIQUE )?(?:NONCLUSTERED )?INDEX ["[](\\w+)`, "g"))].map((match) => match[1]!);
  const dropped = new Set(named(text, "DROP"));
  expect(named(text, "CREATE").filter((name) => !dropped.has(name)).sort()).toEqual(named(kept, "CREATE").sort());
});
