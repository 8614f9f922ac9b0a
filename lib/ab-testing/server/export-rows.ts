import { stringify } from "csv-stringify/sync";
import * as store from "./store";

const PAGE = 1_000;

const columns = [
  "id", "experiment_key", "dispatch_id", "arm", "phase_used", "share", "strategy", "config_version", "turn", "seq", "anonymous", "deterministic", "degraded", "reason", "decided_at", "local_hour",
  "executed_at", "crossover", "optimal", "on_time", "arrival_minutes", "fallback", "error", "deadline_missed", "latency_ms", "confidence", "known_at",
] as const; // prettier-ignore
type Row = Record<(typeof columns)[number], string | number | boolean | null>;

function toRow(row: Awaited<ReturnType<typeof store.rowsAfter>>[number]): Row {
  return {
    id: row.id,
    experiment_key: row.experimentKey,
    dispatch_id: row.dispatchKey,
    arm: row.arm,
    phase_used: row.phaseUsed,
    share: row.share,
    strategy: row.strategy,
    config_version: row.configVersion,
    turn: row.turn,
    seq: row.seq,
    anonymous: row.anonymous,
    deterministic: row.deterministic,
    degraded: row.degraded,
    reason: row.reason,
    decided_at: row.decidedAt.toISOString(),
    local_hour: row.localHour,
    executed_at: row.executedAt?.toISOString() ?? null,
    crossover: row.crossover,
    optimal: row.optimal,
    on_time: row.onTime,
    arrival_minutes: row.arrivalMinutes,
    fallback: row.fallback,
    error: row.error,
    deadline_missed: row.deadlineMissed,
    latency_ms: row.latencyMs,
    confidence: row.confidence,
    known_at: row.knownJson,
  };
}

/** Every row, page by page: memory does not grow with the log. */
export async function* exportRows(format: "csv" | "jsonl", experimentKey: string | undefined): AsyncGenerator<string> {
  const csv = (rows: unknown[][]): string => stringify(rows, { escape_formulas: true, record_delimiter: "\r\n", cast: { boolean: (value) => (value ? "true" : "false") } });
  if (format === "csv") yield csv([[...columns]]);
  for (let after = 0; ; ) {
    const page = await store.rowsAfter(after, experimentKey, PAGE);
    if (page.length > 0) {
      const rows = page.map(toRow);
      yield format === "csv" ? csv(rows.map((row) => columns.map((column) => row[column]))) : rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    }
    if (page.length < PAGE) return;
    after = page.at(-1)!.id;
  }
}
