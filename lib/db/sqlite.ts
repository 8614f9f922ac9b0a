import { createRequire } from "node:module";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type BetterSqlite3 from "better-sqlite3";

/**
 * The embedded database's raw driver. better-sqlite3 is compiled at install where a compiler is; libsql ships its binary
 * inside the npm package and offers the same synchronous interface, up to three times slower on bulk inserts.
 */
export type SqliteDatabase = BetterSqlite3.Database;
export type SqliteDriverName = "better-sqlite3" | "libsql";

const PAGE_BYTES = 8_192;
/** Pages that many groups change are copied back once per checkpoint. A reader looks through the log of pages by an index. */
const WAL_BYTES = 16 * 1024 * 1024;

type Constructor = new (path: string, options?: { timeout?: number; readonly?: boolean }) => SqliteDatabase;

// So that neither the type checker nor a bundler needs the one that is not installed. From the folder of the process:
// Next's bundler follows a createRequire(import.meta.url) and replaces what it cannot find by a failure.
export const loadInstalled = createRequire(join(process.cwd(), "package.json"));
let chosen: { name: SqliteDriverName; Database: Constructor } | undefined;

/** The driver that loads, tried once. `wanted` other than auto fails loudly instead of falling back. */
export function sqliteDriver(wanted: "auto" | SqliteDriverName): { name: SqliteDriverName; Database: Constructor } {
  if (chosen && (wanted === "auto" || wanted === chosen.name)) return chosen;
  const order: SqliteDriverName[] = wanted === "auto" ? ["better-sqlite3", "libsql"] : [wanted];
  const failures: unknown[] = [];
  for (const name of order) {
    try {
      const Database = loadInstalled(name) as Constructor;
      new Database(":memory:").close(); // better-sqlite3 loads its binary only now
      chosen = { name, Database };
      return chosen;
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AggregateError(failures, `no SQLite driver loads (tried ${order.join(", ")})`);
}

export function sqlitePath(url: string): string {
  return url.replace(/^file:/, "");
}

/** Opens the file (made when absent) in WAL mode. `busyTimeoutMs` bounds how long one call may wait for a lock. */
export function openSqlite(options: {
  url: string;
  driver: "auto" | SqliteDriverName;
  synchronous: "FULL" | "NORMAL";
  busyTimeoutMs: number;
}): SqliteDatabase {
  const { Database } = sqliteDriver(options.driver);
  const path = sqlitePath(options.url);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new Database(path, { timeout: options.busyTimeoutMs });
  // Setting WAL needs a lock; the file keeps the mode, so it is asked for only where it is not yet so.
  const mode = database.pragma("journal_mode", { simple: true });
  if (mode !== "wal") {
    // Only a new file takes the size of its pages. A group of log rows fills several of 4 KB, each written as two calls.
    database.pragma(`page_size = ${PAGE_BYTES}`);
    database.pragma("journal_mode = WAL");
  }
  database.pragma(`wal_autocheckpoint = ${WAL_BYTES / PAGE_BYTES}`);
  database.pragma(`synchronous = ${options.synchronous}`);
  database.pragma("foreign_keys = ON");
  return database;
}

/** Prisma writes instants as text ending in +00:00, and text is what SQLite compares: raw SQL must write the same form. */
export function sqliteInstant(epochMs: number): string {
  return new Date(epochMs).toISOString().replace("Z", "+00:00");
}

/** SQLITE_BUSY, SQLITE_LOCKED, I/O errors and a full disk: the database is away, the statement is not wrong. */
export function isSqliteUnavailable(error: unknown): boolean {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  return /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|PROTOCOL|READONLY)/.test(code) || /database is locked/.test(String(error));
}
