import { msOfId } from "../../prediction-id";
import { RollupBatch, addNumbers, toNumbers, type RolledDecision, type RollupKey, type RollupNumbers, type RollupSums } from "../../rollup";
import { table, type LogStore, type Sql, type SqlValue } from "./log-store";
import { NUMBERS_PER_ROW, numberColumns, sharedColumns, type Group } from "./row";

/**
 * Adds the rows of the log to the rollups by a cursor: off the path of every answer, and exactly once, because the cursor
 * moves in the transaction that adds, and only from the value that was read. Numbers of rows are given in the order of commit
 * on SQLite. On SQL Server a lower one may still be on its way: a gap is waited for, and taken for a rollback after a minute.
 */
export type Roller = {
  /** A group is in the log, its last row under this number: what it adds need not be read again. */
  written(group: Group, lastRowId: number): void;
  /** `more`: there was more than one batch. */
  step(nowMs: number): Promise<{ rows: number; more: boolean }>;
};

const BATCH_ROWS = 2_000;
const LEASE_MS = 5_000;
const GAP_MS = 60_000;

class CursorMoved extends Error {}

type Row = Record<string, unknown>;

export function openRoller(store: LogStore, owner: string, batchRows = BATCH_ROWS): Roller {
  const name = (of: string): string => table(store.dialect, of);
  const take = (text: string): string => (store.dialect === "sqlite" ? `${text} LIMIT ${batchRows}` : `${text} OFFSET 0 ROWS FETCH NEXT ${batchRows} ROWS ONLY`);
  const decisions = take(
    `SELECT id, SUBSTRING(prediction_id, 1, 13) AS began, phase, model_name, model_version, used_fallback, confidence, latency_ms FROM ${name("predictions_log")} WHERE id > ? AND id < ? ORDER BY id`,
  );
  const outcomes = take(
    `SELECT o.id, o.status, o.actual_response_time_minutes AS response, o.was_optimal AS optimal,
      b.status AS old_status, b.actual_response_time_minutes AS old_response, b.was_optimal AS old_optimal,
      p.prediction_id, p.phase, p.model_name, p.model_version, p.used_fallback
     FROM ${name("prediction_outcomes")} o
     LEFT JOIN ${name("predictions_log")} p ON p.prediction_id = o.prediction_id AND o.subject LIKE 'p:%'
     LEFT JOIN ${name("prediction_outcomes")} b ON b.subject = o.subject AND b.revision = o.revision - 1
     WHERE o.id > ? ORDER BY o.id`,
  );
  /** Rows of our own that stand in the log without another's between them, from `first` to `last`, already summed up. */
  let own: { first: number; last: number; batch: RollupBatch } | null = null;
  const gaps = new Map<string, { after: number; sinceMs: number }>();

  /** The rows up to the first number that is missing and may still come. */
  const settled = <R>(cursor: string, last: number, rows: readonly R[], idOf: (row: R) => unknown, nowMs: number): readonly R[] => {
    if (store.dialect === "sqlite") return rows;
    let before = last;
    for (let i = 0; i < rows.length; i++) {
      const id = Number(idOf(rows[i]!));
      if (id !== before + 1) {
        const gap = gaps.get(cursor);
        if (gap?.after !== before) {
          if (i === 0) gaps.set(cursor, { after: before, sinceMs: nowMs });
          return rows.slice(0, i);
        }
        if (nowMs - gap.sinceMs < GAP_MS) return rows.slice(0, i);
      }
      before = id;
    }
    return rows;
  };

  return {
    written(group, lastRowId) {
      const first = lastRowId - group.rows + 1;
      if (own?.last !== first - 1) own = { first, last: first - 1, batch: new RollupBatch() };
      addGroup(own.batch, group);
      own.last = lastRowId;
    },
    async step(nowMs) {
      const found = await store.read(`SELECT name, last_id, owner, lease_until FROM ${name("rollup_cursors")}`, []);
      if (found.length < 2) {
        await makeCursors(store);
        return { rows: 0, more: true };
      }
      if (found.some((row) => row.owner !== null && row.owner !== owner && toMs(row.lease_until) > nowMs)) return { rows: 0, more: false };
      const last = new Map(found.map((row) => [String(row.name), Number(row.last_id)]));
      const from = { predictions: last.get("predictions")!, outcomes: last.get("outcomes")! };
      // Another process has summed up some of ours.
      if (own && own.first <= from.predictions) own = null;
      const newDecisions = own?.first === from.predictions + 1 ? [] : await store.readArrays(decisions, [from.predictions, own?.first ?? Number.MAX_SAFE_INTEGER]);
      // Numbers that are missing before ours do not come any more: rows are committed in their order.
      const known = newDecisions.length === 0 ? own : null;
      const newOutcomes = await store.read(outcomes, [from.outcomes]);
      const rows = { predictions: settled("predictions", from.predictions, newDecisions, idOfDecision, nowMs), outcomes: settled("outcomes", from.outcomes, newOutcomes, idOfOutcome, nowMs) };
      const count = (known ? known.last - known.first + 1 : rows.predictions.length) + rows.outcomes.length;
      if (count === 0) return { rows: 0, more: false };
      const batch = known?.batch ?? new RollupBatch();
      for (const row of rows.predictions) batch.decision(decisionOf(row));
      // Quarantined ones belong to no prediction; when theirs turns up they come again as a revision of it.
      for (const row of rows.outcomes) if (row.prediction_id !== null) batch.outcome(keyOf(row), row.old_status === null ? null : outcomeOf(row, "old_"), outcomeOf(row, ""));
      try {
        await store.transaction(async (sql) => {
          const reached = { predictions: known ? known.last : rows.predictions.at(-1)?.[0], outcomes: rows.outcomes.at(-1)?.id };
          for (const cursor of ["predictions", "outcomes"] as const) {
            const next = Number(reached[cursor] ?? from[cursor]);
            const moved = await sql.run(`UPDATE ${name("rollup_cursors")} SET last_id = ?, owner = ?, lease_until = ? WHERE name = ? AND last_id = ?`, [next, owner, new Date(nowMs + LEASE_MS), cursor, from[cursor]]);
            if (moved !== 1) throw new CursorMoved();
          }
          for (const { key, sums } of batch.buckets.values()) await addTo(sql, key, sums);
        });
      } catch (error) {
        if (error instanceof CursorMoved) return { rows: 0, more: false };
        throw error;
      }
      if (known) own = null;
      // Behind what was read there may be rows of our own.
      return { rows: count, more: newDecisions.length === batchRows || newOutcomes.length === batchRows || own !== null };
    },
  };
}

