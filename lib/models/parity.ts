import type { Ensemble } from "./ensemble";
import { ModelError } from "./model-error";
import { parityRows } from "./parity-rows";
import { walkScore } from "./tree-walk";

export type ParityReport = { rows: number; maxAbsDifference: number };

export const PARITY_TOLERANCE = 1e-6;

/**
 * Scores the parity rows with the exported model and with the tree walk. A difference above the tolerance (relative to the
 * size of the value for a regression) means a wrong branch, and the export is refused.
 */
export async function checkParity(
  ensemble: Ensemble,
  score: (inputs: Float32Array, rows: number) => Promise<Float32Array>,
): Promise<ParityReport> {
  const inputs = parityRows(ensemble, { atLeast: 1_500, seed: 20_260_101 });
  const width = ensemble.featureCount;
  const rows = inputs.length / width;
  const scores = await score(inputs, rows);
  let worst = 0;
  let scale = 1;
  if (ensemble.objective === "reg:squarederror") scale = Math.max(1, leafBound(ensemble));
  for (let row = 0; row < rows; row++) {
    const expected = walkScore(ensemble, inputs.subarray(row * width, (row + 1) * width));
    const difference = Math.abs(expected - scores[row]!) / scale;
    if (!(difference <= PARITY_TOLERANCE))
      throw new ModelError("parity", `row ${row}: the exported model gives ${scores[row]!}, the trees ${expected}`);
    if (difference > worst) worst = difference;
  }
  return { rows, maxAbsDifference: worst };
}

/** Largest magnitude a margin can pass through: what float32 sums of leaves are relative to. */
function leafBound(ensemble: Ensemble): number {
  let bound = Math.abs(ensemble.baseScore);
  for (const tree of ensemble.trees) bound += tree.value.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return bound;
}
