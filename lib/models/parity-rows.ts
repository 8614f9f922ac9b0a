import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Ensemble, Tree } from "./ensemble";

const SMALLEST_DENORMAL = 1.401298464324817e-45;

/** The float32 neighbours of a finite float32 value. */
export function float32Step(value: number, direction: 1 | -1): number {
  if (value === 0) return direction * SMALLEST_DENORMAL;
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  view.setInt32(0, view.getInt32(0) + (value > 0 ? direction : -direction));
  return view.getFloat32(0);
}

const extremes = [0, -0, SMALLEST_DENORMAL, -SMALLEST_DENORMAL, 3e38, -3e38, 1, -1, Number.NaN];

/** At most so many numbers in all rows, so that a model of 10,000 features does not ask for gigabytes. */
const MAX_CELLS = 4_000_000;
const MAX_ROWS = 20_000;

/**
 * Rows in model space (scaled, float32) on which an export most easily goes wrong: rows that reach a split and stand
 * exactly at its threshold or one float32 step beside it, missing values, signed zeros, denormals, the largest numbers, and
 * random rows between thresholds. Seeded: the same ensemble gives the same rows.
 */
export function parityRows(ensemble: Ensemble, options: { atLeast: number; seed: number }): Float32Array {
  const random = xoroshiro128plus(options.seed);
  const width = ensemble.featureCount;
  const limit = Math.max(options.atLeast, Math.min(MAX_ROWS, Math.floor(MAX_CELLS / width)));
  const draw = randomValue(ensemble, (count) => uniformInt(random, 0, count - 1));
  const rows: Float32Array[] = [];
  const randomRow = (): Float32Array => Float32Array.from({ length: width }, (_, feature) => draw(feature));
  const add = (row: Float32Array): void => {
    if (rows.length < limit) rows.push(row);
  };

  for (const value of extremes) add(new Float32Array(width).fill(value));
  const everyFeature = Math.max(1, Math.ceil((width * extremes.length * 4) / limit));
  for (let feature = 0; feature < width; feature += everyFeature) {
    for (const value of extremes) {
      const row = randomRow();
      row[feature] = value;
      add(row);
    }
    const alone = new Float32Array(width).fill(Number.NaN);
    alone[feature] = 1;
    add(alone);
  }

  // Every split when they fit, otherwise splits drawn from all trees; a quarter of the rows stays for random ones.
  const splits = ensemble.trees.flatMap((tree) => tree.left.flatMap((left, node) => (left === -1 ? [] : [{ tree, node }])));
  const fit = Math.floor((limit * 3) / 4 / 3);
  const chosen = splits.length <= fit ? splits : Array.from({ length: fit }, () => splits[uniformInt(random, 0, splits.length - 1)]!);
  for (const { tree, node } of chosen) {
    const threshold = tree.threshold[node]!;
    for (const value of [threshold, float32Step(threshold, -1), float32Step(threshold, 1)]) {
      const row = reaching(tree, node, randomRow(), () => uniformInt(random, 0, 1) === 1);
      row[tree.feature[node]!] = value;
      add(row);
    }
  }
  while (rows.length < options.atLeast) add(randomRow());
  for (let i = 0; i < 500; i++) add(randomRow());

  const flat = new Float32Array(rows.length * width);
  rows.forEach((row, index) => flat.set(row, index * width));
  return flat;
}

/** Draws a value of a feature: mostly at or beside one of its thresholds, sometimes missing or between. */
function randomValue(ensemble: Ensemble, below: (count: number) => number): (feature: number) => number {
  const thresholds: number[][] = Array.from({ length: ensemble.featureCount }, () => []);
  for (const tree of ensemble.trees)
    for (let node = 0; node < tree.left.length; node++) if (tree.left[node] !== -1) thresholds[tree.feature[node]!]!.push(tree.threshold[node]!);
  return (feature) => {
    const own = thresholds[feature]!;
    const kind = below(20);
    if (kind === 0) return Number.NaN;
    if (kind === 1 || own.length === 0) return Math.fround((below(8_001) - 4_000) / 1_000);
    const at = own[below(own.length)]!;
    if (kind < 8) return at;
    if (kind < 12) return float32Step(at, 1);
    if (kind < 16) return float32Step(at, -1);
    return Math.fround(at + (below(2_001) - 1_000) / 1_000);
  };
}

/** Changes a row so that it reaches a node: each split above holds it at its threshold, or one step below. */
function reaching(tree: Tree, node: number, row: Float32Array, coin: () => boolean): Float32Array {
  const path: number[] = [];
  const find = (at: number): boolean => {
    path.push(at);
    if (at === node) return true;
    if (tree.left[at] !== -1 && (find(tree.left[at]!) || find(tree.right[at]!))) return true;
    path.pop();
    return false;
  };
  find(0);
  const low = new Map<number, number>();
  const high = new Map<number, number>();
  for (let i = 0; i + 1 < path.length; i++) {
    const feature = tree.feature[path[i]!]!;
    const threshold = tree.threshold[path[i]!]!;
    if (tree.left[path[i]!] === path[i + 1]) high.set(feature, Math.min(threshold, high.get(feature) ?? Infinity));
    else low.set(feature, Math.max(threshold, low.get(feature) ?? -Infinity));
  }
  for (const feature of new Set([...low.keys(), ...high.keys()])) {
    const from = low.get(feature);
    const to = high.get(feature);
    row[feature] = from !== undefined && (to === undefined || coin()) ? from : float32Step(to!, -1);
  }
  return row;
}
