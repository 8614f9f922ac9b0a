import { msOfId } from "@/lib/dispatch/prediction-id";
import { RollupBatch, addNumbers, emptySums, toNumbers, type RollupNumbers } from "@/lib/dispatch/rollup";
import { table, type LogStore } from "@/lib/dispatch/server/log/log-store";

export type Rollups = Record<string, RollupNumbers>;

/** Sums in another order differ in their last digits, the more the longer they are. */
const tidySum = (sum: number): number => Number(sum.toPrecision(9));
const tidy = (numbers: RollupNumbers): RollupNumbers => ({ ...numbers, confidence_sum: tidySum(numbers.confidence_sum), latency_sum_ms: tidySum(numbers.latency_sum_ms), response_sum: tidySum(numbers.response_sum) });

/** What the rollups should say, from a scan of the log: the current outcome stands in the row of its prediction. */
export async function scannedRollups(store: LogStore): Promise<Rollups> {
  const batch = new RollupBatch();
  for (const row of await store.read(`SELECT * FROM ${table(store.dialect, "predictions_log")}`, [])) {
    const key = { atMs: msOfId(String(row.prediction_id)), phase: row.phase as 1 | 2, modelId: row.model_name === null ? "" : `${row.model_name as string}@${row.model_version as string}`, usedFallback: Boolean(row.used_fallback) };
    batch.decision({ ...key, confidence: row.confidence as number | null, latencyMs: Number(row.latency_ms) });
    if (row.outcome_status !== null)
      batch.outcome(key, null, { status: row.outcome_status as string, responseMinutes: row.actual_response_time_minutes as number | null, wasOptimal: row.was_optimal === null ? null : Boolean(row.was_optimal) });
  }
  return Object.fromEntries([...batch.buckets].map(([name, { sums }]) => [name, tidy(toNumbers(sums))]));
}

export async function storedRollups(store: LogStore): Promise<Rollups> {
  const rows = await store.read(`SELECT * FROM ${table(store.dialect, "prediction_rollups")}`, []);
  return Object.fromEntries(
    rows.map((row) => {
      const sums = emptySums();
      addNumbers(sums, row as RollupNumbers);
      return [`${String(row.width_minutes)}|${String(row.bucket_minute)}|${String(row.phase)}|${String(row.model_id)}|${row.used_fallback ? 1 : 0}`, tidy(toNumbers(sums))];
    }),
  );
}
