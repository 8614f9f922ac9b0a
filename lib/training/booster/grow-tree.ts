import type { Tree } from "@/lib/models/ensemble";
import type { BoosterParameters } from "../engine";
import { bestSplit, leafWeight, type Split } from "./best-split";
import { type Bins, MISSING_BIN } from "./bins";
import { BINS, fillHistogram, type Histogram, subtractHistogram } from "./histogram";
import { pruneTree } from "./prune-tree";

export type Gradients = { gradient: Float64Array; hessian: Float64Array };

type Growing = { node: number; from: number; to: number; depth: number; g: number; h: number; histogram: Histogram; split: Split };

/**
 * One tree, grown level by level as XGBoost's `hist` with `depthwise`: the smaller child's histogram is counted, the other
 * one subtracted. `rows` is reordered. Splits that gain less than gamma are pruned afterwards.
 */
export function growTree(
  bins: Bins,
  width: number,
  rows: Int32Array,
  columns: Int32Array,
  { gradient, hessian }: Gradients,
  parameters: BoosterParameters,
): Tree {
  const { codes, cuts } = bins;
  const binCount = Int32Array.from(cuts, (own) => own.length + 1);
  const tree: Tree = { feature: [], threshold: [], left: [], right: [], defaultLeft: [], value: [], cover: [], gain: [] };
  /** What each node would answer as a leaf, should pruning make it one. */
  const asLeaf: number[] = [];
  const add = (g: number, h: number): number => {
    tree.feature.push(0);
    tree.threshold.push(0);
    tree.left.push(-1);
    tree.right.push(-1);
    tree.defaultLeft.push(false);
    const value = Math.fround(parameters.eta * leafWeight(g, h, parameters));
    tree.value.push(value);
    asLeaf.push(value);
    tree.cover.push(Math.fround(h));
    return tree.gain.push(0) - 1;
  };
  const spare: Histogram[] = [];
  const scratch = new Int32Array(rows.length);
  let level: Growing[] = [];
  const consider = (into: Growing[], entry: Omit<Growing, "split">): void => {
    const split = entry.depth < parameters.max_depth ? bestSplit(entry.histogram, columns, binCount, entry.g, entry.h, parameters) : null;
    if (split) into.push({ ...entry, split });
    else spare.push(entry.histogram);
  };

  let g = 0;
  let h = 0;
  for (const row of rows) {
    g += gradient[row]!;
    h += hessian[row]!;
  }
  const root = new Float64Array(width * BINS * 2);
  fillHistogram(root, codes, width, columns, rows, 0, rows.length, gradient, hessian);
  consider(level, { node: add(g, h), from: 0, to: rows.length, depth: 0, g, h, histogram: root });

  while (level.length > 0) {
    const next: Growing[] = [];
    for (const each of level) {
      const { split, node, from, to, depth } = each;
      const middle = partition(rows, scratch, from, to, codes, width, split);
      const [left, right] = [add(split.leftG, split.leftH), add(each.g - split.leftG, each.h - split.leftH)];
      tree.feature[node] = split.column;
      // Behind the last bin everything present goes left: beside the missing values there is nothing to part.
      tree.threshold[node] = cuts[split.column]![split.bin] ?? LARGEST;
      tree.left[node] = left;
      tree.right[node] = right;
      tree.defaultLeft[node] = split.defaultLeft;
      tree.gain[node] = Math.fround(split.gain);
      tree.value[node] = 0;
      const children = { left: { node: left, from, to: middle, depth: depth + 1, g: split.leftG, h: split.leftH }, right: { node: right, from: middle, to, depth: depth + 1, g: each.g - split.leftG, h: each.h - split.leftH } };
      if (depth + 1 >= parameters.max_depth) {
        spare.push(each.histogram);
        continue;
      }
      const [small, large] = middle - from <= to - middle ? [children.left, children.right] : [children.right, children.left];
      const counted = spare.pop() ?? new Float64Array(width * BINS * 2);
      fillHistogram(counted, codes, width, columns, rows, small.from, small.to, gradient, hessian);
      subtractHistogram(each.histogram, each.histogram, counted);
      consider(next, { ...small, histogram: counted });
      consider(next, { ...large, histogram: each.histogram });
    }
    level = next;
  }
  return pruneTree(tree, parameters.gamma, asLeaf);
}

const LARGEST = Math.fround(3.4028234663852886e38);

/** Stable: left rows first. Returns where the right ones begin. */
function partition(rows: Int32Array, scratch: Int32Array, from: number, to: number, codes: Uint8Array, width: number, split: Split): number {
  let left = from;
  let right = 0;
  for (let at = from; at < to; at++) {
    const row = rows[at]!;
    const code = codes[row * width + split.column]!;
    const goesLeft = code === MISSING_BIN ? split.defaultLeft : code <= split.bin;
    if (goesLeft) rows[left++] = row;
    else scratch[right++] = row;
  }
  rows.set(scratch.subarray(0, right), left);
  return left;
}
