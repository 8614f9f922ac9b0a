import type { BoosterParameters } from "../engine";
import { MISSING_BIN } from "./bins";
import { BINS, type Histogram } from "./histogram";

export type Split = {
  column: number;
  /** Bins 0 to `bin` go left, the rest right. */
  bin: number;
  defaultLeft: boolean;
  gain: number;
  leftG: number;
  leftH: number;
};

type Penalty = Pick<BoosterParameters, "lambda" | "alpha" | "min_child_weight">;

/** Soft threshold of the L1 penalty: G moved towards 0 by alpha. */
function shrink(g: number, alpha: number): number {
  return g > alpha ? g - alpha : g < -alpha ? g + alpha : 0;
}

/** XGBoost's structure score of a node: T(G)^2 / (H + lambda). */
export function structureScore(g: number, h: number, penalty: Penalty): number {
  const shrunk = shrink(g, penalty.alpha);
  const weight = h + penalty.lambda;
  return weight > 0 ? (shrunk * shrunk) / weight : 0;
}

/** Output of a leaf before the learning rate: -T(G) / (H + lambda). */
export function leafWeight(g: number, h: number, penalty: Penalty): number {
  const weight = h + penalty.lambda;
  return weight > 0 ? -shrink(g, penalty.alpha) / weight : 0;
}

/** XGBoost's smallest gain that counts. */
const SMALLEST_GAIN = 1e-6;

/**
 * The split with the largest gain score(L) + score(R) - score(parent), with the missing values on the side where they gain
 * most. Null: none gains. Equal gains go to the earlier column and bin, so that a run can be repeated.
 */
export function bestSplit(histogram: Histogram, columns: Int32Array, binCount: Int32Array, g: number, h: number, penalty: Penalty): Split | null {
  const parent = structureScore(g, h, penalty);
  const least = penalty.min_child_weight;
  let best: Split | null = null;
  let bestGain = SMALLEST_GAIN;
  for (const column of columns) {
    const start = column * BINS * 2;
    const missingG = histogram[start + MISSING_BIN * 2]!;
    const missingH = histogram[start + MISSING_BIN * 2 + 1]!;
    const bins = binCount[column]!;
    let sumG = 0;
    let sumH = 0;
    // The last bin may stand alone against the missing values, so it is tried too where there are any.
    const last = missingH > 0 ? bins : bins - 1;
    for (let bin = 0; bin < last; bin++) {
      sumG += histogram[start + bin * 2]!;
      sumH += histogram[start + bin * 2 + 1]!;
      for (let side = 0; side < (missingH > 0 ? 2 : 1); side++) {
        const leftG = side === 0 ? sumG : sumG + missingG;
        const leftH = side === 0 ? sumH : sumH + missingH;
        const rightH = h - leftH;
        if (leftH < least || rightH < least || leftH <= 0 || rightH <= 0) continue;
        const gain = structureScore(leftG, leftH, penalty) + structureScore(g - leftG, rightH, penalty) - parent;
        if (gain > bestGain) {
          bestGain = gain;
          best = { column, bin, defaultLeft: side === 1, gain, leftG, leftH };
        }
      }
    }
  }
  return best;
}
