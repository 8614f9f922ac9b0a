import type BetterSqlite3 from "better-sqlite3";
import { isSqliteUnavailable, openSqlite, sqliteInstant, type SqliteDriverName } from "@/lib/db/sqlite";
import { writeAb } from "@/lib/ab-testing/server/write-group";
import type { LogStore, Sql, SqlValue } from "./log-store";
import { instantColumns, NUMBERS_PER_ROW, numberColumns, sharedColumns, textColumns, unpackTexts, withHistoryIds, type AssignmentRow, type Group, type Shared } from "./row";

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");
const marks = (count: number): string => Array.from({ length: count }, () => "?").join(", ");

/** A whole number or a text as it stands in a statement. */
function literal(value: number | string | null): string {
  if (value === null) return "NULL";
  return typeof value === "number" ? String(value) : `'${value.replaceAll("'", "''")}'`;
}

/**
 * The statement of one combination holds it as literals: binding a value costs as much as storing it, and these are the same
 * in row after row. Numbers with a fraction are bound, because a text of them would be rounded again.
 */
const insertOf = (shared: Shared): string =>
  `INSERT INTO "predictions_log" (${quoted([...numberColumns, ...textColumns, ...sharedColumns])}, "outcome_revision") VALUES (${marks(numberColumns.length + textColumns.length)}, ${shared.map(literal).join(", ")}, 0)`;

/**
 * The log on SQLite: one prepared statement a row inside one transaction, which is five times cheaper than one statement
 * over a JSON parameter. Runs in the writer's thread, so that a slow disk stalls nobody.
 */
