import { sortedSample } from "./finite-sample";
import { quantileSorted } from "./quantile";

export type DecileBins = { innerEdges: number[]; refCounts: number[]; curCounts: number[] };

/** Bins [lo, hi) at the distinct inner deciles of the reference, open-ended outside. */
export function decileBins(reference: readonly number[], current: readonly number[]): DecileBins {
  const sorted = sortedSample(reference);
  const innerEdges = [...new Set([1, 2, 3, 4, 5, 6, 7, 8, 9].map((k) => quantileSorted(sorted, k / 10)!))].sort((x, y) => x - y);
  return { innerEdges, refCounts: countBins(sorted, innerEdges), curCounts: countBins(sortedSample(current), innerEdges) };
}

function countBins(values: Float64Array, edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (const value of values) {
    const above = edges.findIndex((edge) => value < edge);
    const bin = above < 0 ? edges.length : above;
    counts[bin] = counts[bin]! + 1;
  }
  return counts;
}

/** PSI with shares floored at 1e-4, not renormalised: the parity form. Monitors use half pseudo-counts instead. */
export function psiParity(bins: DecileBins): number {
  const shares = (counts: readonly number[]): number[] => {
    const n = counts.reduce((sum, c) => sum + c, 0);
    return counts.map((c) => Math.max(1e-4, c / n));
  };
  const ref = shares(bins.refCounts);
  return shares(bins.curCounts).reduce((sum, c, i) => sum + (c - ref[i]!) * Math.log(c / ref[i]!), 0);
}
