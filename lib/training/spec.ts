import { z } from "zod";
import { AvailableAt, Range } from "@/lib/models/manifest";
import { defaultParameters } from "./engine";

const unbounded = { min: null, max: null };

export const ColumnDeclaration = z.strictObject({
  name: z.string().min(1),
  description: z.string().default(""),
  unit: z.string(),
  /** `time`: ISO 8601 or epoch milliseconds. Never an input; declared so that the screen can compare it with t0. */
  kind: z.enum(["integer", "number", "boolean", "time"]).default("number"),
  /** Left out: the column is refused as an input. */
  availableAt: AvailableAt.nullable().default(null),
  validRange: Range.default(unbounded),
  allowMissing: z.boolean().default(false),
});

export const Parameters = z.strictObject({
  num_round: z.number().int().min(1).max(5_000).default(defaultParameters.num_round),
  max_depth: z.number().int().min(1).max(12).default(defaultParameters.max_depth),
  eta: z.number().gt(0).max(1).default(defaultParameters.eta),
  lambda: z.number().min(0).default(defaultParameters.lambda),
  alpha: z.number().min(0).default(defaultParameters.alpha),
  gamma: z.number().min(0).default(defaultParameters.gamma),
  min_child_weight: z.number().min(0).default(defaultParameters.min_child_weight),
  subsample: z.number().gt(0).max(1).default(defaultParameters.subsample),
  colsample_bytree: z.number().gt(0).max(1).default(defaultParameters.colsample_bytree),
  max_bin: z.number().int().min(2).max(254).default(defaultParameters.max_bin),
});

const Split = z
  .strictObject({
    train: z.number().gt(0).lt(1).default(0.6),
    calibrate: z.number().gt(0).lt(1).default(0.15),
    test: z.number().gt(0).lt(1).default(0.25),
    /** Cut from the end of the earlier part, so that no running call touches both sides. One cycle of a unit: 2 h. */
    gapHours: z.number().min(0).default(2),
  })
  .refine((split) => Math.abs(split.train + split.calibrate + split.test - 1) < 1e-9, "train, calibrate and test must add up to 1");

/** SPEC.json of `model:train`: what the table means, before anything is learnt from it. */
export const TrainingSpec = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/),
    version: z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+-]{0,39}$/),
    description: z.string().default(""),
    task: z.enum(["binary", "regression"]),
    /** Rows with an empty target are censored: counted, left out. */
    target: z.strictObject({ column: z.string(), unit: z.string(), description: z.string().default("") }),
    /** Column of t0: ISO 8601 (without an offset: local time of `timeZone`) or epoch milliseconds. */
    time: z.string(),
    timeZone: z.string().default("UTC"),
    /** Column of the local day; left out: the day of `time` in `timeZone`. */
    day: z.string().optional(),
    /** Column of the call. */
    group: z.string().optional(),
    /** Slice name -> column, the first one groups the baselines. `hour` is made of `time` where it is not named. */
    slices: z.record(z.string(), z.string()).default({}),
    columns: z.array(ColumnDeclaration).min(1),
    /** Left out: every column declared `request` or `decision`. Naming another one here fails gate G1. */
    inputs: z.array(z.string()).min(1).optional(),
    /** Columns of the file that are known and not meant as inputs. */
    ignore: z.array(z.string()).default([]),
    split: Split.prefault({}),
    engine: z.enum(["auto", "xgboost", "embedded"]).default("auto"),
    parameters: Parameters.prefault({}),
    seed: z.number().int().min(0).max(2_147_483_647).default(1),
    /** Time columns for the order test: what happened after t0, and what happened up to it. */
    outcomeTimeColumns: z.array(z.string()).default([]),
    beforeTimeColumns: z.array(z.string()).default([]),
    /** Name -> column with the prediction of a rule on the same rows. */
    rivals: z.record(z.string(), z.string()).default({}),
    /** Regression: `log` learns ln(target). */
    targetTransform: z.enum(["identity", "log"]).default("identity"),
    quantiles: z.array(z.number().gt(0).lt(1)).default([0.5, 0.9]),
    /** Where the data come from, for the card. */
    data: z.string().default(""),
    /** Said on the card, in words: what the model does not know. */
    limits: z.array(z.string()).default([]),
  })
  .superRefine((spec, context) => {
    const names = spec.columns.map((column) => column.name);
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice !== undefined) context.addIssue({ code: "custom", path: ["columns"], message: `${twice} is declared twice` });
    if (spec.targetTransform === "log" && spec.task === "binary") context.addIssue({ code: "custom", path: ["targetTransform"], message: "log is for regression" });
  });
export type TrainingSpec = z.infer<typeof TrainingSpec>;
