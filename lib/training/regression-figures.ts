import type { Estimate } from "@/lib/models/manifest";
import { type DayDraws, estimate, type WeightedFigure, weightedMean } from "./day-bootstrap";

/** The figures of a predicted quantity, in its unit. `p90` is the served 0.9 quantile, where there is one. */
export function regressionFigures(label: Float64Array, predicted: Float64Array, p90: Float64Array | null, draws: DayDraws): Record<string, Estimate> {
  const error = predicted.map((value, row) => value - label[row]!);
  const size = error.map(Math.abs);
  const figures: Record<string, WeightedFigure> = {
    mae: weightedMean((row) => size[row]!),
    median_abs_error: weightedQuantile(size, 0.5),
    p90_abs_error: weightedQuantile(size, 0.9),
    bias: weightedMean((row) => error[row]!),
  };
  if (p90) figures.coverage_p90 = weightedMean((row) => (label[row]! <= p90[row]! ? 1 : 0));
  const values: Record<string, Estimate> = {};
  for (const [name, figure] of Object.entries(figures)) {
    const found = estimate(figure, draws);
    if (found) values[name] = found;
  }
  return values;
}

/** The smallest value with at least `share` of the weight at or below it. */
export function weightedQuantile(values: Float64Array, share: number): WeightedFigure {
  const order = Uint32Array.from(values.keys()).sort((i, j) => values[i]! - values[j]!);
  return (weights) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (total === 0) return null;
    let seen = 0;
    for (const row of order) {
      seen += weights[row]!;
      if (seen >= share * total - 1e-9) return values[row]!;
    }
    return values[order.at(-1)!]!;
  };
}
