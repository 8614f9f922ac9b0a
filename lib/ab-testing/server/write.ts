import { table, type Sql, type SqlValue } from "@/lib/dispatch/server/log/log-store";
import { choosePhase } from "../choose-phase";
import { METRIC_NAMES, ruleOf, type Metric } from "../metric-rules";
import type { Phase } from "../turn-phase";
import { msOf, textOf } from "./columns";
import { guardOutcome } from "./guard";
import { Known } from "./known";
import type { DecisionAnswer, DecisionInput, ResultAnswer, ResultInput } from "./log-entry";
import type { Counters } from "./turn-counter";

/** Statements on ab_test_log inside a transaction of the writer thread. Names of columns are the same in both dialects. */

const decisionColumns =
  "dispatch_id, phase_used, strategy, created_at, experiment_key, dispatch_key, arm, share, config_version, turn, seq, last_seq, anonymous, deterministic, degraded, reason, decided_at, local_hour, crossover";

function insert({ dialect }: Sql): string {
  const name = table(dialect, "ab_test_log");
  const marks = Array.from({ length: decisionColumns.split(",").length }, () => "?").join(", ");
  if (dialect === "sqlite") return `INSERT INTO ${name} (${decisionColumns}) VALUES (${marks}) ON CONFLICT DO NOTHING`;
  return `INSERT INTO ${name} (${decisionColumns}) SELECT ${marks} WHERE NOT EXISTS (SELECT 1 FROM ${name} WHERE dispatch_key = ? AND experiment_key = ?)`;
}
const inserts = { sqlite: "", sqlserver: "" };
const insertOf = (sql: Sql): string => (inserts[sql.dialect] ||= insert(sql));

/**
 * Each decision once: the row and its turn in one transaction, so that a lost race returns its turn. Null: stored as given;
 * otherwise the answer that holds, of the turn or of the first call.
 */
export async function writeDecisions(sql: Sql, counters: Counters, decisions: readonly DecisionInput[]): Promise<(DecisionAnswer | null)[]> {
  const answers: (DecisionAnswer | null)[] = [];
  for (const decision of decisions) answers.push(decision.correction ? await correct(sql, counters, decision) : await writeDecision(sql, counters, decision));
  return answers;
}

async function writeDecision(sql: Sql, counters: Counters, decision: DecisionInput): Promise<DecisionAnswer | null> {
  const { experimentKey, dispatchKey, version } = decision;
  const counter = await counters.of(experimentKey, decision.decidedAtMs);
  const degraded = decision.degraded || (decision.turns !== null && Date.now() > decision.turnUntilMs);
  const turn = decision.turns && !degraded ? counter.turn + 1 : null;
  let { phase, share, reason } = decision;
  let deterministic = false;
  if (turn !== null) ({ phase, share, reason, deterministic } = choosePhase(decision.turns!, { experimentKey, dispatchId: dispatchKey, localHour: decision.localHour, turn }));
  const seq = counter.seq + 1;
  const at = new Date(decision.decidedAtMs);
  const values: SqlValue[] = [decision.dispatchId, phase, decision.strategy, at, experimentKey, dispatchKey, phase, share, version, turn, seq, seq, decision.anonymous, deterministic, degraded, reason, at, decision.localHour, false];
  if (sql.dialect !== "sqlite") values.push(dispatchKey, experimentKey);
  if ((await sql.run(insertOf(sql), values)) === 0) return await stored(sql, decision);
  counter.seq = seq;
  if (turn === null) return degraded ? { phase, share, strategy: decision.strategy, reason, version, turn, degraded, replayed: false } : null;
  counter.turn = turn;
  return { phase, share, strategy: decision.strategy, reason, version, turn, degraded: false, replayed: false };
}

async function stored(sql: Sql, { dispatchKey, experimentKey, phase }: DecisionInput): Promise<DecisionAnswer | null> {
  const [row] = await sql.all(
    `SELECT arm, phase_used, share, strategy, reason, config_version, turn, degraded FROM ${table(sql.dialect, "ab_test_log")} WHERE dispatch_key = ? AND experiment_key = ?`,
    [dispatchKey, experimentKey],
  );
  if (!row) return null;
  return {
    phase: toPhase(row.arm ?? row.phase_used) ?? phase,
    share: Number(row.share),
    strategy: String(row.strategy),
    reason: String(row.reason),
    version: Number(row.config_version),
    turn: row.turn === null ? null : Number(row.turn),
    degraded: Boolean(row.degraded),
    replayed: true,
  };
}

/** The answer went out before the transaction was known to have gone through: what was answered is what holds. */
async function correct(sql: Sql, counters: Counters, decision: DecisionInput): Promise<null> {
  const counter = await counters.of(decision.experimentKey, decision.decidedAtMs);
  const changed = await sql.run(
    `UPDATE ${table(sql.dialect, "ab_test_log")} SET arm = ?, phase_used = ?, share = ?, turn = NULL, deterministic = ?, degraded = ?, reason = ?, last_seq = ? WHERE dispatch_key = ? AND experiment_key = ? AND decided_at = ? AND executed_at IS NULL`,
    [decision.phase, decision.phase, decision.share, false, true, decision.reason, counter.seq + 1, decision.dispatchKey, decision.experimentKey, new Date(decision.decidedAtMs)],
  );
  if (changed === 0) return null;
  counter.seq += 1;
  // What has been counted no longer stands: the analysis starts again from the log.
  await sql.run(`UPDATE ${table(sql.dialect, "ab_state")} SET cursor_seq = -1 WHERE experiment_key = ?`, [decision.experimentKey]);
  return null;
}

