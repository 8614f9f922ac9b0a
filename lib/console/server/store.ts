import { db } from "@/lib/db/client";
import { readRaw, type Sql, type Words } from "@/lib/db/raw";
import { firstPredictionId, msOfId } from "@/lib/dispatch/prediction-id";
import { widthsMinutes, type RollupNumbers } from "@/lib/dispatch/rollup";
import type { AssignmentHistoryModel, PredictionLogModel } from "@/prisma/generated/mssql/models";
import { runsOf, type Run } from "../buckets";
import { askedColumns, onlyRolledUp, partlyRolledUp, sqlConditions, unconditional, type LogFilter } from "./log-conditions";

export type { LogFilter };

/** Reads of the screens: rollups by their key, log and board by their indexes. Nothing here writes. */

export type Rolled = RollupNumbers & { bucketMinute: number };
/** The rollups' own distinctions. */
type RolledFilter = Pick<LogFilter, "phase" | "model" | "usedFallback">;

const totals = "bucket_minute, decisions, fallbacks, confidence_sum, confidence_count, latency_sum_ms, latency_sketch, joined, censored, labelled, optimal, response_sum, response_count, response_sketch";

const overAll: Sql = { text: "phase = 0", values: [] };
const apart = ({ phase, model, usedFallback }: RolledFilter): Sql => ({
  text: `${phase === undefined ? "phase IN (1, 2)" : "phase = ?"}${model === undefined ? "" : " AND model_id = ?"}${usedFallback === undefined ? "" : " AND used_fallback = ?"}`,
  values: [...(phase === undefined ? [] : [phase]), ...(model === undefined ? [] : [`${model.name}@${model.version}`]), ...(usedFallback === undefined ? [] : [usedFallback])],
});
const everything: RolledFilter = { phase: undefined, model: undefined, usedFallback: undefined };

function rolledRows({ table }: Words, runs: readonly Run[], columns: string, where: Sql): Sql {
  return {
    text: runs.map(() => `SELECT ${columns} FROM ${table("prediction_rollups")} WHERE width_minutes = ? AND ${where.text} AND bucket_minute >= ? AND bucket_minute < ?`).join(" UNION ALL "),
    values: runs.flatMap((run) => [run.widthMinutes, ...where.values, run.fromMinute, run.toMinute]),
  };
}

/** The rows over all phases and models. */
export async function rollupTotals(runs: readonly Run[]): Promise<Rolled[]> {
  const rows = await readRaw((words) => rolledRows(words, runs, totals, overAll));
  return rows.map((row) => ({
    bucketMinute: Number(row.bucket_minute),
    decisions: Number(row.decisions),
    fallbacks: Number(row.fallbacks),
    confidence_sum: Number(row.confidence_sum),
    confidence_count: Number(row.confidence_count),
    latency_sum_ms: Number(row.latency_sum_ms),
    latency_sketch: String(row.latency_sketch),
    joined: Number(row.joined),
    censored: Number(row.censored),
    labelled: Number(row.labelled),
    optimal: Number(row.optimal),
    response_sum: Number(row.response_sum),
    response_count: Number(row.response_count),
    response_sketch: String(row.response_sketch),
  }));
}

/** Decisions per bucket and phase, of one model or one kind when asked. */
export async function rollupCounts(runs: readonly Run[], filter: RolledFilter): Promise<{ bucketMinute: number; phase: number; decisions: number }[]> {
  const rows = await readRaw((words) => {
    const { text, values } = rolledRows(words, runs, "bucket_minute, phase, decisions", apart(filter));
    return { text: `SELECT bucket_minute, phase, SUM(decisions) AS decisions FROM (${text}) r GROUP BY bucket_minute, phase`, values };
  });
  return rows.map((row) => ({ bucketMinute: Number(row.bucket_minute), phase: Number(row.phase), decisions: Number(row.decisions) }));
}

/** Decisions per model id; rules without a model count under the empty one. */
export async function decisionsByModel(fromMinute: number, toMinute: number): Promise<Map<string, number>> {
  const rows = await readRaw((words) => {
    const { text, values } = rolledRows(words, runsOf(fromMinute, toMinute), "model_id, decisions", apart(everything));
    return { text: `SELECT model_id, SUM(decisions) AS decisions FROM (${text}) r GROUP BY model_id`, values };
  });
  return new Map(rows.map((row) => [String(row.model_id), Number(row.decisions)]));
}

export async function lastDecisionAt(): Promise<Date | null> {
  return (await db().predictionLog.findFirst({ orderBy: { predictionId: "desc" }, select: { requestedAt: true } }))?.requestedAt ?? null;
}

