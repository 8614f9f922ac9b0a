import type { z } from "zod";
import { msOfId } from "@/lib/dispatch/prediction-id";
import { bucketsOf, runsOf } from "../buckets";
import type { PredictionRow, predictionHistogram, predictions as listContract } from "../predictions-contract";
import { rolledUp, toLogFilter } from "../to-log-filter";
import { readPeriod } from "./overview";
import * as store from "./store";

const MINUTE_MS = 60_000;
const EXACT_UP_TO = 10_000;
const MOST_BINS = 300;

export function toRow(row: store.ListedPrediction): PredictionRow {
  return {
    prediction_id: row.predictionId,
    dispatch_id: row.dispatchId < 0 ? null : row.dispatchId,
    requested_at: row.requestedAt.toISOString(),
    phase: row.phase === 2 ? 2 : 1,
    model: row.modelName === null || row.modelVersion === null ? null : `${row.modelName}@${row.modelVersion}`,
    prediction: row.prediction === null ? null : row.prediction === 1 ? 1 : 0,
    confidence: row.confidence,
    severity: row.severityLevel,
    fallback: row.usedFallback,
    fallback_reason: row.fallbackReason,
    phase_reason: row.phaseReason,
    latency_ms: row.latencyMs,
    outcome: row.outcomeStatus === "joined" || row.outcomeStatus === "censored" ? row.outcomeStatus : null,
    actual_response_minutes: row.actualResponseTimeMinutes,
    was_optimal: row.wasOptimal,
  };
}

export async function predictions({ query, now }: { query: z.output<typeof listContract.query>; now: Date }): Promise<z.input<typeof listContract.response>> {
  readPeriod(query);
  const filter = toLogFilter(query, query.cursor ?? null);
  const computed_at = now.toISOString();
  if (!filter) return { computed_at, rows: [], next_cursor: null, total: { count: 0, exact: true } };
  const [page, total] = await Promise.all([store.pageOfPredictions(filter, query.limit), query.cursor === undefined ? store.countPredictions(filter, EXACT_UP_TO) : null]);
  return { computed_at, rows: page.rows.map(toRow), next_cursor: page.end, total };
}

type Histogram = z.input<typeof predictionHistogram.response>;

/** From the rollups where they know the filter, otherwise from the newest rows of the log; older bins are then left out. */
export async function histogram({ query, now }: { query: z.output<typeof predictionHistogram.query>; now: Date }): Promise<Histogram> {
  const { fromMs, toMs } = readPeriod(query);
  const { widthMinutes, fromMinute, toMinute, stepMinutes, firstMinute } = bucketsOf(fromMs, toMs, MOST_BINS);
  const nowMinute = now.getTime() / MINUTE_MS;
  const bins = Array.from({ length: Math.ceil((toMinute - firstMinute) / stepMinutes) }, (_, n) => ({ n, minute: firstMinute + n * stepMinutes, phase1: 0, phase2: 0, partial: false })).filter((bin) => bin.minute <= nowMinute);
  for (const bin of bins) bin.partial = bin.minute < fromMinute || bin.minute + stepMinutes > nowMinute;
  const add = (n: number, phase: number, count: number): void => {
    const bin = bins[n];
    if (bin) bin[phase === 2 ? "phase2" : "phase1"] += count;
  };
  const filter = toLogFilter(query, null);
  let shown = bins;
  if (rolledUp(query)) {
    const rows = filter ? await store.rollupCounts(runsOf(fromMinute, toMinute, widthMinutes), filter) : [];
    for (const row of rows) add(Math.floor((row.bucketMinute - firstMinute) / stepMinutes), row.phase, row.decisions);
  } else {
    const found = filter ? await store.binnedPredictions(filter, bins.map(({ n, minute }) => ({ n, fromMs: minute * MINUTE_MS, toMs: (minute + stepMinutes) * MINUTE_MS }))) : { low: null, rows: [] };
    for (const row of found.rows) add(row.n, row.phase, row.count);
    if (found.low !== null) {
      const seenFrom = Math.floor((msOfId(found.low) / MINUTE_MS - firstMinute) / stepMinutes);
      shown = bins.slice(Math.max(0, seenFrom));
      if (shown[0]) shown[0].partial = true;
    }
  }
  return { bucket_seconds: stepMinutes * 60, bins: shown.map(({ minute, phase1, phase2, partial }) => ({ at: new Date(minute * MINUTE_MS).toISOString(), phase1, phase2, partial })) };
}
