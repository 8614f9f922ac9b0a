import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { baseMargin, type Ensemble, type Tree } from "@/lib/models/ensemble";
import type { BoosterParameters, TrainingMatrix } from "../engine";
import { TrainingError } from "../training-error";
import { binColumns } from "./bins";
import { growTree } from "./grow-tree";

/** XGBoost's floor of a logistic hessian. */
const SMALLEST_HESSIAN = 1e-16;

/**
 * Gradient boosting with XGBoost's objective and gain (Chen & Guestrin 2016, eq. 4-7) on histograms of at most 254 bins.
 * Base score = mean of the label. Seeded: the same call gives the same trees.
 */
export function boost(matrix: TrainingMatrix, parameters: BoosterParameters, seed: number): Ensemble {
  const { rows, width, label } = matrix;
  if (rows === 0) throw new TrainingError("no-rows", "there is nothing to learn from");
  const logistic = parameters.objective === "binary:logistic";
  const bins = binColumns(matrix, Math.min(254, parameters.max_bin));
  const ensemble: Ensemble = { objective: parameters.objective, baseScore: baseScoreOf(label, parameters.objective), featureCount: width, trees: [] };
  const margin = new Float64Array(rows).fill(baseMargin(ensemble));
  const gradient = new Float64Array(rows);
  const hessian = new Float64Array(rows).fill(1);
  const random = xoroshiro128plus(seed);

  for (let round = 0; round < parameters.num_round; round++) {
    for (let row = 0; row < rows; row++) {
      if (logistic) {
        const p = 1 / (1 + Math.exp(-margin[row]!));
        gradient[row] = p - label[row]!;
        hessian[row] = Math.max(p * (1 - p), SMALLEST_HESSIAN);
      } else gradient[row] = margin[row]! - label[row]!;
    }
    const drawn = drawRows(rows, parameters.subsample, random);
    const columns = drawColumns(width, parameters.colsample_bytree, random);
    const tree = growTree(bins, width, drawn, columns, { gradient, hessian }, parameters);
    ensemble.trees.push(tree);
    addTree(margin, tree, matrix);
  }
  return ensemble;
}

/** In output space. A label with one class only still needs a finite margin. */
export function baseScoreOf(label: Float64Array, objective: BoosterParameters["objective"]): number {
  let sum = 0;
  for (const value of label) sum += value;
  const mean = sum / label.length;
  return Math.fround(objective === "binary:logistic" ? Math.min(1 - 1e-6, Math.max(1e-6, mean)) : mean);
}

type Random = ReturnType<typeof xoroshiro128plus>;

function drawRows(rows: number, share: number, random: Random): Int32Array {
  const drawn = new Int32Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) if (share >= 1 || uniformFloat64(random) < share) drawn[count++] = row;
  return drawn.subarray(0, count);
}

function drawColumns(width: number, share: number, random: Random): Int32Array {
  const all = Int32Array.from({ length: width }, (_, column) => column);
  if (share >= 1) return all;
  const count = Math.max(1, Math.round(share * width));
  for (let at = 0; at < count; at++) {
    const other = uniformInt(random, at, width - 1);
    [all[at], all[other]] = [all[other]!, all[at]!];
  }
  return all.slice(0, count).sort();
}

/** Every row walks the tree, drawn for it or not. */
function addTree(margin: Float64Array, tree: Tree, { inputs, rows, width }: TrainingMatrix): void {
  const { feature, threshold, left, right, defaultLeft, value } = tree;
  for (let row = 0; row < rows; row++) {
    let node = 0;
    while (left[node] !== -1) {
      const x = inputs[row * width + feature[node]!]!;
      node = (Number.isNaN(x) ? defaultLeft[node]! : x < threshold[node]!) ? left[node]! : right[node]!;
    }
    margin[row] = margin[row]! + value[node]!;
  }
}
