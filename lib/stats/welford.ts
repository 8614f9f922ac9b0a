/** Count, mean and sum of squared deviations: mergeable, and stable where Σx² − (Σx)²/n is not (Welford, 1962). */
export type Moments = { n: number; mean: number; m2: number };

export const NO_MOMENTS: Moments = { n: 0, mean: 0, m2: 0 };

export function addValue({ n, mean, m2 }: Moments, value: number): Moments {
  const delta = value - mean;
  const next = mean + delta / (n + 1);
  return { n: n + 1, mean: next, m2: m2 + delta * (value - next) };
}

/** Moments of two disjoint groups together (Chan, Golub and LeVeque, 1979). */
export function mergeMoments(a: Moments, b: Moments): Moments {
  if (a.n === 0) return b;
  if (b.n === 0) return a;
  const n = a.n + b.n;
  const delta = b.mean - a.mean;
  return { n, mean: a.mean + (delta * b.n) / n, m2: a.m2 + b.m2 + (delta * delta * a.n * b.n) / n };
}

/** Two passes over the whole sample: the mean first, then deviations with the rounding of the mean taken out. */
export function momentsOf(values: readonly number[] | Float64Array): Moments {
  const n = values.length;
  if (n === 0) return NO_MOMENTS;
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / n;
  let m2 = 0;
  let rest = 0;
  for (const value of values) {
    m2 += (value - mean) * (value - mean);
    rest += value - mean;
  }
  return { n, mean: mean + rest / n, m2: m2 - (rest * rest) / n };
}

/** Sample variance, divisor n − 1; null below two values. */
export function sampleVariance({ n, m2 }: Moments): number | null {
  return n < 2 ? null : Math.max(0, m2) / (n - 1);
}
