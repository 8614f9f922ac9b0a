import { quantileSorted } from "@/lib/stats/quantile";
import { rocAuc } from "@/lib/stats/roc-auc";

const BINS = 64;

/**
 * AUC that one input reaches alone: the better of its own order (either way, rows where it is missing left out) and of the
 * label rate in up to 64 bins learnt on one part and judged on the other, which also finds leaks that are not monotone.
 */
export function singleInputAuc(column: Float64Array, label: Float64Array, learn: Int32Array, judge: Int32Array): number {
  const present = [...judge].filter((row) => !Number.isNaN(column[row]!));
  const own = rocAuc(present.map((row) => label[row]!), present.map((row) => column[row]!)) ?? 0.5;
  return Math.max(own, 1 - own, binnedAuc(column, label, learn, judge));
}

function binnedAuc(column: Float64Array, label: Float64Array, learn: Int32Array, judge: Int32Array): number {
  const sorted = Float64Array.from([...learn].map((row) => column[row]!).filter((value) => !Number.isNaN(value))).sort();
  if (sorted.length === 0) return 0.5;
  const cuts = [...new Set(Array.from({ length: BINS - 1 }, (_, at) => quantileSorted(sorted, (at + 1) / BINS)!))];
  const binOf = (value: number): number => (Number.isNaN(value) ? cuts.length + 1 : cuts.filter((cut) => cut <= value).length);
  const sum = new Float64Array(cuts.length + 2);
  const count = new Float64Array(cuts.length + 2);
  let total = 0;
  for (const row of learn) {
    const bin = binOf(column[row]!);
    sum[bin] = sum[bin]! + label[row]!;
    count[bin] = count[bin]! + 1;
    total += label[row]!;
  }
  const rate = total / learn.length;
  // Two rows at the overall rate keep a bin of a single row from deciding.
  const scores = [...judge].map((row) => {
    const bin = binOf(column[row]!);
    return (sum[bin]! + 2 * rate) / (count[bin]! + 2);
  });
  return rocAuc([...judge].map((row) => label[row]!), scores) ?? 0.5;
}
