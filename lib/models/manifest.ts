import { z } from "zod";

/**
 * `manifest.json` of a model folder `models/<name>@<version>/`: everything a reader needs to serve, judge and explain
 * the model without opening the ONNX file. Numbers are float64 unless said; probabilities and shares are 0 to 1.
 */

/** When a value becomes known. Only `request` and `decision` may be inputs; `after_outcome` marks a leak. */
export const AvailableAt = z.enum(["request", "decision", "after_outcome"]);
export type AvailableAt = z.infer<typeof AvailableAt>;

export const Range = z.object({ min: z.number().nullable(), max: z.number().nullable() });
export type Range = z.infer<typeof Range>;

export const Feature = z.object({
  name: z.string().min(1),
  description: z.string().default(""),
  /** Unit in words of the field: "km", "minutes", "count", "share 0-1", "hour 0-23" … */
  unit: z.string(),
  kind: z.enum(["integer", "number", "boolean"]),
  availableAt: AvailableAt,
  /** Outside it the request is wrong (400). Null is unbounded. */
  validRange: Range,
  /** Seen in training. Outside it the model answers and names the feature; farther out than it is wide: rules answer. */
  trainedRange: Range,
  /** NaN is served only where training saw it and the parity gate covered it. */
  allowMissing: z.boolean(),
});
export type Feature = z.infer<typeof Feature>;

/** A figure with its 95 % interval; `method` says how it was made (day-bootstrap, Wilson, DeLong …). */
export const Estimate = z.object({
  value: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  method: z.string().optional(),
});
export type Estimate = z.infer<typeof Estimate>;

/** Distribution of one feature (or of the score) on the reference rows. */
export const FeatureBaseline = z.object({
  count: z.number().int(),
  nulls: z.number().int(),
  mean: z.number().nullable(),
  sd: z.number().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  /** Values at the probabilities of `Baseline.quantileLevels`. */
  quantiles: z.array(z.number()),
});

export const Baseline = z.object({
  rows: z.number().int(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  quantileLevels: z.array(z.number()),
  features: z.record(z.string(), FeatureBaseline),
  score: FeatureBaseline.nullable(),
  /** Confidence = larger class probability. Binary models only. */
  confidence: z.object({ mean: z.number(), sd: z.number(), lowShare: z.number() }).nullable(),
});

export const Calibration = z.discriminatedUnion("method", [
  z.object({ method: z.literal("identity") }),
  /** p = 1 / (1 + exp(a * logit(s) + b)) */
  z.object({ method: z.literal("platt"), a: z.number(), b: z.number() }),
  /** Linear interpolation between knots, clipped outside. */
  z.object({ method: z.literal("isotonic"), x: z.array(z.number()), y: z.array(z.number()) }),
]);
export type Calibration = z.infer<typeof Calibration>;

export const Gate = z.object({
  id: z.string(),
  title: z.string(),
  verdict: z.enum(["pass", "fail", "warn", "not_applicable"]),
  detail: z.string(),
});
export type Gate = z.infer<typeof Gate>;

export const Manifest = z.object({
  formatVersion: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/),
  version: z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+-]{0,39}$/),
  createdAt: z.iso.datetime(),
  description: z.string().default(""),
  task: z.enum(["binary", "regression"]),
  target: z.object({ name: z.string(), unit: z.string(), description: z.string().default("") }),
  /** `log`: the trees predict ln(target); scores are exponentiated before they leave the runtime. */
  targetTransform: z.enum(["identity", "log"]).default("identity"),
  /** In the order the model takes them. */
  features: z.array(Feature).min(1),
  /** (x - mean) / scale in float64, rounded once to float32. Null: inputs go in unscaled. */
  scaler: z.object({ mean: z.array(z.number()), scale: z.array(z.number()) }).nullable(),
  calibration: Calibration,
  /** Binary: class 1 when the calibrated probability exceeds it. */
  threshold: z.number().default(0.5),
  /** Regression: quantile level -> offset in transformed target space (split-conformal residual quantile). */
  quantiles: z.array(z.object({ level: z.number(), offset: z.number() })).default([]),
  baseline: Baseline.nullable(),
  /** On held-out rows that neither training nor calibration saw. Null: not known (an imported model). */
  metrics: z
    .object({
      split: z.string(),
      rows: z.number().int(),
      from: z.string().nullable(),
      to: z.string().nullable(),
      values: z.record(z.string(), Estimate),
      /** Named comparisons on the same rows: base rate, rule, median by severity … */
      baselines: z.record(z.string(), z.record(z.string(), Estimate)).default({}),
      slices: z
        .array(z.object({ by: z.string(), slice: z.string(), rows: z.number().int(), values: z.record(z.string(), Estimate) }))
        .default([]),
      /** Reliability diagram, equal-mass bins. */
      reliability: z
        .array(z.object({ rows: z.number().int(), predicted: z.number(), observed: z.number(), low: z.number(), high: z.number() }))
        .default([]),
    })
    .nullable(),
  /** Inputs known only after the outcome. A model with any is never served without an administrator's word. */
  leaks: z.array(z.string()).default([]),
  engine: z.object({ name: z.string(), version: z.string(), parameters: z.record(z.string(), z.unknown()) }),
  data: z
    .object({ description: z.string(), sha256: z.string(), rows: z.number().int(), from: z.string().nullable(), to: z.string().nullable() })
    .nullable(),
  /** SHA-256, hex, of the files beside this one. */
  files: z.object({
    onnx: z.object({ file: z.literal("model.onnx"), sha256: z.string(), bytes: z.number().int() }),
    ensemble: z.object({ file: z.literal("ensemble.json"), sha256: z.string(), bytes: z.number().int() }),
  }),
  trees: z.object({ count: z.number().int(), maxDepth: z.number().int(), nodes: z.number().int() }),
  /** Inputs (unscaled; null = missing) with the raw margin and the raw score the tree walk gives. */
  goldenRows: z.array(z.object({ inputs: z.array(z.number().nullable()), margin: z.number(), score: z.number() })).min(1),
  parity: z.object({ rows: z.number().int(), maxAbsDifference: z.number() }),
  gates: z.array(Gate).default([]),
});
export type Manifest = z.infer<typeof Manifest>;
