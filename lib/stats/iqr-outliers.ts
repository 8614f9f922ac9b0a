import { sortedSample } from "./finite-sample";
import { quantileSorted } from "./quantile";

/** Fences at 1.5 IQR (Tukey); outliers lie strictly outside. Monitors use 3 IQR by passing `reach`. */
export function iqrOutliers(x: readonly number[], reach = 1.5): { q1: number; q3: number; lo: number; hi: number; outlierIndexes: number[] } {
  const sorted = sortedSample(x);
  const [q1, q3] = [quantileSorted(sorted, 0.25)!, quantileSorted(sorted, 0.75)!];
  const [lo, hi] = [q1 - reach * (q3 - q1), q3 + reach * (q3 - q1)];
  return { q1, q3, lo, hi, outlierIndexes: [...x.keys()].filter((i) => x[i]! < lo || x[i]! > hi) };
}
