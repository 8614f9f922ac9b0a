import { z } from "zod";
import { predictMembers, someFeatures } from "../dispatch/contract";
import { endpoint, type Endpoint } from "../http/endpoint";
import { Metric } from "./metric";
import { RAMP_STATUSES } from "./ramp";
import { StrategyName } from "./strategy";

/**
 * Wire shapes of v3. The eight published endpoints keep their members; per-arm figures follow the assigned arm, and null
 * means "not known". Members in percent are those of the published contract, all others are fractions.
 */

const INT32 = 2_147_483_647;
const base = "/api/v3/ab-testing";
const Timestamp = z.iso.datetime();
const hours = z.string().regex(/^\d{1,4}$/, "must be a whole number from 1 to 8760").transform(Number).pipe(z.int().min(1).max(8_760)).default(24);
const Hours = z.object({ hours });
const phase = z.union([z.literal(1), z.literal(2)]);
const success = z.literal(true);

/** Trimmed, never lower-cased. Numbers and their digits are one id. */
const Text = z.string().trim().regex(/^[\x20-\x7e]{1,64}$/, "1 to 64 printable characters");
const DispatchId = z.union([z.int().min(0).max(INT32), Text]);
const LoggedId = z.union([z.int().min(1).max(INT32), Text.refine((id) => !/^0+$/.test(id), "not 0")]);

const decided = {
  phase,
  strategy: z.string(),
  dispatch_id: DispatchId.nullable(),
  /** Probability of phase 2 used for this decision. */
  share: z.number(),
  reason: z.string(),
  /** The dispatch had been decided before: this is the first answer. */
  replayed: z.boolean(),
  /** The store did not answer in time: decided by the draw, and stored later. */
  degraded: z.boolean(),
  config_version: z.int(),
  experiment_key: z.string(),
  turn: z.int().nullable(),
  recorded: z.boolean(),
};

export const decidePhase = endpoint({
  method: "POST",
  path: `${base}/decide-phase`,
  summary: "Which phase answers a dispatch: the same for ever, with the probability and the reason",
  access: ["decide"],
  body: z.object({ dispatch_id: DispatchId.nullish() }).nullish(),
  bodyOptional: true,
  maxBodyBytes: 16 * 1024,
  response: z.object({ success, ...decided }),
  examples: [{ name: "one call", status: 200, body: { dispatch_id: 10231 } }],
});

const Result = z.looseObject({ confidence: z.number().nullish() });
export const LogRequest = z.object({
  dispatch_id: LoggedId,
  phase_used: phase,
  phase1_result: Result.nullish(),
  phase2_result: Result.nullish(),
  latency_ms: z.number().min(0).max(3_600_000).nullish(),
  fallback: z.boolean().nullish(),
  error: z.boolean().nullish(),
  deadline_missed: z.boolean().nullish(),
  confidence: z.number().min(0).max(1).nullish(),
  arrival_minutes: z.number().min(0).max(1_440).nullish(),
  optimal: z.boolean().nullish(),
  on_time: z.boolean().nullish(),
});
export type LogRequest = z.output<typeof LogRequest>;

export const log = endpoint({
  method: "POST",
  path: `${base}/log`,
  summary: "What became of a decision: the first record wins, later ones may only add",
  access: ["log"],
  body: LogRequest,
  response: z.object({
    success,
    message: z.string(),
    dispatch_id: DispatchId,
    /** `waiting`: in the spool, joined when the store is back. */
    status: z.enum(["stored", "unchanged", "unassigned", "waiting"]),
    assigned_phase: phase.nullable(),
    crossover: z.boolean(),
    recorded: z.boolean(),
    unknown_fields: z.array(z.string()),
  }),
  problems: ["idempotency-key-reused", "request-in-progress"],
  examples: [{ name: "what became of it", status: 200, body: { dispatch_id: 10231, phase_used: 1, phase1_result: { confidence: 0.82 }, latency_ms: 4.2, arrival_minutes: 7.5, optimal: true } }],
});

export const dispatch = endpoint({
  method: "POST",
  path: `${base}/dispatch`,
  summary: "Decide, run the phase, log and answer in one call",
  access: ["decide"],
  body: z.looseObject({ ...predictMembers, dispatch_id: z.int().min(0).max(INT32) }),
  maxBodyBytes: 1024 * 1024,
  response: z.looseObject({ success, dispatch_id: z.int(), phase, fallback: z.boolean(), prediction_id: z.string(), ab_test: z.object(decided) }),
  problems: ["unknown-model", "model-leaks", "idempotency-key-reused", "request-in-progress"],
  examples: [{ name: "one call", status: 200, body: { dispatch_id: 10240, ...someFeatures } }],
});

