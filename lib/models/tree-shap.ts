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
  const shapes = ensemble.trees.map(shapeOf);
  const walk = new PathWalk(inputs, contributions, shapes.reduce((most, shape) => Math.max(most, shape.depth), 0));
  ensemble.trees.forEach((tree, index) => {
    bias += shapes[index]!.mean;
    if (tree.left[0] !== -1) walk.explain(tree);
  });
  return { contributions, bias };
}

/** Mean output of a tree over its training rows, and its depth. */
type Shape = { mean: number; depth: number };

const shapes = new WeakMap<Tree, Shape>();

/** A tree does not change once it is read, so this is worked out once. */
function shapeOf(tree: Tree): Shape {
  const known = shapes.get(tree);
  if (known) return known;
  const below = (node: number): Shape => {
    if (tree.left[node] === -1) return { mean: tree.value[node]!, depth: 0 };
    const share = leftShare(tree, node);
    const left = below(tree.left[node]!);
    const right = below(tree.right[node]!);
    return { mean: share * left.mean + (1 - share) * right.mean, depth: 1 + Math.max(left.depth, right.depth) };
  };
  const shape = below(0);
  shapes.set(tree, shape);
  return shape;
}

/** Part of the rows of a node that went left in training; half where the file holds no cover. */
function leftShare(tree: Tree, node: number): number {
  const left = tree.cover[tree.left[node]!]!;
  const total = left + tree.cover[tree.right[node]!]!;
  return total > 0 ? left / total : 0.5;
}

/**
 * Walks down trees. The path of a node is a run of elements in flat arrays, one run per depth: the split feature, the share
 * of subsets that flow on when it is unknown (`zero`) and known (`one`, 1 or 0), and the weight of subsets by their size.
 */
class PathWalk {
  private readonly feature: Int32Array;
  private readonly zero: Float64Array;
  private readonly one: Float64Array;
  private readonly weight: Float64Array;
  /** 1 / n: the inner loops would otherwise spend their time in divisions. */
  private readonly inverse: Float64Array;
  private tree!: Tree;

  constructor(
    private readonly inputs: ArrayLike<number>,
    private readonly contributions: number[],
    depth: number,
  ) {
    const runs = depth + 2;
    const size = (runs * (runs + 1)) / 2;
    this.feature = new Int32Array(size);
    this.zero = new Float64Array(size);
    this.one = new Float64Array(size);
    this.weight = new Float64Array(size);
    this.inverse = Float64Array.from({ length: runs + 1 }, (_, n) => 1 / n);
  }

  explain(tree: Tree): void {
    this.tree = tree;
    this.visit(0, 0, 0, 1, 1, -1);
  }

  /** `from` is where the parent's run of `length` elements starts; this node's copy stands behind it. */
  private visit(node: number, from: number, length: number, zero: number, one: number, feature: number): void {
    const at = from + length;
    // Runs of a few elements: a loop is several times faster than copyWithin.
    for (let i = 0; i < length; i++) {
      this.feature[at + i] = this.feature[from + i]!;
      this.zero[at + i] = this.zero[from + i]!;
      this.one[at + i] = this.one[from + i]!;
      this.weight[at + i] = this.weight[from + i]!;
    }
    this.extend(at, length, zero, one, feature);
    let count = length + 1;

    const { tree } = this;
    if (tree.left[node] === -1) {
      this.addLeaf(at, count, tree.value[node]!);
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
    const inverse = this.inverse[length + 1]!;
    for (let i = length - 1; i >= 0; i--) {
      const part = weight[at + i]! * inverse;
      weight[at + i + 1]! += one * part * (i + 1);
      weight[at + i] = zero * part * (length - i);
    }
  }

  private unwind(at: number, count: number, index: number): void {
    const { weight, inverse } = this;
    const last = count - 1;
    const one = this.one[at + index]!;
    const zero = this.zero[at + index]!;
    let next = weight[at + last]!;
    for (let i = last - 1; i >= 0; i--) {
      if (one !== 0) {
        const before = weight[at + i]!;
        weight[at + i] = next * count * inverse[i + 1]!;
        next = before - weight[at + i]! * zero * (last - i) * inverse[count]!;
      } else {
        weight[at + i] = zero === 0 ? 0 : (weight[at + i]! * count * inverse[last - i]!) / zero;
      }
    }
    for (let i = index; i < last; i++) {
      this.feature[at + i] = this.feature[at + i + 1]!;
      this.zero[at + i] = this.zero[at + i + 1]!;
      this.one[at + i] = this.one[at + i + 1]!;
    }
  }

  /** Shares a leaf among the features of its path: each by the weight of the path with it taken out. */
  private addLeaf(at: number, count: number, value: number): void {
    const { weight, inverse } = this;
    const last = count - 1;
    // Taken out, a feature whose value leads elsewhere (one = 0) weighs sum * count / zero, times -zero: the same for all.
    let sum = 0;
    for (let i = last - 1; i >= 0; i--) sum += weight[at + i]! * inverse[last - i]!;
    const away = -sum * count * value;
    for (let i = 1; i < count; i++) {
      const zero = this.zero[at + i]!;
      const feature = this.feature[at + i]!;
      if (this.one[at + i] === 0) {
        if (zero !== 0) this.contributions[feature]! += away;
        continue;
      }
      let next = weight[at + last]!;
      let total = 0;
      for (let size = last - 1; size >= 0; size--) {
        const part = next * count * inverse[size + 1]!;
        total += part;
        next = weight[at + size]! - part * zero * (last - size) * inverse[count]!;
      }
      this.contributions[feature]! += total * (1 - zero) * value;
    }
  }
}
