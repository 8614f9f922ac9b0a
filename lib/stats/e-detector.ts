/**
 * Shiryaev-Roberts e-detector with a mixture of bets, for 0/1 or bounded streams with ceiling p0
 * (Shin, Ramdas, Rinaldo, 2023):
 *
 *     λ_k = (0.5 / p0) · 2^(−k), k = 0..7;   M_k ← (M_k + 1)(1 + λ_k (x − p0));   alarm when mean M_k >= R
 *
 * While the conditional mean stays at or below p0 the average run to a false alarm is at least R observations.
 */
export const E_DETECTOR_BETS = 8;

export const noDetections = (): number[] => new Array<number>(E_DETECTOR_BETS).fill(0);

/** One observation, in place; returns the mean of M, to be compared with R. */
export function detect(state: number[], x: number, p0: number): number {
  if (!(p0 > 0 && p0 < 1)) throw new RangeError("the ceiling lies strictly between 0 and 1");
  if (!(x >= 0 && x <= 1)) throw new RangeError("an observation lies in [0, 1]");
  let sum = 0;
  let lambda = 0.5 / p0;
  for (let k = 0; k < E_DETECTOR_BETS; k++) {
    const next = (state[k]! + 1) * (1 + lambda * (x - p0));
    state[k] = next;
    sum += next;
    lambda /= 2;
  }
  return sum / E_DETECTOR_BETS;
}