const fraction = z.number().nullable();
const PhaseBlock = z.object({ total: z.int(), avg_confidence: fraction, min_confidence: fraction, max_confidence: fraction });
const ComparisonBlock = z.object({
  confidence_difference: fraction,
  confidence_improvement_percent: fraction,
  phase2_better: z.boolean().nullable(),
  recommendation: z.string(),
});
export type ComparisonBlock = z.infer<typeof ComparisonBlock>;

const Arm = z.object({ n: z.int(), mean: fraction, sd: fraction, median: fraction, p90: fraction, p95: fraction });
const values = z.record(z.string(), z.union([z.number(), z.string(), z.null()]));
const MetricOut = z.object({
  metric: Metric,
  kind: z.enum(["binary", "positive", "bounded"]),
  better: z.enum(["up", "down"]).nullable(),
  role: z.enum(["goal", "guardrail", "signal"]),
  /** Phase 1, phase 2, as assigned. */
  arms: z.tuple([Arm, Arm]),
  plain_difference: fraction,
  estimate: fraction,
  /** May be watched at any time. Null while it is too early for one. */
  interval: z.object({ low: z.number(), high: z.number(), always_valid_p: z.number() }).nullable(),
  /** Exact at every sample size and any stopping rule. */
  evidence: z.object({ ln_e: z.number(), peak_ln_e: z.number(), p: z.number() }).nullable(),
  /** Valid at a planned sample only. */
  at_plan: z.object({ statistic: z.number(), p: z.number(), low: fraction, high: fraction }).nullable(),
  /** For reading, not for stopping. */
  bayes: z.object({ lift: z.number(), sd: z.number(), chance: z.number(), low: z.number(), high: z.number(), expected_loss: z.number(), chance_from_counts: fraction }).nullable(),
  late: z.int(),
  excluded: z.int(),
});
export const AnalysisOut = z.object({
  experiment_key: z.string(),
  config_version: z.int(),
  strategy: z.string(),
  /** Hours are closed as of this instant; null before the first decision was counted. */
  as_of: Timestamp.nullable(),
  decisions: z.object({ phase1: z.int(), phase2: z.int(), anonymous: z.int(), outcomes: z.int(), crossover: z.int() }),
  verdict: z.enum(["unhealthy", "harmful", "too-early", "better", "equivalent", "undecided"]),
  reasons: z.array(z.object({ code: z.string(), values })),
  numbers: z.object({
    evidence: z.number(),
    evidence_limit: z.number(),
    estimate: fraction,
    low: fraction,
    high: fraction,
    decisions_needed: fraction,
    hours_needed: fraction,
    days_needed: fraction,
  }),
  health: z.object({
    ok: z.boolean(),
    checks: z.array(z.object({ code: z.string(), ok: z.boolean(), acts: z.boolean(), values, remedy: z.string().nullable() })),
  }),
  alarms: z.array(values),
  goal: Metric,
  metrics: z.array(MetricOut),
  /** ln E of the deciding goal at each closed hour. */
  evidence_path: z.array(z.object({ at: Timestamp, ln_e: z.number() })),
  confidence_signal: z.object({ band: z.string(), difference: fraction, improvement_percent: fraction, basis: z.string() }),
});
export type AnalysisOut = z.infer<typeof AnalysisOut>;

export const status = endpoint({
  method: "GET",
  path: `${base}/status`,
  summary: "The split of the last 24 hours",
  access: ["read"],
  response: z.object({
    success,
    strategy: z.string(),
    total_tests_24h: z.int(),
    phase1_percentage: fraction,
    phase2_percentage: fraction,
    phase1_avg_confidence: fraction,
    phase2_avg_confidence: fraction,
    experiment_key: z.string(),
    config_version: z.int(),
    /** What new dispatches get now, at this hour. */
    share: z.number(),
    verdict: z.string(),
    healthy: z.boolean(),
  }),
  examples: [{ name: "plain", status: 200 }],
});

const DashboardMetrics = z.object({ total: z.int(), avg_confidence: fraction, confidence_range: z.object({ min: fraction, max: fraction }) });
export const dashboard = endpoint({
  method: "GET",
  path: `${base}/dashboard`,
  summary: "Report of a period, and the verdict with all that it rests on",
  access: ["read"],
  query: Hours,
  response: z.object({
    success,
    report: z.object({
      period: z.string(),
      timestamp: Timestamp,
      summary: z.object({ total_requests: z.int(), phase1_requests: z.int(), phase2_requests: z.int(), phase1_percentage: fraction, phase2_percentage: fraction }),
      phase1_metrics: DashboardMetrics,
      phase2_metrics: DashboardMetrics,
      comparison: ComparisonBlock,
      strategy: z.string(),
      recommendation: z.string(),
    }),
    analysis: AnalysisOut,
  }),
  examples: [{ name: "a day", status: 200, query: { hours: 24 } }],
});

