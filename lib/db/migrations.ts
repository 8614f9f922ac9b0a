import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { dialectOf } from "./client";
import { openSqlite, sqliteInstant, type SqliteDriverName } from "./sqlite";
import { parseSqlServerUrl } from "./sqlserver-url";

export type Migration = { name: string; sql: string; checksum: string };
export type Recorded = { name: string; checksum: string };

const CREATE_LEDGER = {
  sqlite: `CREATE TABLE IF NOT EXISTS "schema_migrations" ("name" TEXT NOT NULL PRIMARY KEY, "checksum" TEXT NOT NULL, "applied_at" DATETIME NOT NULL)`,
  sqlserver: `IF NOT EXISTS (SELECT * FROM sys.schemas WHERE name = N'ml') EXEC sp_executesql N'CREATE SCHEMA [ml];';
IF OBJECT_ID(N'ml.schema_migrations') IS NULL CREATE TABLE [ml].[schema_migrations] ([name] NVARCHAR(100) NOT NULL CONSTRAINT [schema_migrations_pkey] PRIMARY KEY, [checksum] NVARCHAR(64) NOT NULL, [applied_at] DATETIME2 NOT NULL)`,
};

/** The migrations of a folder in order of name. Line ends do not count towards the checksum. */
export function readMigrations(folder: string): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const text = readFileSync(join(folder, name, "migration.sql"), "utf8");
      return { name, sql: text, checksum: createHash("sha256").update(text.replaceAll("\r\n", "\n")).digest("hex") };
    });
}

/** Those to apply. Throws when a recorded one changed or is gone: the database would not be what the files say. */
export function pending(migrations: readonly Migration[], recorded: readonly Recorded[]): Migration[] {
  const byName = new Map(migrations.map((each) => [each.name, each]));
  for (const { name, checksum } of recorded) {
    const file = byName.get(name);
    if (!file) throw new Error(`migration ${name} was applied to this database but its file is gone`);
    if (file.checksum !== checksum) throw new Error(`migration ${name} was changed after it was applied to this database`);
  }
  const done = new Set(recorded.map((each) => each.name));
  const open = migrations.filter((each) => !done.has(each.name));
  const last = recorded.map((each) => each.name).sort().at(-1);
  const early = open.find((each) => last !== undefined && each.name < last);
  if (early) throw new Error(`migration ${early.name} sorts before ${last!}, which was applied already`);
  return open;
}

/** Applies what is missing, one transaction each, under a lock that other starting processes wait for. */
export async function migrate(options: {
  url: string;
  driver: "auto" | SqliteDriverName;
  /** Folder that holds migrations/ and migrations-sqlite/. */
  root: string;
  now: Date;
}): Promise<string[]> {
  return dialectOf(options.url) === "sqlserver" ? await migrateSqlServer(options) : migrateSqlite(options);
}

function migrateSqlite({ url, driver, root, now }: Parameters<typeof migrate>[0]): string[] {
  const database = openSqlite({ url, driver, synchronous: "FULL", busyTimeoutMs: 30_000 });
  try {
    const migrations = readMigrations(join(root, "migrations-sqlite"));
    // One exclusive transaction around all: a second process starting now waits here and then finds nothing to do.
    database.exec("BEGIN EXCLUSIVE");
    try {
      database.exec(CREATE_LEDGER.sqlite);
      const recorded = database.prepare(`SELECT "name", "checksum" FROM "schema_migrations"`).all() as Recorded[];
      const open = pending(migrations, recorded);
      for (const migration of open) {
        database.exec(migration.sql);
        database
          .prepare(`INSERT INTO "schema_migrations" ("name", "checksum", "applied_at") VALUES (?, ?, ?)`)
          .run(migration.name, migration.checksum, sqliteInstant(now.getTime()));
      }
      database.exec("COMMIT");
      return open.map((each) => each.name);
    } catch (error) {
      database.exec("ROLLBACK");
      throw error;
    }
  } finally {
    database.close();
  }
}

async function migrateSqlServer({ url, root, now }: Parameters<typeof migrate>[0]): Promise<string[]> {
  const { default: sql } = await import("mssql");
  const migrations = readMigrations(join(root, "migrations"));
  const pool = await new sql.ConnectionPool({ ...parseSqlServerUrl(url), pool: { max: 1 } }).connect();
  try {
    // Owned by the session, so on one connection; released when it closes, also after a crash.
    const lock = await pool.request().query<{ result: number }>(
      `DECLARE @result INT; EXEC @result = sp_getapplock @Resource = N'ml-despacho-migrations', @LockMode = N'Exclusive', @LockOwner = N'Session', @LockTimeout = 60000; SELECT @result AS result`,
    );
    if ((lock.recordset[0]?.result ?? -1) < 0) throw new Error("another process held the migration lock for 60 s");
    await pool.request().batch(CREATE_LEDGER.sqlserver);
    const recorded = (await pool.request().query<Recorded>("SELECT [name], [checksum] FROM [ml].[schema_migrations]")).recordset;
    const open = pending(migrations, recorded);
    for (const migration of open) {
      await pool.request().batch(migration.sql);
      await pool
        .request()
        .input("name", migration.name)
        .input("checksum", migration.checksum)
        .input("at", sql.DateTime2, now)
        .query("INSERT INTO [ml].[schema_migrations] ([name], [checksum], [applied_at]) VALUES (@name, @checksum, @at)");
    }
    return open.map((each) => each.name);
  } finally {
    await pool.close();
  }
}
