import { table, type Sql, type SqlValue } from "@/lib/dispatch/server/log/log-store";
import type { LogRow } from "../log-row";
import { METRIC_NAMES, type Metric } from "../metric-rules";
import { StrategyName } from "../strategy";
import { msOf } from "./columns";
import { Known } from "./known";

const assigned = ["dispatch_key", "phase_used", "arm", "share", "strategy", "config_version", "turn", "seq", "anonymous", "deterministic", "degraded", "decided_at", "local_hour", "executed_at", "known_json"] as const;
const columns = [...assigned, ...METRIC_NAMES].join(", ");

/** Assigned rows that a condition names. */
export async function readRows({ arrays, dialect }: Pick<Sql, "arrays" | "dialect">, experimentKey: string, condition: string, values: readonly SqlValue[]): Promise<LogRow[]> {
  return (await arrays(`SELECT ${columns} FROM ${table(dialect, "ab_test_log")} WHERE experiment_key = ? AND arm IS NOT NULL AND (${condition})`, [experimentKey, ...values])).map(toLogRow);
}

/** A row as the analysis reads it. Most are decisions of which nothing else is known yet: they cost no parsing. */
function toLogRow(row: readonly unknown[]): LogRow {
  const [dispatchKey, phaseUsed, arm, share, strategy, version, turn, seq, anonymous, deterministic, degraded, decidedAt, localHour, executedAt, knownJson] = row;
  return {
    dispatchId: String(dispatchKey),
    phase: Number(arm) === 2 ? 2 : 1,
    share: Number(share),
    strategy: strategyOf(String(strategy)),
    deterministic: Boolean(deterministic),
    version: Number(version),
    turn: turn === null ? null : Number(turn),
    degraded: Boolean(degraded),
    decidedAtMs: msOf(decidedAt),
    localHour: Number(localHour),
    anonymous: Boolean(anonymous),
    executedPhase: executedAt === null ? null : Number(phaseUsed) === 2 ? 2 : 1,
    executedAtMs: executedAt === null ? null : msOf(executedAt),
    outcomes: typeof knownJson === "string" ? outcomes(Known.parse(JSON.parse(knownJson)), row) : {},
    seq: Number(seq),
  };
}

function outcomes(known: Known, row: readonly unknown[]): LogRow["outcomes"] {
  const found: LogRow["outcomes"] = {};
  METRIC_NAMES.forEach((metric, i) => {
    const at = known[metric];
    const value = row[assigned.length + i];
    if (at && value !== null) found[metric] = { value: Number(value), atMs: at[0], seq: at[1] };
  });
  return found;
}

const strategies = new Map<string, StrategyName>();
function strategyOf(text: string): StrategyName {
  let found = strategies.get(text);
  if (!found) strategies.set(text, (found = StrategyName.parse(text)));
  return found;
}

/** The row as it was when the log stood at a place: what came later is not in it. */
export function asOfSeq(row: LogRow, seq: number): LogRow {
  const kept = METRIC_NAMES.filter((metric) => (row.outcomes[metric]?.seq ?? Infinity) <= seq);
  return kept.length === Object.keys(row.outcomes).length ? row : { ...row, outcomes: Object.fromEntries(kept.map((metric: Metric) => [metric, row.outcomes[metric]])) };
}