/** Empties the rollups; the next steps of whoever rolls up fill them again from the first row of the log. */
export async function resetRollups(store: LogStore): Promise<void> {
  await makeCursors(store);
  await store.transaction(async (sql) => {
    await sql.run(`DELETE FROM ${table(sql.dialect, "prediction_rollups")}`, []);
    await sql.run(`UPDATE ${table(sql.dialect, "rollup_cursors")} SET last_id = 0, owner = NULL, lease_until = NULL`, []);
  });
}

async function makeCursors(store: LogStore): Promise<void> {
  await store.transaction(async (sql) => {
    const cursors = table(sql.dialect, "rollup_cursors");
    for (const cursor of ["predictions", "outcomes"]) await sql.run(`INSERT INTO ${cursors} (name, last_id) SELECT ?, 0 WHERE NOT EXISTS (SELECT 1 FROM ${cursors} WHERE name = ?)`, [cursor, cursor]);
  });
}

const keyColumns = ["width_minutes", "phase", "bucket_minute", "model_id", "used_fallback"] as const;
const where = keyColumns.map((column) => `${column} = ?`).join(" AND ");

/** Read, add, write: the cursor's row is ours until the commit, so nobody else adds meanwhile. */
async function addTo(sql: Sql, key: RollupKey, sums: RollupSums): Promise<void> {
  const rollups = table(sql.dialect, "prediction_rollups");
  const keys: SqlValue[] = [key.widthMinutes, key.phase, key.bucketMinute, key.modelId, key.usedFallback];
  const [stored] = await sql.all(`SELECT * FROM ${rollups} WHERE ${where}`, keys);
  if (stored) addNumbers(sums, stored as RollupNumbers);
  const numbers = toNumbers(sums);
  const columns = Object.keys(numbers);
  const values: SqlValue[] = Object.values(numbers);
  if (stored) await sql.run(`UPDATE ${rollups} SET ${columns.map((column) => `${column} = ?`).join(", ")} WHERE ${where}`, [...values, ...keys]);
  else await sql.run(`INSERT INTO ${rollups} (${[...columns, ...keyColumns].join(", ")}) VALUES (${[...columns, ...keyColumns].map(() => "?").join(", ")})`, [...values, ...keys]);
}