const resultColumns: Record<Metric, string> = {
  optimal: "optimal",
  on_time: "on_time",
  arrival_minutes: "arrival_minutes",
  fallback: "fallback",
  error: "error",
  deadline_missed: "deadline_missed",
  latency_ms: "latency_ms",
  confidence: "confidence",
};
const updateResult = (sql: Sql): string =>
  `UPDATE ${table(sql.dialect, "ab_test_log")} SET phase_used = ?, executed_at = ?, crossover = ?, phase1_result_json = COALESCE(phase1_result_json, ?), phase2_result_json = COALESCE(phase2_result_json, ?), ${METRIC_NAMES.map((metric) => `${resultColumns[metric]} = COALESCE(${resultColumns[metric]}, ?)`).join(", ")}, known_json = ?, last_seq = ? WHERE id = ?`;

/** Each outcome joined to its decision; one without a decision is kept and marked. The acting guardrails see it here. */
export async function writeResults(sql: Sql, counters: Counters, results: readonly ResultInput[]): Promise<ResultAnswer[]> {
  const answers: ResultAnswer[] = [];
  for (const result of results) answers.push(await writeResult(sql, counters, result));
  return answers;
}

async function writeResult(sql: Sql, counters: Counters, result: ResultInput): Promise<ResultAnswer> {
  // The present experiment first: the lock is taken before the row is read.
  await counters.of(result.experimentKey, result.atMs);
  const row = await findRow(sql, result);
  if (!row) return await unassigned(sql, counters, result);
  const arm = toPhase(row.arm);
  const known = Known.parse(JSON.parse(textOf(row.known_json) ?? "{}"));
  const fresh = METRIC_NAMES.filter((metric) => result.values[metric] !== undefined && known[metric] === undefined);
  const executedBefore = row.executed_at === null ? null : toPhase(row.phase_used);
  const executed = executedBefore ?? result.executedPhase;
  const newTexts = (result.phase1Json !== null && row.p1 === 0) || (result.phase2Json !== null && row.p2 === 0);
  if (fresh.length === 0 && !newTexts && executed === executedBefore) return { status: arm === null ? "unassigned" : "unchanged", arm, crossover: Boolean(row.crossover) };

  const key = String(row.experiment_key);
  const counter = await counters.of(key, result.atMs);
  counter.seq += 1;
  for (const metric of fresh) known[metric] = [result.atMs, counter.seq];
  const crossover = Boolean(row.crossover) || (arm !== null && executed !== null && executed !== arm);
  const bound = (metric: Metric): SqlValue => {
    const value = fresh.includes(metric) ? result.values[metric]! : null;
    return value !== null && ruleOf(metric).kind === "binary" ? value === 1 : value;
  };
  const executedAt = executed === null ? null : executedBefore === null ? new Date(result.atMs) : toDate(row.executed_at);
  await sql.run(updateResult(sql), [executed ?? arm ?? 1, executedAt, crossover, result.phase1Json, result.phase2Json, ...METRIC_NAMES.map(bound), JSON.stringify(known), counter.seq, Number(row.id)]);
  if (arm === 2 && !row.anonymous) await guardOutcome(sql, counter, key, { executedPhase: executed ?? arm, atMs: result.atMs, values: Object.fromEntries(fresh.map((metric) => [metric, result.values[metric]])) });
  return { status: arm === null ? "unassigned" : "stored", arm, crossover };
}

async function findRow(sql: Sql, { dispatchKey }: ResultInput): Promise<Record<string, unknown> | undefined> {
  const columns = "id, experiment_key, arm, phase_used, executed_at, crossover, anonymous, known_json, CASE WHEN phase1_result_json IS NULL THEN 0 ELSE 1 END AS p1, CASE WHEN phase2_result_json IS NULL THEN 0 ELSE 1 END AS p2";
  const from = `${columns} FROM ${table(sql.dialect, "ab_test_log")} WHERE dispatch_key = ? ORDER BY id DESC`;
  return (await sql.all(sql.dialect === "sqlite" ? `SELECT ${from} LIMIT 1` : `SELECT TOP 1 ${from}`, [dispatchKey]))[0];
}

async function unassigned(sql: Sql, counters: Counters, result: ResultInput): Promise<ResultAnswer> {
  if (result.executedPhase === null) return { status: "unassigned", arm: null, crossover: false };
  const counter = await counters.of(result.experimentKey, result.atMs);
  counter.seq += 1;
  const at = new Date(result.atMs);
  const values: SqlValue[] = [result.dispatchId, result.executedPhase, result.strategy, at, result.experimentKey, result.dispatchKey, null, 0, result.version, null, counter.seq, counter.seq, false, false, false, "outcome without a decision", at, result.localHour, false];
  if (sql.dialect !== "sqlite") values.push(result.dispatchKey, result.experimentKey);
  await sql.run(insertOf(sql), values);
  const row = await findRow(sql, result);
  if (row) {
    const known = Object.fromEntries(METRIC_NAMES.filter((metric) => result.values[metric] !== undefined).map((metric) => [metric, [result.atMs, counter.seq]]));
    const bound = (metric: Metric): SqlValue => {
      const value = result.values[metric] ?? null;
      return value !== null && ruleOf(metric).kind === "binary" ? value === 1 : value;
    };
    await sql.run(updateResult(sql), [result.executedPhase, at, false, result.phase1Json, result.phase2Json, ...METRIC_NAMES.map(bound), JSON.stringify(known), counter.seq, Number(row.id)]);
  }
  return { status: "unassigned", arm: null, crossover: false };
}

function toPhase(value: unknown): Phase | null {
  return value === null || value === undefined ? null : Number(value) === 2 ? 2 : 1;
}

function toDate(value: unknown): Date | null {
  return value === null || value === undefined ? null : new Date(msOf(value));
}