export const comparison = endpoint({
  method: "GET",
  path: `${base}/comparison`,
  summary: "Both arms side by side",
  access: ["read"],
  query: Hours,
  response: z.object({ success, comparison: z.object({ period_hours: z.int(), phase1: PhaseBlock, phase2: PhaseBlock, comparison: ComparisonBlock }), analysis: AnalysisOut }),
  examples: [{ name: "a day", status: 200, query: { hours: 24 } }],
});

export const recommendation = endpoint({
  method: "GET",
  path: `${base}/recommendation`,
  summary: "What to do next, in words",
  access: ["read"],
  query: Hours,
  response: z.object({
    success,
    recommendation: z.string(),
    period_hours: z.int(),
    data_available: z.boolean(),
    verdict: z.string(),
    reasons: z.array(z.object({ code: z.string(), values })),
    confidence_signal: AnalysisOut.shape.confidence_signal,
  }),
  examples: [{ name: "a day", status: 200, query: { hours: 24 } }],
});

const Share = z.object({ count: z.int(), percentage: fraction });
const OperationBlock = z.object({ latency_ms_mean: fraction, arrival_minutes_mean: fraction, fallback_rate: fraction, error_rate: fraction, deadline_missed_rate: fraction, optimal_rate: fraction, on_time_rate: fraction });
export const metrics = endpoint({
  method: "GET",
  path: `${base}/metrics`,
  summary: "Distribution and means of a period, per assigned arm",
  access: ["read"],
  query: Hours,
  response: z.object({
    success,
    period_hours: z.int(),
    distribution: z.object({ phase1: Share, phase2: Share }),
    phase1_metrics: PhaseBlock.extend(OperationBlock.shape),
    phase2_metrics: PhaseBlock.extend(OperationBlock.shape),
    improvement: ComparisonBlock,
  }),
  examples: [{ name: "a day", status: 200, query: { hours: 24 } }],
});

export const strategies = endpoint({
  method: "GET",
  path: `${base}/strategies`,
  summary: "The strategies there are",
  access: ["read"],
  response: z.object({ success, strategies: z.array(z.object({ name: z.string(), description: z.string(), use_case: z.string(), deterministic: z.boolean() })) }),
  examples: [{ name: "plain", status: 200 }],
});

const StrategyWire = z.object({
  kind: StrategyName,
  phase2_share: z.number().optional(),
  zone: z.string().optional(),
  peak_start_hour: z.int().optional(),
  peak_end_hour: z.int().optional(),
  peak_share: z.number().optional(),
  off_peak_share: z.number().optional(),
  floor: z.number().optional(),
});
const AnalysisWire = z.object({
  goals: z.array(z.string()).optional(),
  alpha: z.number().optional(),
  margins: z.record(z.string(), z.number()).optional(),
  n_star: z.number().optional(),
  minimum_days: z.number().optional(),
  maturity_minutes: z.number().optional(),
  slot_minutes: z.number().optional(),
  zone: z.string().optional(),
  ceilings: z.record(z.string(), z.number()).optional(),
  ceiling_run_length: z.number().optional(),
  relative: z.array(z.string()).optional(),
  relative_alpha: z.number().optional(),
  hard_stop: z.number().nullable().optional(),
});
const ConfigOut = z.object({
  version: z.int(),
  experiment_key: z.string(),
  strategy: StrategyWire,
  analysis: AnalysisWire,
  changed_at: Timestamp,
  changed_by: z.string(),
  reason: z.string(),
});
export type ConfigOut = z.infer<typeof ConfigOut>;

export const config = endpoint({
  method: "GET",
  path: `${base}/config`,
  summary: "The configuration in force",
  access: ["read"],
  response: z.object({ success, config: ConfigOut }),
  examples: [{ name: "plain", status: 200 }],
});

export const ConfigRequest = z.object({
  expected_version: z.int().min(1),
  reason: z.string().trim().max(500).default(""),
  /** For what is bold: the new largest share in percent, typed by the person. */
  confirmation: z.string().max(20).nullish(),
  /** Take back the version in force: the settings are those before it, and none may be given. One's own return to phase 1 within a minute needs no more; anything else is judged as a change. */
  undo: z.boolean().default(false),
  experiment_key: z.string().optional(),
  strategy: StrategyWire.optional(),
  analysis: AnalysisWire.optional(),
});
export type ConfigRequest = z.output<typeof ConfigRequest>;

