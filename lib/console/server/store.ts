import { db, dialectOf } from "@/lib/db/client";
import { firstPredictionId } from "@/lib/dispatch/prediction-id";
import type { RollupNumbers } from "@/lib/dispatch/rollup";
import { env } from "@/lib/env";
import type { AssignmentHistoryModel, PredictionLogModel, PredictionRollupModel } from "@/prisma/generated/mssql/models";

/** Reads of the screens: rollups by their key, log and board by their indexes. Nothing here writes. */

export type Rolled = RollupNumbers & { bucketMinute: number };

function toRolled(row: PredictionRollupModel): Rolled {
  return {
    bucketMinute: row.bucketMinute,
    decisions: row.decisions,
    fallbacks: row.fallbacks,
    confidence_sum: row.confidenceSum,
    confidence_count: row.confidenceCount,
    latency_sum_ms: row.latencySumMs,
    latency_sketch: row.latencySketch,
    joined: row.joined,
    censored: row.censored,
    labelled: row.labelled,
    optimal: row.optimal,
    response_sum: row.responseSum,
    response_count: row.responseCount,
    response_sketch: row.responseSketch,
  };
}

/** The rows over all phases and models of [from, to), one a bucket, oldest first. */
export async function rollupTotals(widthMinutes: number, fromMinute: number, toMinute: number): Promise<Rolled[]> {
  const rows = await db().predictionRollup.findMany({ where: { widthMinutes, phase: 0, bucketMinute: { gte: fromMinute, lt: toMinute } }, orderBy: { bucketMinute: "asc" } });
  return rows.map(toRolled);
}

/** Decisions per bucket and phase, of one model or one kind when asked. */
export async function rollupCounts(
  widthMinutes: number,
  fromMinute: number,
  toMinute: number,
  { phase, modelId, usedFallback }: { phase: 1 | 2 | undefined; modelId: string | undefined; usedFallback: boolean | undefined },
): Promise<{ bucketMinute: number; phase: number; decisions: number }[]> {
  const rows = await db().predictionRollup.groupBy({
    by: ["phase", "bucketMinute"],
    where: {
      widthMinutes,
      phase: phase ?? { in: [1, 2] },
      bucketMinute: { gte: fromMinute, lt: toMinute },
      ...(modelId === undefined ? {} : { modelId }),
      ...(usedFallback === undefined ? {} : { usedFallback }),
    },
    _sum: { decisions: true },
  });
  return rows.map((row) => ({ bucketMinute: row.bucketMinute, phase: row.phase, decisions: row._sum.decisions ?? 0 }));
}

/** Decisions per model id; rules without a model count under the empty one. */
export async function decisionsByModel(fromMinute: number, toMinute: number): Promise<Map<string, number>> {
  const rows = await db().predictionRollup.groupBy({
    by: ["modelId"],
    where: { widthMinutes: 5, phase: { in: [1, 2] }, bucketMinute: { gte: fromMinute, lt: toMinute } },
    _sum: { decisions: true },
  });
  return new Map(rows.map((row) => [row.modelId, row._sum.decisions ?? 0]));
}

export async function lastDecisionAt(): Promise<Date | null> {
  return (await db().predictionLog.findFirst({ orderBy: { predictionId: "desc" }, select: { requestedAt: true } }))?.requestedAt ?? null;
}

export type Mark = { id: number; kind: string; subject: string; version: number; createdAt: Date };

export async function changeEvents(kinds: readonly string[], from: Date, to: Date, limit: number): Promise<Mark[]> {
  return await db().changeEvent.findMany({ where: { kind: { in: [...kinds] }, createdAt: { gte: from, lt: to } }, orderBy: { id: "desc" }, take: limit });
}

// ---- the explorer

/** A filter in the words of the table. */
export type LogFilter = {
  fromMs: number;
  toMs: number;
  /** Ids below it: the page after. */
  before: string | null;
  phase: 1 | 2 | undefined;
  model: { name: string; version: string } | undefined;
  usedFallback: boolean | undefined;
  severities: readonly number[] | undefined;
  confidenceMin: number | undefined;
  confidenceMax: number | undefined;
  outcome: "joined" | "censored" | "none" | undefined;
  dispatchId: number | undefined;
  idPrefix: string | undefined;
};

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