export type Mark = { id: number; kind: string; subject: string; version: number; createdAt: Date };

export async function changeEvents(kinds: readonly string[], from: Date, to: Date, limit: number): Promise<Mark[]> {
  return await db().changeEvent.findMany({ where: { kind: { in: [...kinds] }, createdAt: { gte: from, lt: to } }, orderBy: { id: "desc" }, take: limit });
}

// ---- the explorer

const listed = {
  predictionId: true,
  dispatchId: true,
  requestedAt: true,
  phase: true,
  prediction: true,
  confidence: true,
  severityLevel: true,
  usedFallback: true,
  fallbackReason: true,
  phaseReason: true,
  modelName: true,
  modelVersion: true,
  latencyMs: true,
  outcomeStatus: true,
  actualResponseTimeMinutes: true,
  wasOptimal: true,
} as const;
export type ListedPrediction = Pick<PredictionLogModel, keyof typeof listed>;

/** Rows of the log that one read looks at, whatever the filter: a rare value costs more pages, not a longer one. */
const SCAN_ROWS = 10_000;
/** A dispatch with more predictions than these is looked for in order of time, like any other value. */
const DISPATCH_ROWS = 1_000;

/** The ids of the period are one run of the index: [low, high). */
function idRange(filter: LogFilter): { low: string; high: string } {
  const lows = [firstPredictionId(filter.fromMs)];
  const highs = [firstPredictionId(filter.toMs)];
  if (filter.idPrefix !== undefined) {
    lows.push(filter.idPrefix);
    highs.push(justAfter(filter.idPrefix));
  }
  if (filter.before !== null) highs.push(filter.before);
  return { low: lows.reduce(max), high: highs.reduce(min) };
}

const max = (a: string, b: string): string => (a > b ? a : b);
const min = (a: string, b: string): string => (a < b ? a : b);
/** Sorts after every id that begins so: after every hexadecimal digit. */
const justAfter = (id: string): string => `${id}g`;

/** Where a read looks: ids in [low, high), of one dispatch by its own index. `complete`: the period holds nothing below. */
type Look = { low: string; high: string; complete: boolean; byDispatch: boolean };

async function lookFor(filter: LogFilter): Promise<Look> {
  const { low, high } = idRange(filter);
  const { dispatchId } = filter;
  if (dispatchId !== undefined) {
    const [row] = await readRaw((words) => ({ text: `SELECT COUNT(*) AS found FROM ${ofDispatch(words, DISPATCH_ROWS + 1)} d`, values: [dispatchId] }));
    if (Number(row?.found) <= DISPATCH_ROWS) return { low, high, complete: true, byDispatch: true };
  }
  const top = partlyRolledUp(filter) && filter.idPrefix === undefined ? await newestPossible(filter, low, high) : high;
  const last = await db().predictionLog.findFirst({ where: { predictionId: { gte: low, lt: top } }, orderBy: { predictionId: "desc" }, skip: SCAN_ROWS - 1, select: { predictionId: true } });
  return { low: last?.predictionId ?? low, high: top, complete: last === null, byDispatch: false };
}

const ofDispatch = ({ table, first }: Words, rows: number): string => `(SELECT ${askedColumns} FROM ${table("predictions_log")} WHERE dispatch_id = ? ORDER BY id ${first(rows)})`;

/** FROM and WHERE of the matching rows of a look, the log as `p`. */
function matching(words: Words, filter: LogFilter, look: Look): { from: Sql; where: Sql } {
  const asked = sqlConditions(filter);
  return {
    from: look.byDispatch ? { text: `${ofDispatch(words, DISPATCH_ROWS)} p`, values: [filter.dispatchId!] } : { text: `${words.table("predictions_log")} p`, values: [] },
    where: { text: `p.prediction_id >= ? AND p.prediction_id < ? AND ${asked.text}`, values: [look.low, look.high, ...asked.values] },
  };
}

type Hits = { matches: number; newest: string | null; all: boolean };

/** Matches in [low, high) among the first rows of the log under `where`; `all` when those were few enough to see. */
async function hitsAmong(filter: LogFilter, where: Sql, order: "id" | "prediction_id", low: string, high: string): Promise<Hits> {
  const asked = sqlConditions(filter);
  const [row] = await readRaw(({ table, first }) => {
    const rows = `(SELECT ${askedColumns} FROM ${table("predictions_log")} WHERE ${where.text} ORDER BY ${order} ${first(SCAN_ROWS + 1)}) p`;
    const marked = `(SELECT prediction_id, CASE WHEN prediction_id >= ? AND prediction_id < ? AND ${asked.text} THEN 1 ELSE 0 END AS hit FROM ${rows}) m`;
    return { text: `SELECT COUNT(*) AS looked, SUM(hit) AS matches, MAX(CASE WHEN hit = 1 THEN prediction_id END) AS newest FROM ${marked}`, values: [low, high, ...asked.values, ...where.values] };
  });
  return { matches: Number(row?.matches ?? 0), newest: typeof row?.newest === "string" ? row.newest : null, all: Number(row?.looked ?? 0) <= SCAN_ROWS };
}

