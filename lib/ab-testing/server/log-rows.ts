import { table, type Sql, type SqlValue } from "@/lib/dispatch/server/log/log-store";
import type { LogRow } from "../log-row";
import { METRIC_NAMES, type Metric } from "../metric";
import { StrategyName } from "../strategy";
import { msOf, textOf } from "./columns";
import { Known } from "./known";

export const logColumns =
  "dispatch_key, phase_used, arm, share, strategy, config_version, turn, seq, last_seq, anonymous, deterministic, decided_at, local_hour, executed_at, optimal, on_time, arrival_minutes, fallback, error, deadline_missed, latency_ms, confidence, known_json";

/** Assigned rows that a condition names. */
export async function readRows(all: Sql["all"], dialect: Sql["dialect"], experimentKey: string, condition: string, values: readonly SqlValue[]): Promise<LogRow[]> {
  const from = `${logColumns} FROM ${table(dialect, "ab_test_log")} WHERE experiment_key = ? AND arm IS NOT NULL AND (${condition})`;
  return (await all(`SELECT ${from}`, [experimentKey, ...values])).map(toLogRow);
}

/** A row as the analysis reads it. */
export function toLogRow(row: Record<string, unknown>): LogRow {
  const known = Known.parse(JSON.parse(textOf(row.known_json) ?? "{}"));
  const outcomes: LogRow["outcomes"] = {};
  for (const metric of METRIC_NAMES) {
    const at = known[metric];
    if (at && row[metric] !== null) outcomes[metric] = { value: Number(row[metric]), atMs: at[0], seq: at[1] };
  }
  return {
    dispatchId: String(row.dispatch_key),
    phase: Number(row.arm) === 2 ? 2 : 1,
    share: Number(row.share),
    strategy: StrategyName.parse(row.strategy),
    deterministic: Boolean(row.deterministic),
    version: Number(row.config_version),
    turn: row.turn === null ? null : Number(row.turn),
    decidedAtMs: msOf(row.decided_at),
    localHour: Number(row.local_hour),
    anonymous: Boolean(row.anonymous),
    executedPhase: row.executed_at === null ? null : Number(row.phase_used) === 2 ? 2 : 1,
    executedAtMs: row.executed_at === null ? null : msOf(row.executed_at),
    outcomes,
    seq: Number(row.seq),
  };
}

/** The row as it was when the log stood at a place: what came later is not in it. */
export function asOfSeq(row: LogRow, seq: number): LogRow {
  const kept = METRIC_NAMES.filter((metric) => (row.outcomes[metric]?.seq ?? Infinity) <= seq);
  return kept.length === Object.keys(row.outcomes).length ? row : { ...row, outcomes: Object.fromEntries(kept.map((metric: Metric) => [metric, row.outcomes[metric]])) };
}
