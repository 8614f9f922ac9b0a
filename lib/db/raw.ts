import { db, dialect } from "./client";

/** What the two databases write differently. */
export type Words = {
  table: (name: string) => string;
  /** The first rows of an ordered query. */
  first: (rows: number) => string;
  /** A JSON array of objects as rows, from one value. */
  json: (columns: Record<string, "INT" | "NVARCHAR(40)">) => string;
};
export type Value = string | number | boolean;
/** A piece of a statement; `values` stand for its `?` in order. */
export type Sql = { text: string; values: readonly Value[] };

const sqlite: Words = {
  table: (name) => `"${name}"`,
  first: (rows) => `LIMIT ${rows}`,
  json: (columns) => `(SELECT ${Object.keys(columns).map((name) => `json_extract(value, '$.${name}') AS ${name}`).join(", ")} FROM json_each(?))`,
};
const sqlServer: Words = {
  table: (name) => `[ml].[${name}]`,
  first: (rows) => `OFFSET 0 ROWS FETCH NEXT ${rows} ROWS ONLY`,
  json: (columns) => `OPENJSON(?) WITH (${Object.entries(columns).map(([name, type]) => `${name} ${type} '$.${name}'`).join(", ")})`,
};

/**
 * Rows of a statement that Prisma cannot say, or says at several times the cost. Sums and counts come as number or bigint,
 * depending on the driver.
 */
export async function readRaw(write: (words: Words) => Sql): Promise<Record<string, unknown>[]> {
  if (dialect() === "sqlite") {
    const { text, values } = write(sqlite);
    return await db().$queryRawUnsafe(text, ...values.map((value) => (typeof value === "boolean" ? Number(value) : value)));
  }
  const { text, values } = write(sqlServer);
  let count = 0;
  return await db().$queryRawUnsafe(text.replaceAll("?", () => `@P${++count}`), ...values);
}
