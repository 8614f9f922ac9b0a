import type { PrismaLibSql } from "@prisma/adapter-libsql";
import type { PrismaClient as SqlServerClient } from "@/prisma/generated/mssql/client";
import { loadInstalled, openSqlite, sqliteDriver, sqlitePath, type SqliteDriverName } from "./sqlite";
import { parseSqlServerUrl } from "./sqlserver-url";

/** All queries type-check against the stricter provider. */
export type Db = SqlServerClient;
export type Dialect = "sqlite" | "sqlserver";

export function dialectOf(url: string): Dialect {
  return url.startsWith("sqlserver:") ? "sqlserver" : "sqlite";
}

/** How long a query of a screen may wait for another writer: it blocks the process, so not long. */
const BUSY_TIMEOUT_MS = 250;

export async function openDb(options: { url: string; driver: "auto" | SqliteDriverName }): Promise<Db> {
  // Only what is in use is loaded: a driver is tens of megabytes.
  if (dialectOf(options.url) === "sqlserver") {
    const [{ PrismaClient }, { PrismaMssql }] = await Promise.all([import("@/prisma/generated/mssql/client"), import("@prisma/adapter-mssql")]);
    return spoken("sqlserver", new PrismaClient({ adapter: new PrismaMssql(parseSqlServerUrl(options.url)) }));
  }
  const { name } = sqliteDriver(options.driver);
  openSqlite({ url: options.url, driver: options.driver, synchronous: "FULL", busyTimeoutMs: BUSY_TIMEOUT_MS }).close();
  const url = `file:${sqlitePath(options.url)}`;
  const adapter =
    name === "libsql"
      ? new (await import("@prisma/adapter-libsql")).PrismaLibSql({ url, timeout: BUSY_TIMEOUT_MS })
      : new (betterSqlite3Adapter())({ url, timeout: BUSY_TIMEOUT_MS });
  const { PrismaClient } = await import("@/prisma/generated/sqlite/client");
  // The two generated clients differ only in what the SQLite one may do in addition.
  return spoken("sqlite", new PrismaClient({ adapter }) as unknown as Db);
}

type BetterSqlite3Adapter = new (config: { url: string; timeout: number }) => PrismaLibSql;

function betterSqlite3Adapter(): BetterSqlite3Adapter {
  return (loadInstalled("@prisma/adapter-better-sqlite3") as { PrismaBetterSqlite3: BetterSqlite3Adapter }).PrismaBetterSqlite3;
}

/**
 * The process's client. It lives on globalThis because the server and Next's bundle are two module graphs in one process;
 * whoever starts the process opens it (lib/cli/serve.ts, or lib/runtime.ts under `next dev`).
 */
const holder = globalThis as typeof globalThis & { __mlDespachoDb?: Db; __mlDespachoDialects?: WeakMap<Db, Dialect> };

function spoken(dialect: Dialect, client: Db): Db {
  (holder.__mlDespachoDialects ??= new WeakMap()).set(client, dialect);
  return client;
}

/** What raw statements for the process's client are written in. */
export function dialect(): Dialect {
  const found = holder.__mlDespachoDialects?.get(db());
  if (!found) throw new Error("the client was not opened by openDb");
  return found;
}

export function setDb(db: Db): void {
  holder.__mlDespachoDb = db;
}

export function db(): Db {
  if (!holder.__mlDespachoDb) throw new Error("the database is not open yet");
  return holder.__mlDespachoDb;
}
