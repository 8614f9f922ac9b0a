import { z } from "zod";
import { endpoint } from "../http/endpoint";
import { Keyset, ModelId, Page, Period, Phase, Severity, flag, fraction, severities } from "./range-query";

/** What the predictions explorer reads. Null means "not known". Shares and confidences are 0 to 1. */

const read = ["read"] as const;
const base = "/api/console";
const Timestamp = z.iso.datetime();

const Answer = z.union([z.literal(0), z.literal(1)]);

export const PredictionRow = z.object({
  prediction_id: z.string(),
  /** Null when the request named none. */
  dispatch_id: z.int().nullable(),
  requested_at: Timestamp,
  phase: Phase,
  model: z.string().nullable(),
  prediction: Answer.nullable(),
  confidence: z.number().nullable(),
  severity: Severity.nullable(),
  fallback: z.boolean(),
  /** Code: deadline, model_error, circuit_open, model_unavailable, invalid_score, out_of_range. */
  fallback_reason: z.string().nullable(),
  /** Code, with its numbers: why this phase. Null when nothing was chosen (v2 without an experiment). */
  phase_reason: z.string().nullable(),
  latency_ms: z.number(),
  outcome: z.enum(["joined", "censored"]).nullable(),
  actual_response_minutes: z.number().nullable(),
  was_optimal: z.boolean().nullable(),
});
export type PredictionRow = z.infer<typeof PredictionRow>;

/** The filters of the explorer: the list, its histogram and its export take the same. */
export const PredictionFilter = {
  ...Period,
  phase: z.coerce.number().pipe(Phase).optional(),
  model: ModelId.optional(),
  fallback: flag.optional(),
  severity: severities.optional(),
  confidence_min: fraction.optional(),
  confidence_max: fraction.optional(),
  outcome: z.enum(["joined", "censored", "none"]).optional(),
  /** A dispatch number, or the beginning of a prediction id. */
  q: z.string().trim().max(36).optional(),
};

export const predictions = endpoint({
  method: "GET",
  path: `${base}/predictions`,
  summary: "Logged predictions of a period, newest first, by keyset",
  access: read,
  query: z.object({ ...PredictionFilter, ...Keyset }),
  response: Page(PredictionRow),
  examples: [{ name: "critical ones of a day", status: 200, query: { from: "2026-01-05T00:00:00Z", to: "2026-01-06T00:00:00Z", severity: "5", limit: 50 } }],
});

export const predictionHistogram = endpoint({
  method: "GET",
  path: `${base}/predictions/histogram`,
  summary: "Predictions per bucket of time and phase under the same filters",
  access: read,
  query: z.object(PredictionFilter),
  response: z.object({
    bucket_seconds: z.int().positive(),
    bins: z.array(z.object({ at: Timestamp, phase1: z.int(), phase2: z.int(), partial: z.boolean() })).max(300),
  }),
  examples: [{ name: "a day", status: 200, query: { from: "2026-01-05T00:00:00Z", to: "2026-01-06T00:00:00Z" } }],
});

export const predictionExport = endpoint({
  method: "GET",
  path: `${base}/predictions/export`,
  summary: "The whole filtered set as a file, streamed",
  access: read,
  query: z.object({ ...PredictionFilter, format: z.enum(["csv", "jsonl"]), language: z.enum(["es", "en"]), columns: z.string().max(400).optional() }),
  response: z.string(),
  produces: "text/csv; charset=utf-8",
  examples: [{ name: "a day in Spanish", status: 200, query: { from: "2026-01-05T00:00:00Z", to: "2026-01-06T00:00:00Z", format: "csv", language: "es" } }],
});

const FeatureValue = z.object({
  name: z.string(),
  value: z.number().nullable(),
  unit: z.string(),
  available_at: z.enum(["request", "decision", "after_outcome"]),
  /** Where the value stands in the model's reference rows; null without a baseline. */
  percentile: fraction.nullable(),
  out_of_range: z.boolean(),
});
export type FeatureValue = z.infer<typeof FeatureValue>;

/** Signed parts of the raw margin; with `base` they sum to it. */
const Contributions = z.object({ base: z.number(), parts: z.array(z.object({ feature: z.string(), amount: z.number() })) });
export type Contributions = z.infer<typeof Contributions>;

export const PredictionDetail = z.object({
  row: PredictionRow,
  recommendation: z.string().nullable(),
  probability: z.number().nullable(),
  raw_score: z.number().nullable(),
  threshold: z.number().nullable(),
  arm: Phase.nullable(),
  arm_probability: fraction.nullable(),
  config_version: z.int().nullable(),
  features: z.array(FeatureValue),
  /** Sent, stored and not used: known only after the outcome. */
  ignored: z.record(z.string(), z.unknown()),
  contributions: Contributions.nullable(),
  /** What the other phase says of the logged inputs, computed when this is read and not recorded; null where it cannot. */
  other_phase: z
    .discriminatedUnion("phase", [
      z.object({ phase: z.literal(1), prediction: Answer, confidence: z.number(), rule: z.enum(["distance-unknown", "severity-unknown", "over-target", "crew-incomplete", "within-target"]), eta_minutes: z.number().nullable(), target_minutes: z.number().nullable() }),
      z.object({ phase: z.literal(2), prediction: Answer.nullable(), confidence: z.number().nullable(), model: z.string(), value: z.number().nullable() }),
    ])
    .nullable(),
  outcome_revisions: z.array(
    z.object({
      revision: z.int(),
      status: z.enum(["joined", "censored", "quarantined", "expired"]),
      received_at: Timestamp,
      actual_response_minutes: z.number().nullable(),
      actual_travel_distance_km: z.number().nullable(),
      was_optimal: z.boolean().nullable(),
      cancelled: z.boolean().nullable(),
    }),
  ),
  trace_id: z.string(),
  client: z.string().nullable(),
});
export type PredictionDetail = z.infer<typeof PredictionDetail>;

const predictionId = z.object({ id: z.string().min(1).max(36) });

export const prediction = endpoint({
  method: "GET",
  path: `${base}/predictions/{id}`,
  summary: "One prediction: what was known, why this phase, what came of it",
  access: read,
  params: predictionId,
  response: PredictionDetail,
  problems: ["not-found"],
  examples: [{ name: "one prediction", status: 200, params: { id: "01a21332-0dc0-7f32-a04d-a13e0a3c990a" } }],
});

export const tryPrediction = endpoint({
  method: "POST",
  path: `${base}/predictions/{id}/try`,
  summary: "Run the model on changed inputs; nothing is recorded",
  access: read,
  params: predictionId,
  body: z.object({ features: z.record(z.string(), z.number().nullable()), model: ModelId.optional() }),
  response: z.object({
    recorded: z.literal(false),
    model: z.string().nullable(),
    phase: Phase,
    prediction: z.union([z.literal(0), z.literal(1)]).nullable(),
    confidence: z.number().nullable(),
    probability: z.number().nullable(),
    value: z.number().nullable(),
    fallback_reason: z.string().nullable(),
    out_of_range: z.array(z.string()),
    contributions: Contributions.nullable(),
  }),
  problems: ["not-found", "unknown-model", "unavailable"],
  examples: [{ name: "farther away", status: 200, params: { id: "01a21332-0dc0-7f32-a04d-a13e0a3c990a" }, body: { features: { nearest_ambulance_distance_km: 9.5 } } }],
});
