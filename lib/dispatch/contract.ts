import { z } from "zod";
import { endpoint } from "../http/endpoint";

/** Wire shapes of v1 (rules) and v2 (model). Members keep the names and units of the published contract. */

const INT32 = 2_147_483_647;
const id = z.int().min(0).max(INT32);
const latitude = z.number().min(-90).max(90);
const longitude = z.number().min(-180).max(180);
const short = z.string().trim().min(1).max(100);
/** A number in a path or a query: digits only. Number("") is 0 and Number("1e2") is 100, which nobody means here. */
const digits = (min: number, max: number) =>
  z.coerce
    .string()
    .regex(/^\d{1,10}$/, `must be a whole number from ${min} to ${max}`)
    .meta({ type: "integer", minimum: min, maximum: max })
    .pipe(z.coerce.number<string>().int().min(min).max(max));
const hours = (otherwise: number) => digits(1, 8_760).default(otherwise);
const Timestamp = z.iso.datetime();

export const IdempotencyKey = z.string().regex(/^[\x21-\x7e]{1,255}$/, "1 to 255 visible characters");

const AmbulanceIn = z.object({
  id,
  latitude: latitude.nullish(),
  longitude: longitude.nullish(),
  status: z.string().max(40),
  crew_level: z.string().max(40).nullish(),
  unit_type: z.string().max(40).nullish(),
});
const ParamedicIn = z.object({ id, level: z.string().max(40).nullish(), status: z.string().max(40).nullish() });
const NurseIn = z.object({ id, status: z.string().max(40).nullish() });

export const AssignRequest = z.object({
  dispatch_id: id,
  patient_latitude: latitude,
  patient_longitude: longitude,
  emergency_type: short,
  severity_level: z.int().min(1).max(5),
  zone_code: z.string().max(50).nullish(),
  emergency_description: z.string().max(500).nullish(),
  active_dispatches_count: z.int().min(0).max(10_000).nullish(),
  average_response_time_minutes: z.number().min(0).max(1_440).nullish(),
  available_ambulances: z.array(AmbulanceIn).max(2_000),
  available_paramedics: z.array(ParamedicIn).max(5_000),
  available_nurses: z.array(NurseIn).max(5_000).default([]),
});
export type AssignRequest = z.output<typeof AssignRequest>;

const CandidateOut = z.object({
  ambulance_id: z.int(),
  distance_km: z.number(),
  eta_minutes: z.number(),
  unit_type: z.string().nullable(),
  type_fits: z.boolean().nullable(),
  score: z.number(),
});

export const AssignReply = z.object({
  success: z.literal(true),
  dispatch_id: z.int(),
  ambulance_id: z.int(),
  paramedic_ids: z.array(z.int()),
  nurse_id: z.int().nullable(),
  distance_km: z.number(),
  confidence: z.number(),
  optimization_score: z.number(),
  crew_complete: z.boolean(),
  crew_shortfall: z.array(z.string()),
  candidates: z.array(CandidateOut),
  skipped_ambulance_ids: z.array(z.int()),
  assignment_type: z.literal("deterministic_rules"),
  phase: z.literal(1),
  reasoning: z.string(),
  history_id: z.int().nullable(),
  recorded: z.boolean(),
  unknown_fields: z.array(z.string()),
  timestamp: Timestamp,
});
export type AssignReply = z.infer<typeof AssignReply>;

const FailedItem = z.object({ success: z.literal(false), dispatch_id: z.int(), error: z.string(), fields: z.array(z.unknown()) });

export const AssignmentOut = z.object({
  id: z.int(),
  dispatch_id: z.int(),
  request_timestamp: Timestamp,
  emergency_latitude: z.number(),
  emergency_longitude: z.number(),
  emergency_type: z.string(),
  severity_level: z.int(),
  hour_of_day: z.int(),
  day_of_week: z.int(),
  is_weekend: z.boolean(),
  zone_code: z.string().nullable(),
  available_ambulances_count: z.int(),
  nearest_ambulance_distance_km: z.number().nullable(),
  paramedics_available_count: z.int(),
  nurses_available_count: z.int().nullable(),
  assigned_ambulance_id: z.int(),
  assigned_paramedic_ids: z.array(z.int()),
  assigned_nurse_id: z.int().nullable(),
  phase_used: z.int().nullable(),
  model_version: z.string().nullable(),
  optimization_score: z.number().nullable(),
  actual_response_time_minutes: z.number().nullable(),
  actual_travel_distance_km: z.number().nullable(),
  patient_outcome: z.string().nullable(),
  hospital_destination_id: z.int().nullable(),
  was_optimal: z.boolean().nullable(),
  paramedic_satisfaction_rating: z.int().nullable(),
  patient_satisfaction_rating: z.int().nullable(),
  created_at: Timestamp.nullable(),
  updated_at: Timestamp.nullable(),
});
export type AssignmentOut = z.infer<typeof AssignmentOut>;

