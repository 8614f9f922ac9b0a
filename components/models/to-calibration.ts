export type ReliabilityBin = { rows: number; predicted: number; observed: number; low: number; high: number };
export type CalibrationView = { points: { x: number; y: number; low: number; high: number; rows: number }[]; gap: number };

/** Points on a unit square, and the largest distance from the diagonal: what a reader should take away. */
export function toCalibration(bins: readonly ReliabilityBin[]): CalibrationView {
  return {
    points: bins.map(({ predicted, observed, low, high, rows }) => ({ x: predicted, y: observed, low, high, rows })),
    gap: Math.max(0, ...bins.map(({ predicted, observed }) => Math.abs(predicted - observed))),
  };
}
