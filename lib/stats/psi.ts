/** Monitoring PSI of two histograms over shared bins, half a pseudo-count per bin; null when either is empty. */
export function psi(expected: readonly number[], actual: readonly number[]): number | null {
  if (expected.length !== actual.length) throw new RangeError("histograms must share their bins");
  const [e, a] = [proportions(expected), proportions(actual)];
  if (!e || !a) return null;
  return e.reduce((sum, ei, i) => sum + (a[i]! - ei) * Math.log(a[i]! / ei), 0);
}

function proportions(counts: readonly number[]): number[] | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return total === 0 ? null : counts.map((count) => (count + 0.5) / (total + counts.length / 2));
}