const read = ["read", "predict"] as const;
/** What a dispatch centre sends, for the examples. */
const someDispatch = {
  dispatch_id: 10231,
  patient_latitude: -17.7833,
  patient_longitude: -63.1821,
  emergency_type: "trauma",
  severity_level: 4,
  zone_code: "ZONA_3",
  available_ambulances: [
    { id: 21, latitude: -17.79, longitude: -63.18, status: "available", unit_type: "avanzada" },
    { id: 22, latitude: -17.75, longitude: -63.15, status: "available", unit_type: "basica" },
  ],
  available_paramedics: [{ id: 41, level: "senior", status: "available" }, { id: 47, level: "junior", status: "available" }],
  available_nurses: [{ id: 61, status: "available" }],
};
export const someFeatures = { severity_level: 4, hour_of_day: 14, day_of_week: 2, is_weekend: 0, available_ambulances_count: 5, nearest_ambulance_distance_km: 2.4, paramedics_available_count: 8, paramedics_senior_count: 3, paramedics_junior_count: 5, nurses_available_count: 2, active_dispatches_count: 3, ambulances_busy_percentage: 0.4, average_response_time_minutes: 9.5 };
const v1 = "/api/v1/dispatch";
const v2 = "/api/v2/dispatch";

export const healthV1 = endpoint({
  method: "GET",
  path: `${v1}/health`,
  summary: "Whether the rules can answer",
  access: "signed-in",
  response: z.object({ status: z.string(), service: z.string(), phase: z.literal(1), version: z.string(), timestamp: Timestamp, message: z.string() }),
  examples: [{ name: "plain", status: 200 }],
});

export const testV1 = endpoint({
  method: "GET",
  path: `${v1}/test`,
  summary: "The paths of the rules API",
  access: "signed-in",
  response: z.object({ status: z.literal("ok"), message: z.string(), endpoints: z.array(z.string()) }),
  examples: [{ name: "plain", status: 200 }],
});

export const assign = endpoint({
  method: "POST",
  path: `${v1}/assign`,
  summary: "Choose ambulance and crew by the rules",
  access: ["predict"],
  body: AssignRequest,
  maxBodyBytes: 1024 * 1024,
  response: AssignReply,
  problems: ["no-available-ambulance", "idempotency-key-reused", "request-in-progress"],
  examples: [
    {
      name: "two ambulances",
      status: 200,
      body: someDispatch,
    },
    { name: "no ambulance", status: 400, body: { dispatch_id: 10232, patient_latitude: -17.7833, patient_longitude: -63.1821, emergency_type: "trauma", severity_level: 4, available_ambulances: [], available_paramedics: [] } },
  ],
});

export const assignBatch = endpoint({
  method: "POST",
  path: `${v1}/assign/batch`,
  summary: "Choose for many dispatches; each is judged by itself",
  access: ["predict"],
  body: z.object({ dispatches: z.array(z.unknown()).min(1) }),
  maxBodyBytes: 8 * 1024 * 1024,
  response: z.object({
    success: z.boolean(),
    total: z.int(),
    successful: z.int(),
    failed: z.int(),
    results: z.array(z.union([AssignReply, FailedItem])),
    unknown_fields: z.array(z.string()),
  }),
  problems: ["idempotency-key-reused", "request-in-progress"],
  examples: [{ name: "two calls", status: 200, body: { dispatches: [someDispatch, { ...someDispatch, dispatch_id: 10232, severity_level: 2 }] } }],
});

export const history = endpoint({
  method: "GET",
  path: `${v1}/history/{dispatch_id}`,
  summary: "The latest assignment of a dispatch",
  access: read,
  params: z.object({ dispatch_id: digits(0, INT32) }),
  response: z.object({ success: z.literal(true), dispatch_id: z.int(), assignment: AssignmentOut }),
  examples: [{ name: "one call", status: 200, params: { dispatch_id: 10231 } }],
});

