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

/** Margin of an ensemble without trees: logit of the base score, or the base score itself. */
export function baseMargin(ensemble: Ensemble): number {
  const { baseScore, objective } = ensemble;
  return objective === "binary:logistic" ? Math.log(baseScore / (1 - baseScore)) : baseScore;
}
