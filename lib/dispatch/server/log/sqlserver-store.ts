import sql from "mssql";
import { parseSqlServerUrl } from "@/lib/db/sqlserver-url";
import { writeAb } from "@/lib/ab-testing/server/write-group";
import type { LogStore, Sql, SqlValue } from "./log-store";
import { booleanColumns, instantColumns, logColumns, NUMBERS_PER_ROW, numberColumns, sharedColumns, textColumns, unpackTexts, withHistoryIds, type AssignmentRow, type Group } from "./row";

const integerColumns = new Set(["dispatch_id", "hour_of_week", "phase", "prediction", "severity_level", "arm", "config_version"]);
const numbers: ReadonlySet<string> = new Set(numberColumns);
/** Documents go in as part of the one JSON parameter, not as text in it: no second escaping, and no length limit of a text. */
const documents = new Set(["features_json", "ignored_json"]);

/** Each path is named: OPENJSON's default paths are case traps. */
function openJsonType(name: string): string {
  if (instantColumns.has(name)) return "DATETIME2";
  if (booleanColumns.has(name)) return "BIT";
  if (integerColumns.has(name)) return "INT";
  return numbers.has(name) ? "FLOAT" : "NVARCHAR(255)";
}
const columnList = logColumns.map((name) => `[${name}]`).join(", ");
const withClause = ["[n] INT '$.n'", ...logColumns.map((name) => (documents.has(name) ? `[${name}] NVARCHAR(MAX) '$.${name}' AS JSON` : `[${name}] ${openJsonType(name)} '$.${name}'`))].join(", ");
const INSERT_PREDICTIONS = `INSERT INTO [ml].[predictions_log] (${columnList}, [outcome_revision]) SELECT ${columnList}, 0 FROM OPENJSON(@rows) WITH (${withClause}) ORDER BY [n];`;

/** The log on SQL Server: one statement a group over one JSON parameter, on one connection, in the writer's thread. */
export async function openSqlServerLogStore(options: { url: string; waitMs: number }): Promise<LogStore> {
  const config = parseSqlServerUrl(options.url);
  let { waitMs } = options;
  let statementMs = waitMs;
  let pool: sql.ConnectionPool | null = null;
  const connect = async (): Promise<sql.ConnectionPool> => {
    if (pool?.connected) return pool;
    pool?.removeAllListeners();
    pool = new sql.ConnectionPool({ ...config, connectionTimeout: Math.max(waitMs, 500), requestTimeout: Math.max(statementMs, 500), pool: { max: 1, min: 0 } });
    pool.on("error", () => undefined); // a lost idle connection shows at its next use, where it is handled
    return await pool.connect();
  };
  const disconnect = async (): Promise<void> => {
    const old = pool;
    pool = null;
    await old?.close().catch(() => undefined);
  };

  const transaction = async <T>(work: (sql: Sql, request: () => sql.Request) => Promise<T>): Promise<T> => {
    const open = new sql.Transaction(await connect());
    open.on("rollback", () => undefined);
    await open.begin();
    const request = (): sql.Request => new sql.Request(open);
    try {
      const result = await work(statements(request), request);
      await open.commit();
      return result;
    } catch (error) {
      await open.rollback().catch(() => undefined);
      if (isUnavailable(error)) await disconnect();
      throw error;
    }
  };

  await connect();
  const reading = async <T>(work: (sql: Sql) => Promise<T>): Promise<T> => {
    try {
      const open = await connect();
      return await work(statements(() => open.request()));
    } catch (error) {
      if (isUnavailable(error)) await disconnect();
      throw error;
    }
  };

  return {
    dialect: "sqlserver",
    async register(writerId, nowMs) {
      return await transaction(async ({ run, all }) => {
        await run(
          "INSERT INTO [ml].[log_writers] ([writer_id], [last_group], [started_at]) SELECT ?, 0, ? WHERE NOT EXISTS (SELECT 1 FROM [ml].[log_writers] WHERE [writer_id] = ?)",
          [writerId, new Date(nowMs), writerId],
        );
        const [row] = await all("SELECT [last_group] AS n FROM [ml].[log_writers] WHERE [writer_id] = ?", [writerId]);
        return Number(row?.n ?? 0);
      });
    },
    async write(writerId, groups, answers) {
      return await transaction(async (tx, request) => {
        const { run } = tx;
        const ids: number[] = [];
        // One statement for the rows of many groups: a spool of small groups drains as fast as a load of large ones.
        const rows = groups.flatMap(rowDocuments);
        for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT)
          await request()
            .input("rows", sql.NVarChar(sql.MAX), numberedArray(rows.slice(from, from + ROWS_PER_STATEMENT)))
            .query(INSERT_PREDICTIONS);
        for (const group of groups) {
          const made: number[] = [];
          for (const row of group.assignments) made.push(await insertAssignment(request(), row));
          for (const answer of group.answers)
            await run(
              "INSERT INTO [ml].[idempotency_keys] ([key_hash], [body_hash], [status], [response], [expires_at]) VALUES (?, ?, ?, ?, ?)",
              [answer.keyHash, answer.bodyHash, answer.status, withHistoryIds(answer, made), new Date(answer.expiresAtMs)],
            );
          ids.push(...made);
        }
        await writeAb(tx, groups, answers);
        await run("UPDATE [ml].[log_writers] SET [last_group] = ? WHERE [writer_id] = ?", [groups.at(-1)!.number, writerId]);
        return { assignmentIds: ids, lastRowId: null };
      });
    },
    transaction: (work) => transaction((tx) => work(tx)),
    read: (text, values) => reading((tx) => tx.all(text, values)),
    readArrays: (text, values) => reading((tx) => tx.arrays(text, values)),
    async setWait(next, nextStatementMs = next) {
      if (next === waitMs && nextStatementMs === statementMs) return;
      waitMs = next;
      statementMs = nextStatementMs;
      await disconnect(); // time-outs belong to the connection
    },
    isUnavailable,
    isDuplicateAnswer: (error) => isUniqueViolation(error) && String(error).includes("idempotency_keys"),
    close: disconnect,
  };
}