export const historyRecent = endpoint({
  method: "GET",
  path: `${v1}/history/recent`,
  summary: "Assignments of the last hours, newest first",
  access: read,
  query: z.object({ limit: digits(1, 500).default(50), hours: hours(24) }),
  response: z.object({ success: z.literal(true), count: z.int(), limit: z.int(), hours: z.int(), assignments: z.array(AssignmentOut) }),
  examples: [{ name: "ten of the last two days", status: 200, query: { limit: 10, hours: 48 } }],
});

export const historyAmbulance = endpoint({
  method: "GET",
  path: `${v1}/history/ambulance/{id}`,
  summary: "The last fifty assignments of an ambulance",
  access: read,
  params: z.object({ id: digits(0, INT32) }),
  response: z.object({ success: z.literal(true), ambulance_id: z.int(), total_assignments: z.int(), assignments: z.array(AssignmentOut) }),
  examples: [{ name: "one ambulance", status: 200, params: { id: 21 } }],
});

const Performance = z.object({
  total_assignments: z.int(),
  optimal_assignments: z.int(),
  optimal_rate: z.number().nullable(),
  avg_response_time: z.number().nullable(),
  avg_optimization_score: z.number().nullable(),
  avg_patient_satisfaction: z.number().nullable(),
  labelled_assignments: z.int(),
});
export type Performance = z.infer<typeof Performance>;

export const statisticsV1 = endpoint({
  method: "GET",
  path: `${v1}/statistics`,
  summary: "Counts and means of the last hours; 404 without data",
  access: read,
  query: z.object({ hours: hours(24) }),
  response: z.object({ success: z.literal(true), period_hours: z.int(), statistics: Performance.extend({ unique_ambulances: z.int() }) }),
  examples: [{ name: "a day", status: 200, query: { hours: 24 } }],
});

export const statisticsAmbulance = endpoint({
  method: "GET",
  path: `${v1}/statistics/ambulance/{id}`,
  summary: "Counts and means of one ambulance",
  access: read,
  params: z.object({ id: digits(0, INT32) }),
  query: z.object({ hours: hours(168) }),
  response: z.object({ success: z.literal(true), ambulance_id: z.int(), period_hours: z.int(), performance: Performance }),
  examples: [{ name: "one ambulance", status: 200, params: { id: 21 }, query: { hours: 168 } }],
});

export const severityDistribution = endpoint({
  method: "GET",
  path: `${v1}/statistics/severity-distribution`,
  summary: "Assignments per severity",
  access: read,
  query: z.object({ hours: hours(168) }),
  response: z.object({ success: z.literal(true), period_hours: z.int(), distribution: z.record(z.string(), z.int()) }),
  examples: [{ name: "a week", status: 200, query: { hours: 168 } }],
});

export const ModelId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}@[0-9A-Za-z][0-9A-Za-z.+-]{0,39}$/, "name@version");

/** Members that every prediction request may carry beside the features of the model. */
export const predictMembers = {
  dispatch_id: id.nullish(),
  model: ModelId.nullish(),
  explain: z.boolean().nullish(),
  patient_latitude: latitude.nullish(),
  patient_longitude: longitude.nullish(),
  emergency_type: z.string().max(100).nullish(),
  zone_code: z.string().max(50).nullish(),
  available_ambulances: z.array(AmbulanceIn).max(2_000).nullish(),
  available_paramedics: z.array(ParamedicIn).max(5_000).nullish(),
  available_nurses: z.array(NurseIn).max(5_000).nullish(),
};
export const PredictRequest = z.looseObject(predictMembers);
export type PredictRequest = z.output<typeof PredictRequest>;

const Recommendation = z.string();
const predicted = {
  dispatch_id: z.int(),
  prediction_id: z.string(),
  prediction: z.union([z.literal(0), z.literal(1)]).nullable(),
  confidence: z.number().nullable(),
  recommendation: Recommendation,
  phase: z.union([z.literal(1), z.literal(2)]),
  model: z.string().nullable(),
  fallback: z.boolean(),
  fallback_reason: z.string().nullable(),
  recorded: z.boolean(),
};
const reported = {
  out_of_range: z.array(z.string()),
  ignored_fields: z.array(z.string()),
  unknown_fields: z.array(z.string()),
};

