import type { Ensemble, Objective } from "@/lib/models/ensemble";

/** The parameters both engines know, with XGBoost's names and meaning. */
export type BoosterParameters = {
  objective: Objective;
  num_round: number;
  max_depth: number;
  eta: number;
  lambda: number;
  alpha: number;
  gamma: number;
  min_child_weight: number;
  /** Share of rows, and of columns, drawn for each tree. */
  subsample: number;
  colsample_bytree: number;
  /** At most 254. */
  max_bin: number;
};

export const defaultParameters: Omit<BoosterParameters, "objective"> = {
  num_round: 200,
  max_depth: 5,
  eta: 0.05,
  lambda: 1,
  alpha: 0,
  gamma: 0,
  min_child_weight: 10,
  subsample: 0.8,
  colsample_bytree: 0.8,
  max_bin: 254,
};

/** Inputs row after row as float32 (NaN = missing), as the served model will see them. */
export type TrainingMatrix = { inputs: Float32Array; rows: number; width: number; label: Float64Array };

export type Engine = {
  name: "xgboost" | "embedded";
  version: string;
  /** The same matrix, parameters and seed give the same ensemble. */
  train(matrix: TrainingMatrix, parameters: BoosterParameters, seed: number): Promise<Ensemble>;
};
