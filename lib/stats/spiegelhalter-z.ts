import { normalSf } from "./normal";
import { checkProbabilities } from "./scored";

/**
 * Spiegelhalter's calibration test (1986): z = Σ(y − p)(1 − 2p) / √Σ(1 − 2p)² p(1 − p), standard normal when
 * calibrated. Null where the variance is 0 (no rows, or every p is 0, ½ or 1).
 */
export function spiegelhalterZ(labels: readonly number[], probabilities: readonly number[]): { z: number; p: number } | null {
  checkProbabilities(labels, probabilities);
  let top = 0;
  let variance = 0;
  labels.forEach((y, i) => {
    const p = probabilities[i]!;
    top += (y - p) * (1 - 2 * p);
    variance += (1 - 2 * p) ** 2 * p * (1 - p);
  });
  if (variance === 0) return null;
  const z = top / Math.sqrt(variance);
  return { z, p: Math.min(1, 2 * normalSf(Math.abs(z))) };
}