export const PredictReply = z.object({
  success: z.literal(true),
  ...predicted,
  ...reported,
  probabilities: z.object({ not_optimal: z.number(), optimal: z.number() }).nullable(),
  /** Regressions: the value in the target's unit, and its quantiles. */
  value: z.number().optional(),
  quantiles: z.record(z.string(), z.number()).optional(),
  target: z.string().nullable(),
  rule: z.object({ reason: z.string(), ambulance_id: z.int().nullable(), distance_km: z.number().nullable() }).optional(),
  /** When asked for with `explain` and the model answered: what each feature adds to the raw score, largest first. */
  explanation: z
    .object({
      space: z.enum(["log_odds", "raw"]),
      bias: z.number(),
      score: z.number(),
      contributions: z.array(z.object({ feature: z.string(), value: z.number().nullable(), contribution: z.number() })),
    })
    .optional(),
  timestamp: Timestamp,
});
export type PredictReply = z.infer<typeof PredictReply>;

const PredictItem = z.object({
  success: z.literal(true),
  ...predicted,
  value: z.number().optional(),
  quantiles: z.record(z.string(), z.number()).optional(),
  out_of_range: z.array(z.string()).optional(),
  ignored_fields: z.array(z.string()).optional(),
  unknown_fields: z.array(z.string()).optional(),
});

export const predict = endpoint({
  method: "POST",
  path: `${v2}/predict`,
  summary: "Judge a dispatch with the model; the rules answer when it cannot",
  access: ["predict"],
  body: PredictRequest,
  maxBodyBytes: 1024 * 1024,
  response: PredictReply,
  problems: ["unknown-model", "model-leaks", "idempotency-key-reused", "request-in-progress"],
  examples: [{ name: "the thirteen features", status: 200, body: { dispatch_id: 10231, ...someFeatures } }, { name: "with the reasons", status: 200, body: { dispatch_id: 10233, explain: true, ...someFeatures } }, { name: "a severity that is none", status: 400, body: { dispatch_id: 10234, ...someFeatures, severity_level: 9 } }],
});

export const MAX_BATCH = 1_000;

export const predictBatch = endpoint({
  method: "POST",
  path: `${v2}/predict/batch`,
  summary: "Judge 1 to 1,000 dispatches; each has its own result",
  access: ["predict"],
  body: z.object({ dispatches: z.array(z.unknown()).min(1), model: ModelId.nullish() }),
  maxBodyBytes: 8 * 1024 * 1024,
  response: z.object({
    success: z.boolean(),
    total: z.int(),
    successful: z.int(),
    failed: z.int(),
    phase: z.literal(2),
    recorded: z.boolean(),
    predictions: z.array(z.union([PredictItem, FailedItem])),
    unknown_fields: z.array(z.string()),
  }),
  problems: ["unknown-model", "model-leaks", "idempotency-key-reused", "request-in-progress", "body-too-large"],
  examples: [{ name: "two calls", status: 200, body: { dispatches: [{ dispatch_id: 10235, ...someFeatures }, { dispatch_id: 10236, ...someFeatures, severity_level: 2 }] } }],
});

export const healthV2 = endpoint({
  method: "GET",
  path: `${v2}/health`,
  summary: "Whether the model can answer",
  access: "signed-in",
  response: z.object({
    status: z.enum(["healthy", "degraded"]),
    service: z.literal("dispatch_assignment_ml"),
    phase: z.literal(2),
    version: z.string(),
    ml_status: z.enum(["loaded", "failed"]),
    model: z.string().nullable(),
    timestamp: Timestamp,
    message: z.string(),
  }),
  examples: [{ name: "plain", status: 200 }],
});

const Estimate = z.object({ value: z.number(), low: z.number().nullable(), high: z.number().nullable() });

export const modelInfo = endpoint({
  method: "GET",
  path: `${v2}/model/info`,
  summary: "The serving model as its manifest describes it",
  access: read,
  query: z.object({ model: ModelId.optional() }),
  response: z.object({
    success: z.literal(true),
    model: z.looseObject({
      id: z.string(),
      type: z.string(),
      phase: z.literal(2),
      status: z.string(),
      performance: z.record(z.string(), z.number()),
      metrics: z.record(z.string(), Estimate),
      features: z.int(),
      feature_names: z.array(z.string()),
      target: z.string(),
      leaks: z.array(z.string()),
    }),
  }),
  problems: ["unknown-model", "unavailable"],
  examples: [{ name: "the serving model", status: 200 }, { name: "a named one", status: 200, query: { model: "optimal@1" } }],
});

