import { checkProbabilities } from "./scored";

/** Mean of (p − y)² (Brier, 1950): 0 is perfect, 0.25 what a constant one half earns. Null without rows. */
export function brier(labels: readonly number[], probabilities: readonly number[]): number | null {
  checkProbabilities(labels, probabilities);
  if (labels.length === 0) return null;
  return labels.reduce((sum, y, i) => sum + (probabilities[i]! - y) ** 2, 0) / labels.length;
}
