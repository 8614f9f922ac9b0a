import { sortedSample } from "./finite-sample";

/** Largest distance of the two empirical distribution functions, ties stepped together; `steps` = d · n · m exactly. */
export function ksDistance(a: readonly number[], b: readonly number[]): { d: number; steps: number } {
  const [x, y] = [sortedSample(a), sortedSample(b)];
  let [i, j, steps] = [0, 0, 0];
  while (i < x.length && j < y.length) {
    const at = Math.min(x[i]!, y[j]!);
    while (i < x.length && x[i] === at) i++;
    while (j < y.length && y[j] === at) j++;
    steps = Math.max(steps, Math.abs(i * y.length - j * x.length));
  }
  return { d: steps / (x.length * y.length), steps };
}

/**
 * Exact P(D >= d) without ties: the chance that a random lattice path from (0,0) to (n,m) touches
 * |i·m − j·n| >= steps (Hodges, 1958). Chances are carried, not path counts, so nothing overflows and
 * the tail is a sum of positive terms. O(n·m) time.
 */
export function ksExactP(n: number, m: number, steps: number): number {
  if (steps <= 0) return 1;
  // outside[j]: chance that a path through (i, j) already touched, given the uniform law of completions.
  const outside = new Float64Array(m + 1);
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j <= m; j++) {
      if (Math.abs(i * m - j * n) >= steps) outside[j] = 1;
      else if (i + j === 0) outside[j] = 0;
      else outside[j] = ((i > 0 ? outside[j]! * i : 0) + (j > 0 ? outside[j - 1]! * j : 0)) / (i + j);
    }
  }
  return outside[m]!;
}

/** Kolmogorov's limit law P(K > x); the theta-transformed series where x is small. */
export function ksLimitP(x: number): number {
  if (x <= 0) return 1;
  let sum = 0;
  if (x < 1) {
    for (let k = 1; k < 40; k += 2) sum += Math.exp((-k * k * Math.PI ** 2) / (8 * x * x));
    return Math.max(0, 1 - (Math.sqrt(2 * Math.PI) / x) * sum);
  }
  for (let k = 1; k < 20; k++) sum += (k % 2 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
  return sum;
}
