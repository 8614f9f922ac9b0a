import { severityRule } from "@/lib/dispatch/severity";
import { table, type Sql } from "@/lib/dispatch/server/log/log-store";
import type { Metric } from "../metric";
import type { ResultInput } from "./log-entry";
import { msOf } from "./columns";
import { readConfig } from "./config-store";
import { openCounters } from "./turn-counter";
import { writeResults } from "./write";

type Given = { dispatchId: number | null; values: { actual_response_time_minutes?: number | null; was_optimal?: boolean | null; arrived_at?: number | null; cancelled?: boolean | null } };

/** Outcomes of the prediction API join the decisions of their dispatches, in their own transaction. A cancelled dispatch has none. */
export async function joinDecisions(sql: Sql, inputs: readonly Given[], results: readonly { dispatchId: number | null }[], nowMs: number): Promise<void> {
  const joined: ResultInput[] = [];
  const config = await readConfig(sql.all, sql.dialect);
  if (!config) return;
  for (const [at, { values }] of inputs.entries()) {
    const dispatchId = results[at]?.dispatchId ?? null;
    if (dispatchId === null || dispatchId < 0 || values.cancelled === true) continue;
    const found = await goals(sql, dispatchId, values);
    if (Object.keys(found).length === 0) continue;
    const { settings, version } = config;
    joined.push({ experimentKey: settings.experimentKey, dispatchKey: String(dispatchId), dispatchId, executedPhase: null, version, strategy: settings.strategy.kind, atMs: nowMs, localHour: 0, values: found, phase1Json: null, phase2Json: null });
  }
  if (joined.length === 0) return;
  const counters = openCounters(sql);
  await writeResults(sql, counters, joined);
  await counters.save();
}

async function goals(sql: Sql, dispatchId: number, values: Given["values"]): Promise<Partial<Record<Metric, number>>> {
  const found: Partial<Record<Metric, number>> = {};
  if (typeof values.was_optimal === "boolean") found.optimal = values.was_optimal ? 1 : 0;
  let minutes = values.actual_response_time_minutes ?? null;
  if (minutes === null && typeof values.arrived_at === "number") {
    const [row] = await sql.all(`SELECT MAX(decided_at) AS at FROM ${table(sql.dialect, "ab_test_log")} WHERE dispatch_key = ?`, [String(dispatchId)]);
    const decidedMs = row?.at ? msOf(row.at) : null;
    if (decidedMs !== null && values.arrived_at >= decidedMs) minutes = (values.arrived_at - decidedMs) / 60_000;
  }
  if (minutes === null || !(minutes >= 0)) return found;
  found.arrival_minutes = minutes;
  const severity = await severityOf(sql, dispatchId);
  if (severity !== null) found.on_time = minutes <= severityRule(severity).targetMinutes ? 1 : 0;
  return found;
}

/** As the prediction was asked with; else as the rules were. */
async function severityOf(sql: Sql, dispatchId: number): Promise<number | null> {
  for (const name of ["predictions_log", "assignment_history"]) {
    const from = `severity_level FROM ${table(sql.dialect, name)} WHERE dispatch_id = ? AND severity_level IS NOT NULL ORDER BY id DESC`;
    const [row] = await sql.all(sql.dialect === "sqlite" ? `SELECT ${from} LIMIT 1` : `SELECT TOP 1 ${from}`, [dispatchId]);
    const severity = row ? Math.round(Number(row.severity_level)) : 0;
    if (severity >= 1 && severity <= 5) return severity;
  }
  return null;
}
