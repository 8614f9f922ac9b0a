/**
 * A boosted-tree ensemble as plain numbers: the one form between the XGBoost reader, the embedded booster, the ONNX
 * writer, the tree walk and the explanations.
 *
 * A node is a position in the arrays of its tree. `left[i] === -1` marks a leaf, whose output stands in `value[i]`.
 * A value goes left if `x < threshold` (strictly, both float32); a missing value (NaN) goes left if `defaultLeft`.
 */
export type Tree = {
  /** Column of the split; 0 at a leaf, where it has no meaning. */
  feature: number[];
  /** Float32 split threshold. */
  threshold: number[];
  left: number[];
  right: number[];
  defaultLeft: boolean[];
  /** Leaf output in margin space (float32), learning rate included; 0 at a split. */
  value: number[];
  /** Sum of hessians that reached the node in training: what path-dependent TreeSHAP weighs with. */
  cover: number[];
  /** Loss reduction of the split; 0 at a leaf. */
  gain: number[];
};

export type Objective = "binary:logistic" | "reg:squarederror";

export type Ensemble = {
  objective: Objective;
  /** In output space, as XGBoost stores it: a probability for `binary:logistic`, a value for `reg:squarederror`. */
  baseScore: number;
  featureCount: number;
  trees: Tree[];
};

/**
 * Margin of an ensemble without trees: the base score, or its logit in XGBoost's own float32 steps, -logf(1 / p - 1). Near
 * p = 1 those steps cancel: at 0.9999 a float64 logit is 1e-4 away, which the leaves can bring to 2e-5 in a probability.
 */
export function baseMargin(ensemble: Pick<Ensemble, "baseScore" | "objective">): number {
  const { baseScore, objective } = ensemble;
  if (objective !== "binary:logistic") return Math.fround(baseScore);
  return Math.fround(-Math.log(Math.fround(Math.fround(1 / Math.fround(baseScore)) - 1)));
}