/** Those after the cursor, which the rollups do not know yet. */
const notRolledUp = (filter: LogFilter, lastId: number, low: string, high: string): Promise<Hits> => hitsAmong(filter, { text: "id > ?", values: [lastId] }, "id", low, high);

/** No match lies at or above it: where nothing of the phase, model and kind was rolled up, no row is looked at. */
async function newestPossible(filter: LogFilter, low: string, high: string): Promise<string> {
  const lastId = (await db().rollupCursor.findUnique({ where: { name: "predictions" } }))?.lastId ?? 0;
  const waiting = await notRolledUp(filter, lastId, low, high);
  if (!waiting.all) return high;
  const found = waiting.newest === null ? low : justAfter(waiting.newest);
  const finest = widthsMinutes[0];
  const highMs = Math.min(filter.toMs, msOfId(high) + 1);
  const fromMinute = Math.floor(filter.fromMs / 60_000 / finest) * finest;
  const toMinute = Math.ceil((Number.isNaN(highMs) ? filter.toMs : highMs) / 60_000 / finest) * finest; // a cursor may be anything
  const wide = await newestRolled(filter, runsOf(fromMinute, toMinute));
  const newest = wide && wide.widthMinutes > finest ? ((await newestRolled(filter, [{ widthMinutes: finest, fromMinute: wide.fromMinute, toMinute: wide.toMinute }])) ?? wide) : wide;
  return newest ? min(high, max(found, firstPredictionId(newest.toMinute * 60_000))) : found;
}

async function newestRolled(filter: LogFilter, runs: readonly Run[]): Promise<Run | null> {
  if (runs.length === 0) return null;
  const some = apart(filter);
  const [row] = await readRaw((words) => {
    const { text, values } = rolledRows(words, runs, "bucket_minute, width_minutes", { text: `${some.text} AND decisions > 0`, values: some.values });
    return { text: `SELECT bucket_minute, width_minutes FROM (${text}) r ORDER BY bucket_minute DESC ${words.first(1)}`, values };
  });
  if (!row) return null;
  const widthMinutes = widthsMinutes.find((width) => width === Number(row.width_minutes))!;
  return { widthMinutes, fromMinute: Number(row.bucket_minute), toMinute: Number(row.bucket_minute) + widthMinutes };
}

/**
 * One page, newest first. `end` is null when the period holds nothing more, otherwise where the next page begins: below the
 * last row, or below the last row looked at.
 */
export async function pageOfPredictions(filter: LogFilter, limit: number): Promise<{ rows: ListedPrediction[]; end: string | null }> {
  const orderBy = { predictionId: "desc" } as const;
  if (unconditional(filter)) {
    const { low, high } = idRange(filter);
    const found = await db().predictionLog.findMany({ where: { predictionId: { gte: low, lt: high } }, orderBy, take: limit + 1, select: listed });
    return { rows: found.slice(0, limit), end: found.length > limit ? found[limit - 1]!.predictionId : null };
  }
  const look = await lookFor(filter);
  const found = await readRaw((words) => {
    const { from, where } = matching(words, filter, look);
    return { text: `SELECT p.prediction_id FROM ${from.text} WHERE ${where.text} ORDER BY p.prediction_id DESC ${words.first(limit + 1)}`, values: [...from.values, ...where.values] };
  });
  const page = found.slice(0, limit).map((row) => String(row.prediction_id));
  const rows = page.length === 0 ? [] : await db().predictionLog.findMany({ where: { predictionId: { in: page } }, orderBy, select: listed });
  return { rows, end: found.length > limit ? page.at(-1)! : look.complete ? null : look.low };
}

