import { baseMargin, type Ensemble, type Tree } from "./ensemble";

/** What each feature adds to the margin of one row. `sum(contributions) + bias` is the margin. */
export type Explanation = { contributions: number[]; bias: number };

/**
 * Exact path-dependent TreeSHAP in margin space: Lundberg, Erion and Lee (2018), algorithm 2, with the training cover of
 * the nodes as weights, as `Booster.predict(pred_contribs=True)` gives it. Inputs are scaled float32 values, NaN = missing.
 */
export function explainMargin(ensemble: Ensemble, inputs: ArrayLike<number>): Explanation {
  const contributions = Array.from({ length: ensemble.featureCount }, () => 0);
  let bias = baseMargin(ensemble);
  for (const tree of ensemble.trees) {
    const means = expectedValues(tree);
    bias += means[0]!;
    if (tree.left[0] === -1) continue;
    const walk = new PathWalk(tree, inputs, contributions);
    walk.visit(0, 0, 0, 1, 1, -1);
  }
  return { contributions, bias };
}

const meansOfTree = new WeakMap<Tree, Float64Array>();

/** Mean output under each node, weighted by cover. A tree does not change once it is read, so it is worked out once. */
function expectedValues(tree: Tree): Float64Array {
  const known = meansOfTree.get(tree);
  if (known) return known;
  const means = new Float64Array(tree.left.length);
  const fill = (node: number): number => {
    if (tree.left[node] === -1) return (means[node] = tree.value[node]!);
    const share = leftShare(tree, node);
    const left = fill(tree.left[node]!);
    const right = fill(tree.right[node]!);
    return (means[node] = share * left + (1 - share) * right);
  };
  fill(0);
  meansOfTree.set(tree, means);
  return means;
}

/** Part of the rows of a node that went left in training; half where the file holds no cover. */
function leftShare(tree: Tree, node: number): number {
  const left = tree.cover[tree.left[node]!]!;
  const total = left + tree.cover[tree.right[node]!]!;
  return total > 0 ? left / total : 0.5;
}

/** Longest path kept without growing; deeper trees grow the arrays. */
const INITIAL_DEPTH = 16;

/**
 * One walk down a tree. The path of a node is a run of elements in flat arrays, one run per depth: the split feature, the
 * share of subsets that flow on when it is unknown (`zero`) and known (`one`), and the weight of subsets by their size.
 */
class PathWalk {
  private feature: Int32Array;
  private zero: Float64Array;
  private one: Float64Array;
  private weight: Float64Array;

  constructor(
    private readonly tree: Tree,
    private readonly inputs: ArrayLike<number>,
    private readonly contributions: number[],
  ) {
    const depth = Math.max(INITIAL_DEPTH, depthOf(tree)) + 2;
    const size = (depth * (depth + 1)) / 2 + depth;
    this.feature = new Int32Array(size);
    this.zero = new Float64Array(size);
    this.one = new Float64Array(size);
    this.weight = new Float64Array(size);
  }

  /** `from` is where the parent's run of `length` elements starts; this node's copy stands behind it. */
  visit(node: number, from: number, length: number, zero: number, one: number, feature: number): void {
    const at = from + length;
    this.feature.copyWithin(at, from, at);
    this.zero.copyWithin(at, from, at);
    this.one.copyWithin(at, from, at);
    this.weight.copyWithin(at, from, at);
    this.extend(at, length, zero, one, feature);
    let count = length + 1;

    const { tree } = this;
    if (tree.left[node] === -1) {
      for (let i = 1; i < count; i++) {
        const scale = this.unwoundSum(at, count, i);
        this.contributions[this.feature[at + i]!]! += scale * (this.one[at + i]! - this.zero[at + i]!) * tree.value[node]!;
      }
      return;
    }

    const split = tree.feature[node]!;
    const value = this.inputs[split]!;
    const goesLeft = Number.isNaN(value) ? tree.defaultLeft[node]! : value < tree.threshold[node]!;
    const share = leftShare(tree, node);
    const hot = goesLeft ? tree.left[node]! : tree.right[node]!;
    const cold = goesLeft ? tree.right[node]! : tree.left[node]!;
    const hotShare = goesLeft ? share : 1 - share;

    // A feature met before is taken out of the path and comes back with both splits multiplied.
    let pastZero = 1;
    let pastOne = 1;
    let met = 1;
    while (met < count && this.feature[at + met] !== split) met++;
    if (met < count) {
      pastZero = this.zero[at + met]!;
      pastOne = this.one[at + met]!;
      this.unwind(at, count, met);
      count--;
    }
    this.visit(hot, at, count, hotShare * pastZero, pastOne, split);
    this.visit(cold, at, count, (1 - hotShare) * pastZero, 0, split);
  }

  private extend(at: number, length: number, zero: number, one: number, feature: number): void {
    const { weight } = this;
    this.feature[at + length] = feature;
    this.zero[at + length] = zero;
    this.one[at + length] = one;
    weight[at + length] = length === 0 ? 1 : 0;
    for (let i = length - 1; i >= 0; i--) {
      weight[at + i + 1]! += (one * weight[at + i]! * (i + 1)) / (length + 1);
      weight[at + i] = (zero * weight[at + i]! * (length - i)) / (length + 1);
    }
  }

  private unwind(at: number, count: number, index: number): void {
    const { weight } = this;
    const last = count - 1;
    const one = this.one[at + index]!;
    const zero = this.zero[at + index]!;
    let next = weight[at + last]!;
    for (let i = last - 1; i >= 0; i--) {
      if (one !== 0) {
        const before = weight[at + i]!;
        weight[at + i] = (next * count) / ((i + 1) * one);
        next = before - (weight[at + i]! * zero * (last - i)) / count;
      } else {
        weight[at + i] = (weight[at + i]! * count) / (zero * (last - i));
      }
    }
    for (let i = index; i < last; i++) {
      this.feature[at + i] = this.feature[at + i + 1]!;
      this.zero[at + i] = this.zero[at + i + 1]!;
      this.one[at + i] = this.one[at + i + 1]!;
    }
  }

  /** Total weight of the path with one element taken out, without changing it. */
  private unwoundSum(at: number, count: number, index: number): number {
    const { weight } = this;
    const last = count - 1;
    const one = this.one[at + index]!;
    const zero = this.zero[at + index]!;
    let next = weight[at + last]!;
    let total = 0;
    for (let i = last - 1; i >= 0; i--) {
      if (one !== 0) {
        const part = (next * count) / ((i + 1) * one);
        total += part;
        next = weight[at + i]! - (part * zero * (last - i)) / count;
      } else if (zero !== 0) {
        total += (weight[at + i]! * count) / (zero * (last - i));
      }
    }
    return total;
  }
}

const depthOfTree = new WeakMap<Tree, number>();

function depthOf(tree: Tree): number {
  const known = depthOfTree.get(tree);
  if (known !== undefined) return known;
  const below = (node: number): number => (tree.left[node] === -1 ? 0 : 1 + Math.max(below(tree.left[node]!), below(tree.right[node]!)));
  const depth = below(0);
  depthOfTree.set(tree, depth);
  return depth;
}
