import { checkProbabilities } from "./scored";

/** Expected calibration error, equal bins of [0, 1], bin = min(bins − 1, ⌊bins·p⌋): Σ share·|mean y − mean p|. */
export function eceEqualWidth(labels: readonly number[], probabilities: readonly number[], bins = 10): number | null {
  checkProbabilities(labels, probabilities);
  if (labels.length === 0) return null;
  const gaps = new Float64Array(bins);
  labels.forEach((y, i) => {
    const p = probabilities[i]!;
    const bin = Math.min(bins - 1, Math.floor(bins * p));
    gaps[bin] = gaps[bin]! + (y - p);
  });
  // share · |mean y − mean p| = |Σ(y − p)| / n: the bin's own count cancels.
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / labels.length;
}
