import { bootstrapByDay } from "@/lib/stats/bootstrap-by-day";
import type { Estimate } from "@/lib/models/manifest";

/** A figure of rows that may count several times, or not at all. Null where it is not defined. */
export type WeightedFigure = (weights: Float64Array) => number | null;

export type DayDraws = { dayOf: Int32Array; days: number; seed: number; draws: number };

export function dayDraws(day: readonly string[], seed: number, draws: number): DayDraws {
  const position = new Map<string, number>();
  const dayOf = Int32Array.from(day, (each) => {
    const known = position.get(each) ?? position.size;
    position.set(each, known);
    return known;
  });
  return { dayOf, days: position.size, seed, draws };
}

/**
 * 95 % percentile interval by drawing whole days: how often a day is drawn is the weight of its rows. Null where
 * the figure is not defined on the rows themselves.
 */
export function estimate(figure: WeightedFigure, { dayOf, days, seed, draws }: DayDraws): Estimate | null {
  const value = figure(new Float64Array(dayOf.length).fill(1));
  if (value === null || !Number.isFinite(value)) return null;
  const drawnDays = new Float64Array(days);
  const weights = new Float64Array(dayOf.length);
  const interval = bootstrapByDay(
    Array.from({ length: days }, (_, at) => at),
    (drawn) => {
      drawnDays.fill(0);
      for (const each of drawn) drawnDays[each] = drawnDays[each]! + 1;
      for (let row = 0; row < weights.length; row++) weights[row] = drawnDays[dayOf[row]!]!;
      return figure(weights);
    },
    { seed, draws },
  );
  if (!interval) return { value, low: null, high: null, method: "one day only" };
  // Figures with a bias upward on drawn days, such as ECE, may lie outside: the interval is widened to hold them.
  return { value, low: Math.min(value, interval.low), high: Math.max(value, interval.high), method: "day-bootstrap" };
}

/** Weighted mean of a row's contribution. */
export function weightedMean(of: (row: number) => number): WeightedFigure {
  return (weights) => {
    let sum = 0;
    let total = 0;
    for (let row = 0; row < weights.length; row++) {
      const weight = weights[row]!;
      if (weight === 0) continue;
      sum += weight * of(row);
      total += weight;
    }
    return total === 0 ? null : sum / total;
  };
}
