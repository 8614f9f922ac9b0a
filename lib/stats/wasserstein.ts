import { sortedSample } from "./finite-sample";

/** First Wasserstein distance of two empirical laws: ∫|F − G|. */
export function wasserstein(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [sortedSample(a), sortedSample(b)];
  let [i, j, area] = [0, 0, 0];
  let at = Math.min(x[0]!, y[0]!);
  while (i < x.length || j < y.length) {
    const next = Math.min(x[i] ?? Infinity, y[j] ?? Infinity);
    area += (next - at) * Math.abs(i / x.length - j / y.length);
    while (i < x.length && x[i] === next) i++;
    while (j < y.length && y[j] === next) j++;
    at = next;
  }
  return area;
}
