import { rmSync } from "node:fs";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sql from "mssql";
import { parseSqlServerUrl } from "@/lib/db/sqlserver-url";
import { migrate } from "@/lib/db/migrations";

export type TestDatabase = { name: "sqlite" | "sqlserver"; url: string; dispose: () => Promise<void> };

/** An empty, migrated database of each kind: SQLite always, SQL Server's protocol when TEST_SQLSERVER_URL is set. */
export async function openTestDatabase(kind: "sqlite" | "sqlserver"): Promise<TestDatabase> {
  if (kind === "sqlite") {
    const folder = mkdtempSync(join(tmpdir(), "ml-despacho-store-"));
    const url = `file:${join(folder, "test.db")}`;
    await migrate({ url, driver: "auto", root: "prisma", now: new Date() });
    return {
      name: kind,
      url,
      dispose: () => {
        rmSync(folder, { recursive: true, force: true });
        return Promise.resolve();
      },
    };
  }
  const url = process.env.TEST_SQLSERVER_URL!;
  const config = parseSqlServerUrl(url);
  // Everything in schema ml is dropped below: never on a server that is not this machine's own.
  if (!["127.0.0.1", "localhost", "::1"].includes(config.server)) throw new Error(`TEST_SQLSERVER_URL names ${config.server}; only a local server is emptied`);
  const pool = await new sql.ConnectionPool({ ...config, pool: { max: 1 }, connectionTimeout: 30_000, requestTimeout: 60_000 }).connect();
  const { recordset } = await pool.request().query<{ name: string }>("SELECT t.name FROM sys.tables t JOIN sys.schemas s ON s.schema_id = t.schema_id WHERE s.name = 'ml'");
  for (const { name } of recordset) await pool.request().query(`DROP TABLE [ml].[${name}]`);
  await pool.close();
  await migrate({ url, driver: "auto", root: "prisma", now: new Date() });
  return { name: kind, url, dispose: () => Promise.resolve() };
}

type Kind = TestDatabase["name"];
/** Over SQL Server's protocol only where a server is named. */
export const kinds: readonly Kind[] = process.env.TEST_SQLSERVER_URL ? ["sqlite", "sqlserver"] : ["sqlite"];
