/**
 * Split-conformal offsets: the ceil((n + 1) q)-th smallest residual (label less prediction, in the transformed space) of rows
 * that training did not see. A new row lies at or below prediction + offset with probability at least q.
 */
export function residualQuantiles(label: Float64Array, predicted: Float64Array, levels: readonly number[]): { level: number; offset: number }[] {
  const residuals = label.map((value, row) => value - predicted[row]!).sort();
  return levels.flatMap((level) => {
    const offset = residuals[Math.ceil((residuals.length + 1) * level) - 1];
    return offset === undefined ? [] : [{ level, offset }];
  });
}
