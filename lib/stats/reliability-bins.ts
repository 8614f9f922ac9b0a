import { checkProbabilities } from "./scored";
import { wilson, type Interval } from "./wilson";

export type ReliabilityBin = { n: number; meanProbability: number; positives: number; observedRate: number; wilson95: Interval };

/**
 * Equal-mass bins of predicted probability with the observed rate and its 95 % Wilson bar.
 * Equal probabilities never straddle two bins, so fewer bins come back where scores are few.
 */
export function reliabilityBins(labels: readonly number[], probabilities: readonly number[], bins = 10): ReliabilityBin[] {
  checkProbabilities(labels, probabilities);
  const n = labels.length;
  const order = Uint32Array.from(labels.keys()).sort((i, j) => probabilities[i]! - probabilities[j]!);
  const result: ReliabilityBin[] = [];
  let start = 0;
  for (let bin = 1; bin <= bins && start < n; bin++) {
    let end = Math.max(start + 1, Math.round((bin * n) / bins));
    while (end < n && probabilities[order[end]!] === probabilities[order[end - 1]!]) end++;
    const rows = order.subarray(start, end);
    const positives = rows.reduce((sum, i) => sum + labels[i]!, 0);
    const meanProbability = rows.reduce((sum, i) => sum + probabilities[i]!, 0) / rows.length;
    const bars = wilson(positives, rows.length)!;
    result.push({ n: rows.length, meanProbability, positives, observedRate: positives / rows.length, wilson95: bars });
    start = end;
  }
  return result;
}
