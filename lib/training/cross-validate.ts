import { rocAuc } from "@/lib/stats/roc-auc";
import type { BoosterParameters, Engine, TrainingMatrix } from "./engine";
import { rawScores } from "./predict-rows";

/** Held-out AUC of each fold. Row r belongs to fold `foldOf[r]`; both engines get the same folds. */
export async function crossValidatedAuc(
  engine: Pick<Engine, "train">,
  matrix: TrainingMatrix,
  foldOf: Int32Array,
  parameters: BoosterParameters,
  seed: number,
): Promise<number[]> {
  const folds = [...new Set(foldOf)].sort((a, b) => a - b);
  const found: number[] = [];
  for (const fold of folds) {
    const model = await engine.train(subset(matrix, (row) => foldOf[row] !== fold), parameters, seed);
    const held = subset(matrix, (row) => foldOf[row] === fold);
    found.push(rocAuc([...held.label], [...rawScores(model, held.inputs)]) ?? Number.NaN);
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
