import { reliabilityBins } from "./reliability-bins";

/** Expected calibration error over equal-mass bins: Σ share·|observed − predicted|. Null without rows. */
export function eceEqualMass(labels: readonly number[], probabilities: readonly number[], bins = 10): number | null {
  if (labels.length === 0) return null;
  const gaps = reliabilityBins(labels, probabilities, bins).map((b) => b.n * Math.abs(b.observedRate - b.meanProbability));
  return gaps.reduce((sum, gap) => sum + gap, 0) / labels.length;
}
