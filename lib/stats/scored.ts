/** Refuses labels other than 0 and 1, scores that are not numbers, and lists of unequal length. */
export function checkScored(labels: readonly number[], scores: readonly number[]): void {
  if (labels.length !== scores.length) throw new RangeError("as many labels as scores");
  if (labels.some((y) => y !== 0 && y !== 1)) throw new RangeError("labels are 0 or 1");
  if (scores.some((p) => Number.isNaN(p))) throw new RangeError("a score is not a number");
}

/** As `checkScored`, for scores that are probabilities. */
export function checkProbabilities(labels: readonly number[], probabilities: readonly number[]): void {
  checkScored(labels, probabilities);
  if (probabilities.some((p) => !(p >= 0 && p <= 1))) throw new RangeError("a probability lies in [0, 1]");
}
