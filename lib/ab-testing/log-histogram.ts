/**
 * Counts of a positive metric over 4,096 fixed bins of constant ratio 1.005, from 0.001 up (to 7.5e5): quantiles within
 * 0.25 %, ranks in O(log bins) by a Fenwick tree (Fenwick, 1994). Bins are fixed before any outcome, so a rank among bins
 * is as good a bet as a rank among values: the e-process stays exact, values in one bin are simply tied.
 */
export const BINS = 4_096;
const SMALLEST = 0.001;
const LN_RATIO = Math.log(1.005);

export type LogHistogram = { counts: Float64Array; tree: Float64Array; total: number };

export function emptyHistogram(): LogHistogram {
  return { counts: new Float64Array(BINS), tree: new Float64Array(BINS + 1), total: 0 };
}

export function binOf(value: number): number {
  if (!(value >= 0)) throw new RangeError("a positive metric is not negative");
  if (value <= SMALLEST) return 0;
  return Math.min(BINS - 1, Math.ceil(Math.log(value / SMALLEST) / LN_RATIO));
}

/** Geometric middle of a bin. */
export function binValue(bin: number): number {
  return SMALLEST * Math.exp((bin - 0.5) * LN_RATIO);
}

/** In place. */
export function addToHistogram(histogram: LogHistogram, bin: number, count = 1): void {
  histogram.counts[bin] = histogram.counts[bin]! + count;
  histogram.total += count;
  for (let i = bin + 1; i <= BINS; i += i & -i) histogram.tree[i] = histogram.tree[i]! + count;
}

/** Values in bins below this one. */
export function countBelow({ tree }: LogHistogram, bin: number): number {
  let sum = 0;
  for (let i = bin; i > 0; i -= i & -i) sum += tree[i]!;
  return sum;
}

/** Mid-rank share (rank − 0.5) / count of a bin among all earlier values and itself; 0.5 for the first. */
export function midRankShare(histogram: LogHistogram, bin: number): number {
  const tied = histogram.counts[bin]! + 1;
  const midRank = countBelow(histogram, bin) + (tied + 1) / 2;
  return (midRank - 0.5) / (histogram.total + 1);
}

/** Null when empty. */
export function histogramQuantile({ counts, total }: LogHistogram, share: number): number | null {
  if (total === 0) return null;
  let seen = 0;
  const rank = share * (total - 1);
  for (let bin = 0; bin < BINS; bin++) {
    seen += counts[bin]!;
    if (seen > rank) return binValue(bin);
  }
  return binValue(BINS - 1);
}

/** Sparse form for JSON: [bin, count, bin, count, …]. */
export function packHistogram({ counts }: LogHistogram): number[] {
  const packed: number[] = [];
  counts.forEach((count, bin) => {
    if (count > 0) packed.push(bin, count);
  });
  return packed;
}

export function unpackHistogram(packed: readonly number[]): LogHistogram {
  const histogram = emptyHistogram();
  for (let i = 0; i + 1 < packed.length; i += 2) {
    const bin = packed[i]!;
    if (!Number.isInteger(bin) || bin < 0 || bin >= BINS) throw new RangeError(`no such bin: ${bin}`);
    addToHistogram(histogram, bin, packed[i + 1]);
  }
  return histogram;
}

/** Counts of both together. */
export function mergeHistograms(a: LogHistogram, b: LogHistogram): LogHistogram {
  const merged = emptyHistogram();
  for (let bin = 0; bin < BINS; bin++) {
    const count = a.counts[bin]! + b.counts[bin]!;
    if (count > 0) addToHistogram(merged, bin, count);
  }
  return merged;
}
