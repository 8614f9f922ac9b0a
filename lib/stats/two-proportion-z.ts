import { normalSf } from "./normal";
import { wilson, type Interval } from "./wilson";

/** Pooled z of x1/n1 − x2/n2, two-sided p. Null where all or none succeed. */
export function twoProportionZ(x1: number, n1: number, x2: number, n2: number): { z: number; p: number } | null {
  if (!(n1 > 0 && n2 > 0 && x1 >= 0 && x2 >= 0 && x1 <= n1 && x2 <= n2)) throw new RangeError("0 <= x <= n, n > 0");
  const pooled = (x1 + x2) / (n1 + n2);
  if (x1 + x2 === 0 || x1 + x2 === n1 + n2) return null;
  const z = (x1 / n1 - x2 / n2) / Math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2));
  return { z, p: Math.min(1, 2 * normalSf(Math.abs(z))) };
}

/** Newcombe's interval (1998, method 10) for x1/n1 − x2/n2 from the two Wilson intervals. */
export function newcombe(x1: number, n1: number, x2: number, n2: number, alpha = 0.05): Interval | null {
  const [a, b] = [wilson(x1, n1, alpha), wilson(x2, n2, alpha)];
  if (!a || !b) return null;
  const [p1, p2] = [x1 / n1, x2 / n2];
  return { low: p1 - p2 - Math.hypot(p1 - a.low, b.high - p2), high: p1 - p2 + Math.hypot(a.high - p1, p2 - b.low) };
}
