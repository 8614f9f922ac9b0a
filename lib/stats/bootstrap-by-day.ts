import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { quantileSorted } from "./quantile";
import type { Interval } from "./wilson";

export type BootstrapOptions = { seed: number; draws?: number; level?: number };

/**
 * Percentile interval of a statistic under resampling of whole days (Efron, 1979; Davison and Hinkley, 1997, ch. 3.8).
 * Rows of one day are not independent, so days are drawn, not rows. A day is whatever the statistic needs of it:
 * sufficient statistics, or its row indexes. Draws with a null statistic are left out and counted in `undefinedDraws`.
 * Null below two days, or where no draw defines the statistic.
 */
export function bootstrapByDay<Day>(
  days: readonly Day[],
  statistic: (drawn: readonly Day[]) => number | null,
  { seed, draws = 1000, level = 0.95 }: BootstrapOptions,
): (Interval & { undefinedDraws: number }) | null {
  if (!(draws >= 1) || !(level > 0 && level < 1)) throw new RangeError("draws are at least 1, level lies in (0, 1)");
  if (days.length < 2) return null;
  const random = xoroshiro128plus(seed);
  const values: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const value = statistic(days.map(() => days[uniformInt(random, 0, days.length - 1)]!));
    if (value !== null) values.push(value);
  }
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const low = quantileSorted(sorted, (1 - level) / 2)!;
  const high = quantileSorted(sorted, (1 + level) / 2)!;
  return { low, high, undefinedDraws: draws - values.length };
}