export const featureImportance = endpoint({
  method: "GET",
  path: `${v2}/model/feature-importance`,
  summary: "Share of the total gain per feature, from the trees",
  access: read,
  query: z.object({ model: ModelId.optional() }),
  response: z.object({
    success: z.literal(true),
    feature_importance: z.record(z.string(), z.number()),
    ranking: z.array(z.object({ feature: z.string(), importance: z.number() })),
    method: z.literal("gain"),
    model: z.string(),
    phase: z.literal(2),
  }),
  problems: ["unknown-model", "unavailable"],
  examples: [{ name: "plain", status: 200 }],
});

export const OutcomeIn = z
  .object({
    prediction_id: z.string().min(1).max(36).nullish(),
    dispatch_id: id.nullish(),
    actual_response_time_minutes: z.number().min(0).max(10_080).nullish(),
    actual_travel_distance_km: z.number().min(0).max(2_000).nullish(),
    patient_outcome: z.string().trim().min(1).max(100).nullish(),
    hospital_destination_id: id.nullish(),
    was_optimal: z.boolean().nullish(),
    paramedic_satisfaction_rating: z.int().min(1).max(5).nullish(),
    patient_satisfaction_rating: z.int().min(1).max(5).nullish(),
    arrived_at: z.iso.datetime({ offset: true }).nullish(),
    cancelled: z.boolean().nullish(),
  })
  .refine((outcome) => (outcome.prediction_id ?? null) !== null || (outcome.dispatch_id ?? null) !== null, {
    message: "prediction_id or dispatch_id is needed",
    path: ["prediction_id"],
    // Otherwise the union below takes this branch for every object without the two, whatever else is wrong with it.
    abort: true,
  });
export type OutcomeIn = z.output<typeof OutcomeIn>;

const OutcomeOut = z.object({
  success: z.literal(true),
  status: z.enum(["joined", "censored", "quarantined", "unchanged"]),
  prediction_id: z.string().nullable(),
  dispatch_id: z.int().nullable(),
  revision: z.int(),
});
const OutcomeFailed = z.object({ success: z.literal(false), error: z.string(), fields: z.array(z.unknown()) });

export const outcomes = endpoint({
  method: "POST",
  path: `${v2}/outcomes`,
  summary: "What became of dispatches: one, or up to 1,000 as {outcomes: […]}",
  access: ["log"],
  body: z.union([z.object({ outcomes: z.array(z.unknown()).min(1) }), OutcomeIn]),
  maxBodyBytes: 4 * 1024 * 1024,
  response: z.object({
    success: z.boolean(),
    total: z.int(),
    joined: z.int(),
    censored: z.int(),
    quarantined: z.int(),
    unchanged: z.int(),
    failed: z.int(),
    results: z.array(z.union([OutcomeOut, OutcomeFailed])),
    unknown_fields: z.array(z.string()),
  }),
  problems: ["unavailable", "body-too-large"],
  examples: [{ name: "an arrival", status: 200, body: { dispatch_id: 10231, actual_response_time_minutes: 7.5, actual_travel_distance_km: 3.1, was_optimal: true } }, { name: "several", status: 200, body: { outcomes: [{ dispatch_id: 10233, cancelled: true }] } }],
});

const PhaseStatistics = z.object({
  total: z.int(),
  percentage: z.number().nullable(),
  avg_confidence: z.number().nullable(),
  avg_latency_ms: z.number().nullable(),
  joined: z.int(),
  censored: z.int(),
  waiting: z.int(),
  avg_response_time_minutes: z.number().nullable(),
  optimal_rate: z.number().nullable(),
});

export const statistics = endpoint({
  method: "GET",
  path: `${v2}/statistics`,
  summary: "What the decision log holds, and the comparison per phase",
  access: read,
  query: z.object({ hours: hours(24), model: ModelId.optional() }),
  response: z.object({
    success: z.literal(true),
    statistics: z.object({
      total_predictions: z.int(),
      ml_predictions: z.int(),
      phase1_predictions: z.int(),
      fallback_count: z.int(),
      fallback_rate: z.number().nullable(),
      avg_confidence: z.number().nullable(),
      ml_rate: z.number().nullable(),
      hours: z.int(),
      joined: z.int(),
      censored: z.int(),
      waiting: z.int(),
      quarantined_outcomes: z.int(),
      fallback_reasons: z.record(z.string(), z.int()),
    }),
    phase_comparison: z.object({ period_hours: z.int(), phase1: PhaseStatistics, phase2: PhaseStatistics }),
    writer: z.object({ away: z.boolean(), spool_bytes: z.int(), waiting_rows: z.int(), dropped_rows: z.int() }),
  }),
  examples: [{ name: "a day", status: 200, query: { hours: 24 } }],
});
