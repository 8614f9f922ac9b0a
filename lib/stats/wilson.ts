import { normalQuantile } from "./normal";

export type Interval = { low: number; high: number };

/**
 * Wilson score interval of k successes in n at level 1 − alpha, without continuity correction (Wilson, 1927).
 * Null for n = 0. The ends at k = 0 and k = n are exactly 0 and 1.
 */
export function wilson(k: number, n: number, alpha = 0.05): Interval | null {
  if (!(k >= 0 && k <= n)) throw new RangeError("successes lie between 0 and the trials");
  if (!(alpha > 0 && alpha < 1)) throw new RangeError("alpha lies in (0, 1)");
  if (n === 0) return null;
  const z = -normalQuantile(alpha / 2);
  const z2 = z * z;
  const root = z * Math.sqrt((k * (n - k)) / n + z2 / 4);
  // The end near 0 is written as k² / (…): subtracting the root would cancel for small k.
  const low = (k * k) / (n * (k + z2 / 2 + root));
  const failures = n - k;
  const missed = (failures * failures) / (n * (failures + z2 / 2 + root));
  return { low: k === 0 ? 0 : low, high: failures === 0 ? 1 : 1 - missed };
}
