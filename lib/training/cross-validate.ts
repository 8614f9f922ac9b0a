import { rocAuc } from "@/lib/stats/roc-auc";
import type { BoosterParameters, Engine, TrainingMatrix } from "./engine";
import { rawScores } from "./predict-rows";

type Learns = Pick<Engine, "train">;

/** Held-out AUC of each fold. Row r belongs to fold `foldOf[r]`; both engines get the same folds. */
export function crossValidatedAuc(engine: Learns, matrix: TrainingMatrix, foldOf: Int32Array, parameters: BoosterParameters, seed: number): Promise<number[]> {
  return heldOut(engine, matrix, foldOf, parameters, seed, (label, scores) => rocAuc([...label], [...scores]) ?? Number.NaN);
}

/** Held-out mean absolute error of each fold, in the unit of the target: `unscaled` leads back to it. */
export function crossValidatedMae(engine: Learns, matrix: TrainingMatrix, foldOf: Int32Array, parameters: BoosterParameters, seed: number, unscaled: (value: number) => number): Promise<number[]> {
  return heldOut(engine, matrix, foldOf, parameters, seed, (label, scores) => scores.reduce((sum, score, row) => sum + Math.abs(unscaled(score) - unscaled(label[row]!)), 0) / scores.length);
}

async function heldOut(
  engine: Learns,
  matrix: TrainingMatrix,
  foldOf: Int32Array,
  parameters: BoosterParameters,
  seed: number,
  figure: (label: Float64Array, scores: Float64Array) => number,
): Promise<number[]> {
  const folds = [...new Set(foldOf)].sort((a, b) => a - b);
  const found: number[] = [];
  for (const fold of folds) {
    const model = await engine.train(subset(matrix, (row) => foldOf[row] !== fold), parameters, seed);
    const held = subset(matrix, (row) => foldOf[row] === fold);
    found.push(figure(held.label, rawScores(model, held.inputs)));
  }
  return found;
}

function subset(matrix: TrainingMatrix, keep: (row: number) => boolean): TrainingMatrix {
  const { width } = matrix;
  const rows = Array.from({ length: matrix.rows }, (_, row) => row).filter(keep);
  const inputs = new Float32Array(rows.length * width);
  rows.forEach((row, at) => {
    inputs.set(matrix.inputs.subarray(row * width, (row + 1) * width), at * width);
  });
  return { inputs, rows: rows.length, width, label: Float64Array.from(rows, (row) => matrix.label[row]!) };
}
