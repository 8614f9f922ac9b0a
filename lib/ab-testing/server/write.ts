import { table, type Sql, type SqlValue } from "@/lib/dispatch/server/log/log-store";
import { choosePhase } from "../choose-phase";
import { METRIC_NAMES, ruleOf, type Metric } from "../metric-rules";
import type { Phase } from "../turn-phase";
import { msOf, textOf } from "./columns";
import { guardOutcome } from "./guard";
import { Known } from "./known";
import type { DecisionAnswer, DecisionInput, ResultAnswer, ResultInput } from "./log-entry";
import type { Counter, Counters } from "./turn-counter";

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
  // Over a network each statement is a journey: the decisions of a group go together.
  if (sql.dialect !== "sqlite" && decisions.length > 1 && decisions.every((each) => !each.correction) && !differInCaseOnly(decisions)) return await writeTogether(sql, counters, decisions);
  const answers: (DecisionAnswer | null)[] = [];
  for (const decision of decisions) answers.push(decision.correction ? await correct(sql, counters, decision) : await writeDecision(sql, counters, decision));
  return answers;
}

type Made = { phase: Phase; share: number; reason: string; deterministic: boolean; degraded: boolean; turn: number | null; seq: number };

/** What a new row says, with the next turn where one is taken; the counter moves only once the row is in. */
function make(decision: DecisionInput, counter: Counter): Made {
  const { experimentKey, dispatchKey, localHour, turns } = decision;
  const degraded = decision.degraded || Date.now() > decision.turnUntilMs;
  const turn = turns && !degraded ? counter.turn + 1 : null;
  const chosen = turn === null ? { ...decision, deterministic: false } : choosePhase(turns!, { experimentKey, dispatchId: dispatchKey, localHour, turn });
  return { phase: chosen.phase, share: chosen.share, reason: chosen.reason, deterministic: chosen.deterministic, degraded, turn, seq: counter.seq + 1 };
}

/** Null where the row says what the answering thread knows already. */
function answerOf({ strategy, version }: DecisionInput, { phase, share, reason, degraded, turn }: Made): DecisionAnswer | null {
  return turn === null && !degraded ? null : { phase, share, strategy, reason, version, turn, degraded, replayed: false };
}

function advance(counter: Counter, { seq, turn }: Made): void {
  counter.seq = seq;
  if (turn !== null) counter.turn = turn;
}

async function writeDecision(sql: Sql, counters: Counters, decision: DecisionInput): Promise<DecisionAnswer | null> {
  const { experimentKey, dispatchKey } = decision;
  const counter = await counters.of(experimentKey, decision.decidedAtMs);
  const made = make(decision, counter);
  const at = new Date(decision.decidedAtMs);
  const values: SqlValue[] = [decision.dispatchId, made.phase, decision.strategy, at, experimentKey, dispatchKey, made.phase, made.share, decision.version, made.turn, made.seq, made.seq, decision.anonymous, made.deterministic, made.degraded, made.reason, at, decision.localHour, false];
  if (sql.dialect !== "sqlite") values.push(dispatchKey, experimentKey);
  if ((await sql.run(insertOf(sql), values)) === 0) return (await stored(sql, [decision])).get(rowKey(decision)) ?? null;
  advance(counter, made);
  return answerOf(decision, made);
}

/** In lower case: whether case tells ids apart is for the database's collation to say, and a row it found is the one asked for. */
const rowKey = ({ experimentKey, dispatchKey }: Pick<DecisionInput, "experimentKey" | "dispatchKey">): string => `${experimentKey} ${dispatchKey}`.toLowerCase();
const differInCaseOnly = (decisions: readonly DecisionInput[]): boolean => new Set(decisions.map(rowKey)).size < new Set(decisions.map((each) => `${each.experimentKey} ${each.dispatchKey}`)).size;
const KEYS_PER_STATEMENT = 512;

/**
 * The same with two statements for all of them. What is there already is read first: the counter's lock keeps every other
 * process from adding to this experiment meanwhile.
 */
