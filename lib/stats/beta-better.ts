import { lnBeta } from "./ln-gamma";

/** Beta(successes + 1, failures + 1): posterior of a proportion under a flat prior. */
export type BetaShape = { a: number; b: number };

/**
 * P(second > first) of two independent betas with whole shapes, by the finite sum
 *
 *     Σ_{i=0}^{a₂−1} B(a₁+i, b₁+b₂) / ((b₂+i) B(1+i, b₂) B(a₁, b₁))
 *
 * run over the smallest of the four shapes (reflect and swap), in logarithms. Not a stopping rule: it is not safe to watch.
 */
export function betaBetter(first: BetaShape, second: BetaShape): number {
  if (![first.a, first.b, second.a, second.b].every((v) => Number.isInteger(v) && v >= 1)) throw new RangeError("whole shapes from 1 up");
  const reflect = ({ a, b }: BetaShape): BetaShape => ({ a: b, b: a });
  const smallest = Math.min(first.a, first.b, second.a, second.b);
  if (second.a === smallest) return sum(first, second);
  if (first.a === smallest) return 1 - sum(second, first);
  // X > Y is 1−Y > 1−X: reflected, the roles change.
  if (first.b === smallest) return sum(reflect(second), reflect(first));
  return 1 - sum(reflect(first), reflect(second));
}

function sum(x: BetaShape, y: BetaShape): number {
  const rest = x.b + y.b;
  // Term 0 has (b₂ + 0) B(1, b₂) = 1.
  let ln = lnBeta(x.a, rest) - lnBeta(x.a, x.b);
  let total = 0;
  for (let i = 0; i < y.a; i++) {
    total += Math.exp(ln);
    ln += Math.log(((x.a + i) * (y.b + i)) / ((x.a + i + rest) * (1 + i)));
  }
  return Math.min(1, total);
}