export function openSqliteLogStore(options: {
  url: string;
  driver: "auto" | SqliteDriverName;
  synchronous: "FULL" | "NORMAL";
  waitMs: number;
}): LogStore {
  const database = openSqlite({ ...options, busyTimeoutMs: options.waitMs });
  database.pragma("busy_timeout = 0"); // waits in `patiently`
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const rollback = database.prepare("ROLLBACK");
  const insertAnswer = database.prepare(
    `INSERT INTO "idempotency_keys" ("key_hash", "body_hash", "status", "response", "expires_at") VALUES (?, ?, ?, ?, ?)`,
  );
  const advance = database.prepare(`UPDATE "log_writers" SET "last_group" = ? WHERE "writer_id" = ?`);
  const assignmentInserts = new Map<string, BetterSqlite3.Statement<(number | string | null)[]>>();

  const insertAssignment = (row: AssignmentRow): number => {
    const names = Object.keys(row);
    const key = names.join();
    let statement = assignmentInserts.get(key);
    if (!statement) {
      statement = database.prepare<(number | string | null)[]>(`INSERT INTO "assignment_history" (${quoted(names)}) VALUES (${marks(names.length)})`);
      assignmentInserts.set(key, statement);
    }
    return Number(statement.run(...names.map((name) => toSqlite(name, row[name]!))).lastInsertRowid);
  };

  /** Statements by text: preparing one costs as much as running it. Texts with lists of marks come in many lengths, hence the bound. */
  const statements = new Map<string, BetterSqlite3.Statement<(number | string | null)[]>>();
  const prepared = (text: string): BetterSqlite3.Statement<(number | string | null)[]> => {
    let statement = statements.get(text);
    if (!statement) {
      statement = database.prepare<(number | string | null)[]>(text);
      if (statements.size >= 200) statements.clear();
      statements.set(text, statement);
    }
    return statement;
  };

  /** Statement arguments of one row, reused: the driver binds them before it returns. */
  const bound: (number | string | null)[] = Array.from({ length: numberColumns.length + textColumns.length }, () => null);
  const instants = numberColumns.map((name) => instantColumns.has(name));
  let lastMs = Number.NaN;
  let lastInstant = "";
  const instant = (ms: number): string => {
    // Rows of one group share their milliseconds; formatting a date costs more than comparing two numbers.
    if (ms !== lastMs) {
      lastMs = ms;
      lastInstant = sqliteInstant(ms);
    }
    return lastInstant;
  };

  /** Number of the last row. Whoever writes holds the one write lock: the rows before it follow one another. */
  const insertPredictions = (group: Group): number | null => {
    let last: number | null = null;
    const texts = unpackTexts(group);
    const width = numberColumns.length;
    const inserts = group.shared.map((shared) => prepared(insertOf(shared)));
    for (let row = 0; row < group.rows; row++) {
      const at = row * NUMBERS_PER_ROW;
      for (let i = 0; i < width; i++) {
        const value = group.numbers[at + i]!;
        bound[i] = Number.isNaN(value) ? null : instants[i]! ? instant(value) : value;
      }
      for (let i = 0; i < textColumns.length; i++) {
        const text = texts[row * textColumns.length + i]!;
        bound[width + i] = text === "" ? null : text;
      }
      const { lastInsertRowid } = inserts[group.numbers[at + width]!]!.run(...bound);
      last = lastInsertRowid as number;
    }
    return last;
  };

  let waitMs = options.waitMs;
  /**
   * Several processes share the one write lock. SQLite's own waiting sleeps up to 100 ms between looks, whoever has waited
   * longest; here the oldest looks most often, so that nobody starves. A worker thread may sleep.
   */
  const patiently = <T>(work: () => T): T => {
    const beganMs = performance.now();
    for (;;) {
      try {
        return work();
      } catch (error) {
        const waitedMs = performance.now() - beganMs;
        if (waitedMs >= waitMs || !/^SQLITE_(BUSY|LOCKED)/.test(String((error as { code?: unknown }).code)) || database.inTransaction) throw error;
        Atomics.wait(sleeper, 0, 0, waitedMs < 10 ? 2 : waitedMs < 40 ? 0.7 : 0.2);
      }
    }
  };

  const inTransaction = async <T>(work: () => Promise<T>): Promise<T> => {
    patiently(() => begin.run());
    try {
      const result = await work();
      commit.run();
      return result;
    } catch (error) {
      if (database.inTransaction) rollback.run();
      throw error;
    }
  };

  const plain = (value: SqlValue): string | number | null => {
    if (value instanceof Date) return instant(value.getTime());
    return typeof value === "boolean" ? Number(value) : value;
  };

  const sql: Sql = {
    dialect: "sqlite",
    // Async, so that a refused statement rejects, as it does on the other database.
    all: async (text, values) => Promise.resolve(patiently(() => prepared(text).all(...values.map(plain)) as Record<string, unknown>[])),
    arrays: async (text, values) => Promise.resolve(patiently(() => database.prepare(text).raw().all(...values.map(plain)) as unknown[][])),
    run: async (text, values) => Promise.resolve(patiently(() => prepared(text).run(...values.map(plain)).changes)),
  };

  return {
    dialect: "sqlite",
    register(writerId, nowMs) {
      patiently(() =>
        database
          .prepare(`INSERT INTO "log_writers" ("writer_id", "last_group", "started_at") VALUES (?, 0, ?) ON CONFLICT DO NOTHING`)
          .run(writerId, sqliteInstant(nowMs)),
      );
      const row = database.prepare(`SELECT "last_group" AS n FROM "log_writers" WHERE "writer_id" = ?`).get(writerId) as { n: number };
      return Promise.resolve(row.n);
    },
    async write(writerId, groups, answers) {
      return await inTransaction(async () => {
        const made: number[] = [];
        let lastRowId: number | null = null;
        for (const group of groups) {
          lastRowId = insertPredictions(group) ?? lastRowId;
          const ids = group.assignments.map(insertAssignment);
          for (const answer of group.answers)
            insertAnswer.run(answer.keyHash, answer.bodyHash, answer.status, withHistoryIds(answer, ids), sqliteInstant(answer.expiresAtMs));
          made.push(...ids);
        }
        await writeAb(sql, groups, answers);
        advance.run(groups.at(-1)!.number, writerId);
        return { assignmentIds: made, lastRowId };
      });
    },
    transaction: (work) => inTransaction(() => work(sql)),
    read: sql.all,
    readArrays: sql.arrays,
    setWait(next) {
      waitMs = next;
      return Promise.resolve();
    },
    isUnavailable: isSqliteUnavailable,
    isDuplicateAnswer: (error) => /UNIQUE constraint failed: idempotency_keys/.test(String(error)),
    close() {
      database.close();
      return Promise.resolve();
    },
  };
}

const assignmentInstants = new Set(["request_timestamp", "created_at", "updated_at"]);

function toSqlite(name: string, value: string | number | boolean | null): string | number | null {
  if (typeof value === "boolean") return value ? 1 : 0;
  return typeof value === "number" && assignmentInstants.has(name) ? sqliteInstant(value) : value;
}
