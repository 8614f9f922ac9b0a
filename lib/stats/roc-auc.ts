import { checkScored } from "./scored";

/** Area under the ROC curve = share of (positive, negative) pairs in order, ties one half. Null with one class. */
export function rocAuc(labels: readonly number[], scores: readonly number[]): number | null {
  checkScored(labels, scores);
  const order = Uint32Array.from(scores.keys()).sort((i, j) => scores[i]! - scores[j]!);
  let positives = 0;
  let twiceInOrder = 0; // Counted in halves, so the sum stays an exact integer.
  let negativesBelow = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    let tiedPositives = 0;
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) tiedPositives += labels[order[end++]!]!;
    const tiedNegatives = end - start - tiedPositives;
    twiceInOrder += tiedPositives * (2 * negativesBelow + tiedNegatives);
    positives += tiedPositives;
    negativesBelow += tiedNegatives;
    start = end;
  }
  return positives === 0 || negativesBelow === 0 ? null : twiceInOrder / 2 / positives / negativesBelow;
}
