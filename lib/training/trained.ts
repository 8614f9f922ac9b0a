import type { Ensemble } from "@/lib/models/ensemble";
import type { Calibration, Feature, Gate, Manifest } from "@/lib/models/manifest";
import type { BoosterParameters, Engine } from "./engine";

export type RefusalCode =
  | "no_available_at"
  | "after_outcome"
  | "time_after_t0"
  | "time_not_an_input"
  | "single_input_auc"
  | "outcome_order"
  | "null_rate"
  | "not_in_table";

/** A column that may not be an input, and why. */
export type Refusal = { column: string; code: RefusalCode; reason: string; /** It was asked for as an input. */ requested: boolean };

/** By shares of the rows in time order, or at given instants. */
export type SplitRule =
  | { kind: "shares"; train: number; calibrate: number; test: number; gapHours: number }
  | { kind: "times"; calibrateFromMs: number; testFromMs: number; gapHours: number };

export type TrainOptions = {
  task: "binary" | "regression";
  targetTransform: "identity" | "log";
  /** Regression: levels of the split-conformal residual quantiles. */
  quantiles: number[];
  split: SplitRule;
  parameters: Omit<BoosterParameters, "objective">;
  seed: number;
  /** Names asked for as inputs; null: all that are declared `request` or `decision`. */
  inputs: string[] | null;
  /** Keep inputs known only after the outcome. They are scored as missing, as at t0; gate G1 fails all the same. */
  keepLeaks: boolean;
  /** Train again without each of the strongest inputs (screen b, the warning). */
  removalTest: boolean;
  /** Draws of the day bootstrap. */
  draws: number;
};

export type Progress = (message: string) => void;

export type Trained = {
  features: Feature[];
  /** Inputs known only after the outcome, kept by force. */
  leaks: string[];
  ensemble: Ensemble;
  scaler: null;
  calibration: Calibration;
  calibrationNote: string;
  quantiles: Manifest["quantiles"];
  metrics: NonNullable<Manifest["metrics"]>;
  baseline: NonNullable<Manifest["baseline"]>;
  /** G1, G2, G3, G6; G8 is added where the exported model is compared. */
  gates: Gate[];
  refused: Refusal[];
  warnings: string[];
  goldenInputs: (number | null)[][];
  engine: { name: Engine["name"]; version: string; parameters: Record<string, unknown> };
  /** Row numbers of the table. */
  split: { train: Int32Array; calibrate: Int32Array; test: Int32Array; dropped: number };
  /** Served predictions of the test rows, in the order of `split.test`: calibrated probability, or the value. */
  testPredictions: Float64Array;
};