/** Counts up to `most`; not exact when there are more, or when not all of the period was looked at. */
export async function countPredictions(filter: LogFilter, most: number): Promise<{ count: number; exact: boolean }> {
  if (unconditional(filter)) {
    const { low, high } = idRange(filter);
    const [row] = await readRaw(({ table, first }) => ({ text: `SELECT COUNT(*) AS found FROM (SELECT prediction_id FROM ${table("predictions_log")} WHERE prediction_id >= ? AND prediction_id < ? ORDER BY prediction_id ${first(most + 1)}) p`, values: [low, high] }));
    const found = Number(row?.found);
    return { count: Math.min(found, most), exact: found <= most };
  }
  return onlyRolledUp(filter) ? await countRolledUp(filter, most) : await countLooked(filter, most);
}

async function countLooked(filter: LogFilter, most: number): Promise<{ count: number; exact: boolean }> {
  const look = await lookFor(filter);
  const [row] = await readRaw((words) => {
    const { from, where } = matching(words, filter, look);
    return { text: `SELECT COUNT(*) AS found FROM ${from.text} WHERE ${where.text}`, values: [...from.values, ...where.values] };
  });
  const found = Number(row?.found ?? 0);
  return { count: Math.min(found, most), exact: look.complete && found <= most };
}

/** Whole buckets from the rollups; what is at the ends of the period or not yet rolled up, from the log. */
async function countRolledUp(filter: LogFilter, most: number): Promise<{ count: number; exact: boolean }> {
  const finestMs = widthsMinutes[0] * 60_000;
  const fromMs = Math.ceil(filter.fromMs / finestMs) * finestMs;
  const toMs = Math.floor(filter.toMs / finestMs) * finestMs;
  if (fromMs >= toMs) return await countLooked(filter, most);
  const [rolled] = await readRaw((words) => {
    const { text, values } = rolledRows(words, runsOf(fromMs / 60_000, toMs / 60_000), "decisions", apart(filter));
    // One statement, so that the cursor belongs to the sum.
    return { text: `SELECT SUM(decisions) AS decisions, (SELECT last_id FROM ${words.table("rollup_cursors")} WHERE name = 'predictions') AS last_id FROM (${text}) r`, values };
  });
  let count = Number(rolled?.decisions ?? 0);
  if (count > most) return { count: most, exact: false };
  const low = firstPredictionId(fromMs);
  const high = firstPredictionId(toMs);
  const between = (from: string, to: string): Promise<Hits> => hitsAmong(filter, { text: "prediction_id >= ? AND prediction_id < ?", values: [from, to] }, "prediction_id", from, to);
  const parts = [await between(firstPredictionId(filter.fromMs), low), await between(high, firstPredictionId(filter.toMs)), await notRolledUp(filter, Number(rolled?.last_id ?? 0), low, high)];
  for (const part of parts) count += part.matches;
  return { count: Math.min(count, most), exact: count <= most && parts.every((part) => part.all) };
}

/** Matches per bin and phase among the rows that one page looks at. Bins are [id, id); `low` is where the look ended. */
export async function binnedPredictions(filter: LogFilter, bins: readonly { n: number; fromMs: number; toMs: number }[]): Promise<{ low: string | null; rows: { n: number; phase: number; count: number }[] }> {
  const look = await lookFor(filter);
  const clipped = bins.map(({ n, fromMs, toMs }) => ({ n, low: max(firstPredictionId(fromMs), look.low), high: min(firstPredictionId(toMs), look.high) })).filter((bin) => bin.low < bin.high);
  if (clipped.length === 0) return { low: look.complete ? null : look.low, rows: [] };
  const rows = await readRaw((words) => {
    const { from, where } = matching(words, filter, look);
    const cut = `${words.json({ n: "INT", low: "NVARCHAR(40)", high: "NVARCHAR(40)" })} b CROSS JOIN ${from.text}`;
    return {
      text: `SELECT b.n AS n, p.phase AS phase, COUNT(*) AS found FROM ${cut} WHERE p.prediction_id >= b.low AND p.prediction_id < b.high AND ${where.text} GROUP BY b.n, p.phase`,
      values: [JSON.stringify(clipped), ...from.values, ...where.values],
    };
  });
  return { low: look.complete ? null : look.low, rows: rows.map((row) => ({ n: Number(row.n), phase: Number(row.phase), count: Number(row.found) })) };
}

export async function findPrediction(id: string): Promise<PredictionLogModel | null> {
  return await db().predictionLog.findUnique({ where: { predictionId: id } });
}

export async function predictionsOfDispatch(dispatchId: number, limit: number): Promise<ListedPrediction[]> {
  return await db().predictionLog.findMany({ where: { dispatchId }, orderBy: { predictionId: "desc" }, take: limit, select: listed });
}

export async function outcomeRevisions(predictionId: string) {
  return await db().predictionOutcome.findMany({
    where: { subject: `p:${predictionId}` },
    orderBy: { revision: "desc" },
    select: { revision: true, status: true, receivedAt: true, actualResponseTimeMinutes: true, actualTravelDistanceKm: true, wasOptimal: true, cancelled: true },
  });
}