/** Rows of the index that one page looks at, whatever the filter: a rare value costs more pages, not a longer one. */
const SCAN_ROWS = 10_000;

/** The ids of the period are one run of the index: [low, high). */
function idRange(filter: LogFilter): { gte: string; lt: string } {
  const lows = [firstPredictionId(filter.fromMs)];
  const highs = [firstPredictionId(filter.toMs)];
  if (filter.idPrefix !== undefined) {
    lows.push(filter.idPrefix);
    highs.push(`${filter.idPrefix}g`); // after every hexadecimal digit
  }
  if (filter.before !== null) highs.push(filter.before);
  return { gte: lows.reduce(max), lt: highs.reduce(min) };
}

const max = (a: string, b: string): string => (a > b ? a : b);
const min = (a: string, b: string): string => (a < b ? a : b);

function conditions(filter: LogFilter) {
  return {
    ...(filter.phase === undefined ? {} : { phase: filter.phase }),
    ...(filter.model === undefined ? {} : { modelName: filter.model.name, modelVersion: filter.model.version }),
    ...(filter.usedFallback === undefined ? {} : { usedFallback: filter.usedFallback }),
    ...(filter.severities === undefined ? {} : { severityLevel: { in: [...filter.severities] } }),
    ...(filter.confidenceMin === undefined && filter.confidenceMax === undefined
      ? {}
      : { confidence: { ...(filter.confidenceMin === undefined ? {} : { gte: filter.confidenceMin }), ...(filter.confidenceMax === undefined ? {} : { lte: filter.confidenceMax }) } }),
    ...(filter.outcome === undefined ? {} : { outcomeStatus: filter.outcome === "none" ? null : filter.outcome }),
    ...(filter.dispatchId === undefined ? {} : { dispatchId: filter.dispatchId }),
  };
}

/**
 * One page, newest first. `end` is null when the period holds nothing more, otherwise where the next page begins: below the
 * last row, or below the last row looked at.
 */
export async function pageOfPredictions(filter: LogFilter, limit: number): Promise<{ rows: ListedPrediction[]; end: string | null }> {
  const { low, complete } = await scanLow(filter);
  const where = { predictionId: { gte: low, lt: idRange(filter).lt }, ...conditions(filter) };
  const orderBy = { predictionId: "desc" } as const;
  // First the ids, out of the index alone, then their rows.
  const ids = (await db().predictionLog.findMany({ where, orderBy, take: limit + 1, select: { predictionId: true } })).map((row) => row.predictionId);
  const page = ids.slice(0, limit);
  const rows = page.length === 0 ? [] : await db().predictionLog.findMany({ where: { predictionId: { in: page } }, orderBy, select: listed });
  return { rows, end: ids.length > limit ? page.at(-1)! : complete ? null : low };
}

/** Lowest id that one page looks at; `complete` when that is the whole period. */
async function scanLow(filter: LogFilter): Promise<{ low: string; complete: boolean }> {
  const range = idRange(filter);
  // A dispatch has few rows and an index of its own.
  if (filter.dispatchId !== undefined || Object.keys(conditions(filter)).length === 0) return { low: range.gte, complete: true };
  const last = await db().predictionLog.findFirst({ where: { predictionId: range }, orderBy: { predictionId: "desc" }, skip: SCAN_ROWS - 1, select: { predictionId: true } });
  return last ? { low: last.predictionId, complete: false } : { low: range.gte, complete: true };
}

/** Counts up to `most`; not exact when there are more, or when not all of the period was looked at. */
export async function countPredictions(filter: LogFilter, most: number): Promise<{ count: number; exact: boolean }> {
  const { low, complete } = await scanLow(filter);
  const counted = await db().predictionLog.count({ where: { predictionId: { gte: low, lt: idRange(filter).lt }, ...conditions(filter) }, take: most + 1 });
  return { count: Math.min(counted, most), exact: complete && counted <= most };
}

