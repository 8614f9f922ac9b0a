import { checkProbabilities } from "./scored";

/** −mean(y ln p + (1 − y) ln(1 − p)), p clipped one double-precision epsilon off 0 and 1. Null without rows. */
export function logLoss(labels: readonly number[], probabilities: readonly number[]): number | null {
  checkProbabilities(labels, probabilities);
  if (labels.length === 0) return null;
  const sum = labels.reduce((total, y, i) => {
    const p = Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, probabilities[i]!));
    return total - (y === 1 ? Math.log(p) : Math.log1p(-p));
  }, 0);
  return sum / labels.length;
}