// ---- models

export async function listAliases() {
  return await db().modelAlias.findMany({ orderBy: { alias: "asc" } });
}
export type AliasRow = Awaited<ReturnType<typeof listAliases>>[number];

// ---- the board

export type BoardRow = AssignmentHistoryModel;
export type BoardFilter = { open: boolean; from: Date; to: Date; severities: readonly number[] | undefined; dispatchId: number | undefined };
/** A row's place in the order of the board. */
export type BoardPlace = { severity: number; at: Date; id: number };

const boardWhere = ({ open, from, to, severities, dispatchId }: BoardFilter) => ({
  requestTimestamp: { gte: from, lt: to },
  ...(severities === undefined ? {} : { severityLevel: { in: [...severities] } }),
  // Not a list of the two: the index of time gives closed ones in their order, and a list would be sorted.
  outcomeStatus: open ? null : { not: null },
  ...(dispatchId === undefined ? {} : { dispatchId }),
});

/** Open ones by severity, then age; closed ones newest first. */
export async function boardPage(filter: BoardFilter, after: BoardPlace | null, take: number): Promise<BoardRow[]> {
  if (!filter.open) {
    const older = after ? { OR: [{ requestTimestamp: { lt: after.at } }, { requestTimestamp: after.at, id: { lt: after.id } }] } : {};
    return await db().assignmentHistory.findMany({ where: { AND: [boardWhere(filter), older] }, orderBy: [{ requestTimestamp: "desc" }, { id: "desc" }], take });
  }
  const rows: BoardRow[] = [];
  // One run of the index per severity: no sort, however many are open.
  for (const severity of [...(filter.severities ?? [1, 2, 3, 4, 5])].sort((a, b) => b - a)) {
    if (rows.length >= take || (after && severity > after.severity)) continue;
    const younger = after?.severity === severity ? { OR: [{ requestTimestamp: { gt: after.at } }, { requestTimestamp: after.at, id: { gt: after.id } }] } : {};
    rows.push(...(await db().assignmentHistory.findMany({ where: { AND: [boardWhere({ ...filter, severities: [severity] }), younger] }, orderBy: [{ requestTimestamp: "asc" }, { id: "asc" }], take: take - rows.length })));
  }
  return rows;
}

export async function countBoard(filter: BoardFilter, most: number): Promise<number> {
  return await db().assignmentHistory.count({ where: boardWhere(filter), take: most });
}

export async function openBySeverity(from: Date, to: Date): Promise<Map<number, number>> {
  const rows = await db().assignmentHistory.groupBy({ by: ["severityLevel"], where: { outcomeStatus: null, requestTimestamp: { gte: from, lt: to } }, _count: { _all: true } });
  return new Map(rows.map((row) => [row.severityLevel, row._count._all]));
}

export async function findAssignment(id: number): Promise<BoardRow | null> {
  return await db().assignmentHistory.findUnique({ where: { id } });
}

// ---- the stream

export async function eventsAfter(id: number, take: number): Promise<Mark[]> {
  return await db().changeEvent.findMany({ where: { id: { gt: id } }, orderBy: { id: "asc" }, take });
}

/** How far everything is that a live screen shows. All of it only grows, but for a rebuild of the rollups. */
export type Progress = { newestEvent: number; recentEvents: number; decisions: number; calls: number; rolled: number; counted: number };

/** One statement of seeks at the ends of keys, since every process that has a listener asks it several times a second. */
export async function progress(eventsFrom: number): Promise<Progress> {
  const [row] = await readRaw(({ table }) => ({
    text: `SELECT
      (SELECT MAX(id) FROM ${table("change_events")}) AS newest_event,
      (SELECT COUNT(*) FROM ${table("change_events")} WHERE id > ?) AS recent_events,
      (SELECT MAX(id) FROM ${table("predictions_log")}) AS decisions,
      (SELECT MAX(id) FROM ${table("assignment_history")}) AS calls,
      (SELECT SUM(last_id) FROM ${table("rollup_cursors")}) AS rolled,
      (SELECT SUM(cursor_seq) FROM ${table("ab_state")}) AS counted`,
    values: [eventsFrom],
  }));
  const of = (name: string): number => Number(row?.[name] ?? 0);
  return { newestEvent: of("newest_event"), recentEvents: of("recent_events"), decisions: of("decisions"), calls: of("calls"), rolled: of("rolled"), counted: of("counted") };
}