const idOfDecision = (row: readonly unknown[]): unknown => row[0];
const idOfOutcome = (row: Row): unknown => row.id;

/** In the order of the columns above. */
function decisionOf([, began, phase, modelName, modelVersion, usedFallback, confidence, latencyMs]: readonly unknown[]): RolledDecision {
  return {
    atMs: msOfId(String(began)),
    phase: Number(phase) === 2 ? 2 : 1,
    modelId: modelIdOf(modelName, modelVersion),
    usedFallback: Boolean(usedFallback),
    confidence: numberOf(confidence),
    latencyMs: Number(latencyMs),
  };
}

const columnOf = { confidence: numberColumns.indexOf("confidence"), latencyMs: numberColumns.indexOf("latency_ms"), requestedAtMs: numberColumns.indexOf("requested_at") };
const sharedOf = { phase: sharedColumns.indexOf("phase"), modelName: sharedColumns.indexOf("model_name"), modelVersion: sharedColumns.indexOf("model_version"), usedFallback: sharedColumns.indexOf("used_fallback") };

/** The same as reading the rows back. An id begins with the milliseconds of the request. */
function addGroup(batch: RollupBatch, { rows, numbers, shared }: Group): void {
  const keys = shared.map((values) => ({ phase: values[sharedOf.phase] === 2 ? (2 as const) : (1 as const), modelId: modelIdOf(values[sharedOf.modelName], values[sharedOf.modelVersion]), usedFallback: values[sharedOf.usedFallback] === 1 }));
  for (let row = 0; row < rows; row++) {
    const at = row * NUMBERS_PER_ROW;
    const confidence = numbers[at + columnOf.confidence]!;
    const { phase, modelId, usedFallback } = keys[numbers[at + numberColumns.length]!]!;
    batch.decision({ atMs: numbers[at + columnOf.requestedAtMs]!, phase, modelId, usedFallback, confidence: Number.isNaN(confidence) ? null : confidence, latencyMs: numbers[at + columnOf.latencyMs]! });
  }
}

function modelIdOf(name: unknown, version: unknown): string {
  return typeof name === "string" ? `${name}@${String(version)}` : "";
}

function keyOf(row: Row): { atMs: number; phase: 1 | 2; modelId: string; usedFallback: boolean } {
  return {
    atMs: msOfId(String(row.prediction_id)),
    phase: Number(row.phase) === 2 ? 2 : 1,
    modelId: modelIdOf(row.model_name, row.model_version),
    usedFallback: Boolean(row.used_fallback),
  };
}

function outcomeOf(row: Row, prefix: "" | "old_") {
  const optimal = row[`${prefix}optimal`] ?? null;
  return { status: String(row[`${prefix}status`]), responseMinutes: numberOf(row[`${prefix}response`]), wasOptimal: optimal === null ? null : Boolean(optimal) };
}

function numberOf(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function toMs(value: unknown): number {
  if (value instanceof Date) return value.getTime();
  return typeof value === "string" ? Date.parse(value) : 0;
}