async function writeTogether(sql: Sql, counters: Counters, decisions: readonly DecisionInput[]): Promise<(DecisionAnswer | null)[]> {
  for (const decision of decisions) await counters.of(decision.experimentKey, decision.decidedAtMs);
  const known = await stored(sql, decisions);
  const documents: Record<string, unknown>[] = [];
  const answers: (DecisionAnswer | null)[] = [];
  for (const decision of decisions) {
    const key = rowKey(decision);
    const before = known.get(key);
    if (before) {
      answers.push(before);
      continue;
    }
    const counter = await counters.of(decision.experimentKey, decision.decidedAtMs);
    const made = make(decision, counter);
    advance(counter, made);
    documents.push(toDocument(decision, made, documents.length));
    answers.push(answerOf(decision, made));
    const { strategy, version } = decision;
    known.set(key, { phase: made.phase, share: made.share, strategy, reason: made.reason, version, turn: made.turn, degraded: made.degraded, replayed: true });
  }
  for (let from = 0; from < documents.length; from += KEYS_PER_STATEMENT) await sql.run(INSERT_DOCUMENTS, [JSON.stringify(documents.slice(from, from + KEYS_PER_STATEMENT))]);
  return answers;
}

function toDocument(decision: DecisionInput, made: Made, n: number): Record<string, unknown> {
  const at = new Date(decision.decidedAtMs).toISOString().slice(0, -1);
  const { dispatchId, strategy, experimentKey, dispatchKey, version, anonymous, localHour } = decision;
  const { phase, share, turn, seq, deterministic, degraded, reason } = made;
  return { n, dispatch_id: dispatchId, phase_used: phase, strategy, created_at: at, experiment_key: experimentKey, dispatch_key: dispatchKey, arm: phase, share, config_version: version, turn, seq, last_seq: seq, anonymous, deterministic, degraded, reason, decided_at: at, local_hour: localHour, crossover: false };
}

const documentTypes: Record<string, string> = {
  strategy: "NVARCHAR(50)",
  experiment_key: "NVARCHAR(40)",
  dispatch_key: "NVARCHAR(64)",
  reason: "NVARCHAR(200)",
  share: "FLOAT",
  created_at: "DATETIME2",
  decided_at: "DATETIME2",
  anonymous: "BIT",
  deterministic: "BIT",
  degraded: "BIT",
  crossover: "BIT",
};
/** Each path is named: OPENJSON's default paths are case traps. */
const INSERT_DOCUMENTS = `INSERT INTO ${table("sqlserver", "ab_test_log")} (${decisionColumns}) SELECT ${decisionColumns} FROM OPENJSON(?) WITH ([n] INT '$.n', ${decisionColumns.split(", ").map((name) => `${name} ${documentTypes[name] ?? "INT"} '$.${name}'`).join(", ")}) ORDER BY [n]`;

/** The answers that hold for those decisions that are there already, by experiment and dispatch. */
async function stored(sql: Sql, decisions: readonly DecisionInput[]): Promise<Map<string, DecisionAnswer>> {
  const found = new Map<string, DecisionAnswer>();
  for (const experimentKey of new Set(decisions.map((each) => each.experimentKey))) {
    const keys = decisions.filter((each) => each.experimentKey === experimentKey).map((each) => each.dispatchKey);
    for (let from = 0; from < keys.length; from += KEYS_PER_STATEMENT) {
      const some = keys.slice(from, from + KEYS_PER_STATEMENT);
      // Repeated up to a power of two: few texts, so that their plans are kept.
      while ((some.length & (some.length - 1)) !== 0) some.push(some[0]!);
      const rows = await sql.all(
        `SELECT dispatch_key, arm, phase_used, share, strategy, reason, config_version, turn, degraded FROM ${table(sql.dialect, "ab_test_log")} WHERE experiment_key = ? AND dispatch_key IN (${some.map(() => "?").join(", ")})`,
        [experimentKey, ...some],
      );
      for (const row of rows) found.set(rowKey({ experimentKey, dispatchKey: String(row.dispatch_key) }), toAnswer(row));
    }
  }
  return found;
}

function toAnswer(row: Record<string, unknown>): DecisionAnswer {
  return {
    phase: toPhase(row.arm ?? row.phase_used) ?? 1,
    share: Number(row.share),
    strategy: String(row.strategy),
    reason: String(row.reason),
    version: Number(row.config_version),
    turn: row.turn === null || Boolean(row.degraded) ? null : Number(row.turn),
    degraded: Boolean(row.degraded),
    replayed: true,
  };
}

/** The answer went out before the transaction was known to have gone through: what was answered is what holds. The turn stays with the row, as a gap. */
async function correct(sql: Sql, counters: Counters, decision: DecisionInput): Promise<null> {
  const counter = await counters.of(decision.experimentKey, decision.decidedAtMs);
  const changed = await sql.run(
    `UPDATE ${table(sql.dialect, "ab_test_log")} SET arm = ?, phase_used = ?, share = ?, deterministic = ?, degraded = ?, reason = ?, last_seq = ? WHERE dispatch_key = ? AND experiment_key = ? AND decided_at = ? AND executed_at IS NULL`,
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