/** Matches per bin and phase among the rows that one page looks at. Bins are [id, id); `low` is where the look ended. */
export async function binnedPredictions(filter: LogFilter, bins: readonly { n: number; fromMs: number; toMs: number }[]): Promise<{ low: string | null; rows: { n: number; phase: number; count: number }[] }> {
  const { low, complete } = await scanLow(filter);
  const { lt: high } = idRange(filter);
  const clipped = bins
    .map(({ n, fromMs, toMs }) => ({ n, low: max(firstPredictionId(fromMs), low), high: min(firstPredictionId(toMs), high) }))
    .filter((bin) => bin.low < bin.high);
  const values: (string | number | boolean)[] = [JSON.stringify(clipped)];
  const sqlite = dialectOf(env().DATABASE_URL) === "sqlite";
  const bind = (value: string | number | boolean): string => {
    values.push(value);
    return sqlite ? "?" : `@P${values.length}`;
  };
  const tests = ["p.prediction_id >= b.low", "p.prediction_id < b.high"];
  if (filter.phase !== undefined) tests.push(`p.phase = ${bind(filter.phase)}`);
  if (filter.usedFallback !== undefined) tests.push(`p.used_fallback = ${bind(sqlite ? Number(filter.usedFallback) : filter.usedFallback)}`);
  if (filter.model !== undefined) tests.push(`p.model_name = ${bind(filter.model.name)}`, `p.model_version = ${bind(filter.model.version)}`);
  if (filter.severities !== undefined) tests.push(`p.severity_level IN (${filter.severities.map(bind).join(", ")})`);
  if (filter.confidenceMin !== undefined) tests.push(`p.confidence >= ${bind(filter.confidenceMin)}`);
  if (filter.confidenceMax !== undefined) tests.push(`p.confidence <= ${bind(filter.confidenceMax)}`);
  if (filter.outcome !== undefined) tests.push(filter.outcome === "none" ? "p.outcome_status IS NULL" : `p.outcome_status = ${bind(filter.outcome)}`);
  if (filter.dispatchId !== undefined) tests.push(`p.dispatch_id = ${bind(filter.dispatchId)}`);
  const from = sqlite
    ? `(SELECT json_extract(value, '$.n') AS n, json_extract(value, '$.low') AS low, json_extract(value, '$.high') AS high FROM json_each(?)) b CROSS JOIN predictions_log p`
    : `OPENJSON(@P1) WITH (n INT '$.n', low NVARCHAR(36) '$.low', high NVARCHAR(36) '$.high') b CROSS JOIN [ml].[predictions_log] p`;
  const text = `SELECT b.n AS n, p.phase AS phase, COUNT(*) AS rows FROM ${from} WHERE ${tests.join(" AND ")} GROUP BY b.n, p.phase`;
  const rows = await db().$queryRawUnsafe<{ n: number | bigint; phase: number | bigint; rows: number | bigint }[]>(text, ...values);
  return { low: complete ? null : low, rows: rows.map((row) => ({ n: Number(row.n), phase: Number(row.phase), count: Number(row.rows) })) };
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

export async function newestEventId(): Promise<number> {
  return (await db().changeEvent.findFirst({ orderBy: { id: "desc" }, select: { id: true } }))?.id ?? 0;
}

export async function eventsAfter(id: number, take: number): Promise<Mark[]> {
  return await db().changeEvent.findMany({ where: { id: { gt: id } }, orderBy: { id: "asc" }, take });
}

/** Moves whenever a screen of decisions has something new: rolled up answers and outcomes, and assignments. */
export async function progress(): Promise<{ text: string; decisions: number }> {
  const [cursors, assignment] = await Promise.all([db().rollupCursor.findMany({ select: { name: true, lastId: true }, orderBy: { name: "asc" } }), db().assignmentHistory.findFirst({ orderBy: { id: "desc" }, select: { id: true } })]);
  return { text: [...cursors.map((cursor) => cursor.lastId), assignment?.id ?? 0].join("."), decisions: cursors.find((cursor) => cursor.name === "predictions")?.lastId ?? 0 };
}