export const putConfig = endpoint({
  method: "PUT",
  path: `${base}/config`,
  summary: "The next configuration version; what is left out stays",
  access: ["operate"],
  body: ConfigRequest,
  response: z.object({ success, config: ConfigOut, unchanged: z.boolean(), rise: z.number(), bold: z.array(z.string()) }),
  problems: ["stale-version", "conflict"],
  examples: [{ name: "a tenth with phase 2", status: 200, body: { expected_version: 1, reason: "first step", strategy: { kind: "weight_based", phase2_share: 0.1 } } }, { name: "somebody was faster", status: 409, body: { expected_version: 99, reason: "late", strategy: { kind: "weight_based", phase2_share: 0.1 } } }],
});

export const configHistory = endpoint({
  method: "GET",
  path: `${base}/config/history`,
  summary: "Configuration versions, newest first",
  access: ["read"],
  query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(50), before: z.coerce.number().int().min(1).optional() }),
  response: z.object({ success, versions: z.array(ConfigOut.extend({ origin: z.enum(["person", "ramp", "guardrail", "system"]) })) }),
  examples: [{ name: "the last ten", status: 200, query: { limit: 10 } }],
});

const StepWire = z.object({ share: z.number(), hold_minutes: z.number().optional(), min_phase2: z.int().optional(), approval: z.boolean().optional() });
const RampOut = z.object({
  version: z.int(),
  status: z.enum(RAMP_STATUSES),
  steps: z.array(StepWire.required()),
  scheduled_at: Timestamp.nullable(),
  step: z.int(),
  step_started_at: Timestamp.nullable(),
  hold_reason: z.string().nullable(),
  approved: z.boolean(),
  locked_until: Timestamp.nullable(),
  /** Decisions of phase 2 since the step began; null while nothing is known. */
  phase2_in_step: z.int().nullable(),
  /** What holds the ramp without withdrawing the model: `value` warns beyond `limit`. Empty in the answers to actions. */
  signals: z.array(z.object({ name: z.string(), state: z.enum(["quiet", "warns", "unknown"]), value: fraction, limit: fraction })),
});
export type RampOut = z.infer<typeof RampOut>;
const RampReply = z.object({ success, ramp: RampOut.nullable() });
const RampAction = z.object({ expected_version: z.int().optional(), reason: z.string().trim().max(500).default("") });
const rampProblems = ["stale-version", "conflict"] as const;
export const PlanWire = z.object({ steps: z.array(StepWire).min(1).max(20).optional(), scheduled_at: Timestamp.nullish() });
export type PlanWire = z.output<typeof PlanWire>;

export const ramp = endpoint({ method: "GET", path: `${base}/ramp`, summary: "The ramp; null before the first plan", access: ["read"], response: RampReply, examples: [{ name: "plain", status: 200 }] });
export const planRamp = endpoint({
  method: "POST",
  path: `${base}/ramp`,
  summary: "Plan a ramp: steps, hold times, approvals; scheduled when it names an instant",
  access: ["operate"],
  body: RampAction.extend(PlanWire.shape),
  bodyOptional: true,
  response: RampReply,
  problems: rampProblems,
  examples: [{ name: "three steps", status: 200, body: { reason: "new model", steps: [{ share: 0.05 }, { share: 0.25 }, { share: 1, approval: true }] } }],
});
const action = <const Name extends string>(name: Name, summary: string, examples: Endpoint["examples"]) =>
  endpoint({ method: "POST", path: `${base}/ramp/${name}`, summary, access: ["operate"], body: RampAction, bodyOptional: true, response: RampReply, problems: rampProblems, examples });
export const startRamp = endpoint({
  method: "POST",
  path: `${base}/ramp/start`,
  summary: "Begin at the first step; after a withdrawal only with a reason, as a new experiment",
  access: ["operate"],
  body: RampAction.extend(PlanWire.shape),
  bodyOptional: true,
  response: RampReply,
  problems: rampProblems,
  examples: [{ name: "now", status: 200, body: { reason: "new model" } }],
});
export const holdRamp = action("hold", "Stay at the present step", [{ name: "hold", status: 200, body: { reason: "road closed" } }]);
export const resumeRamp = action("resume", "Go on from the present step", [{ name: "go on", status: 200, body: { reason: "road open" } }]);
export const rollbackRamp = action("rollback", "Back to the rules: share 0 at once", [{ name: "back", status: 200, body: { reason: "slow answers" } }]);
export const approveRamp = action("approve", "Let the next step begin that asks for approval", [{ name: "nothing waits for approval", status: 409, body: { reason: "seen" } }]);

export const exportRows = endpoint({
  method: "GET",
  path: `${base}/export`,
  summary: "The analysis rows, from which every number can be recomputed",
  access: ["read"],
  query: z.object({ format: z.enum(["csv", "jsonl"]).default("csv"), experiment: z.string().max(40).optional() }),
  response: z.string(),
  produces: "text/csv; charset=utf-8",
  examples: [{ name: "as a table", status: 200, query: { format: "csv" } }, { name: "as lines of JSON", status: 200, query: { format: "jsonl" } }],
});
