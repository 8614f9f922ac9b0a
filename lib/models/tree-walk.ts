import { baseMargin, type Ensemble } from "./ensemble";

/**
 * Margin of one row, walked through the trees: the independent reference that an ONNX export is compared with.
 * Inputs must be float32 values (NaN = missing). Leaves are added in float32, as XGBoost and the ONNX runtime do.
 */
export function walkMargin(ensemble: Ensemble, inputs: ArrayLike<number>): number {
  let margin = baseMargin(ensemble);
  for (const tree of ensemble.trees) {
    let node = 0;
    while (tree.left[node] !== -1) {
      const value = inputs[tree.feature[node]!]!;
      const goesLeft = Number.isNaN(value) ? tree.defaultLeft[node]! : value < tree.threshold[node]!;
      node = goesLeft ? tree.left[node]! : tree.right[node]!;
    }
    margin = Math.fround(margin + tree.value[node]!);
  }
  return margin;
}

export function sigmoid(margin: number): number {
  return 1 / (1 + Math.exp(-margin));
}

/** What the exported model answers: a probability of class 1, or the value. */
export function walkScore(ensemble: Ensemble, inputs: ArrayLike<number>): number {
  const margin = walkMargin(ensemble, inputs);
  return ensemble.objective === "binary:logistic" ? sigmoid(margin) : margin;
}