function statements(request: () => sql.Request): Sql {
  const prepare = (text: string, values: readonly SqlValue[]): { request: sql.Request; text: string } => {
    let position = 0;
    const made = request();
    for (const [index, value] of values.entries()) made.input(`p${index}`, typeOf(value), value);
    return { request: made, text: text.replace(/\?/g, () => `@p${position++}`) };
  };
  return {
    dialect: "sqlserver",
    async all(text, values) {
      const made = prepare(text, values);
      return (await made.request.query<Record<string, unknown>>(made.text)).recordset;
    },
    async arrays(text, values) {
      const made = prepare(text, values);
      made.request.arrayRowMode = true;
      return (await made.request.query(made.text)).recordset as unknown[][];
    },
    async run(text, values) {
      const made = prepare(text, values);
      return (await made.request.query(made.text)).rowsAffected.reduce((sum, count) => sum + count, 0);
    },
  };
}

function typeOf(value: SqlValue): sql.ISqlTypeFactoryWithNoParams | sql.ISqlType {
  if (value instanceof Date) return sql.DateTime2(7);
  if (typeof value === "boolean") return sql.Bit;
  if (typeof value === "number") return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? sql.Int : sql.Float;
  return sql.NVarChar(sql.MAX);
}

/** So many take a fraction of the shortest time-out of a request, also on a slow server. */
const ROWS_PER_STATEMENT = 500;

/** Documents without their closing brace, numbered so that the order of the array is the order of the rows. */
const numberedArray = (documents: readonly string[]): string => `[${documents.map((document, n) => `${document},"n":${n}}`).join(",")}]`;

/** Each row as JSON, left open for its number. */
function rowDocuments(group: Group): string[] {
  const texts = unpackTexts(group);
  const shared = group.shared.map((values) => Object.fromEntries(sharedColumns.flatMap((name, i) => (values[i] === null ? [] : [[name, values[i]]]))));
  return Array.from({ length: group.rows }, (_, row) => {
    const at = row * NUMBERS_PER_ROW;
    const object: Record<string, unknown> = { ...shared[group.numbers[at + numberColumns.length]!] };
    numberColumns.forEach((name, i) => {
      const value = group.numbers[at + i]!;
      if (!Number.isNaN(value)) object[name] = instantColumns.has(name) ? new Date(value).toISOString().slice(0, -1) : value;
    });
    let members = "";
    textColumns.forEach((name, i) => {
      const text = texts[row * textColumns.length + i]!;
      if (text === "") return;
      if (documents.has(name)) members += `,"${name}":${text}`;
      else object[name] = text;
    });
    return `${JSON.stringify(object).slice(0, -1)}${members}`;
  });
}

const assignmentInstants = new Set(["request_timestamp", "created_at", "updated_at"]);

async function insertAssignment(request: sql.Request, row: AssignmentRow): Promise<number> {
  const names = Object.keys(row);
  for (const name of names) {
    const value = row[name]!;
    const bound = typeof value === "number" && assignmentInstants.has(name) ? new Date(value) : value;
    request.input(name, typeOf(bound), bound);
  }
  const text = `INSERT INTO [ml].[assignment_history] (${names.map((name) => `[${name}]`).join(", ")}) OUTPUT INSERTED.[id] VALUES (${names.map((name) => `@${name}`).join(", ")})`;
  return (await request.query<{ id: number }>(text)).recordset[0]!.id;
}

type DriverError = { code?: string; number?: number };

/** 2601, 2627: unique index, unique constraint. */
function isUniqueViolation(error: unknown): boolean {
  const { number } = error as DriverError;
  return number === 2601 || number === 2627;
}

/** Lost or refused connections, time-outs, deadlock victims, snapshot conflicts (33557097 is how one stand-in says it). */
function isUnavailable(error: unknown): boolean {
  const { code, number } = error as DriverError;
  if (number !== undefined && [1205, 1222, 3960, 33557097, 40197, 40501, 40613].includes(number)) return true;
  return code !== undefined && ["ESOCKET", "ECONNCLOSED", "ETIMEOUT", "ELOGIN", "ENOTOPEN", "ECONNRESET", "EINVALIDSTATE", "EABORT", "ENOTBEGUN", "ENOCONN"].includes(code);
}
