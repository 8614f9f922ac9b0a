/**
 * Quantile by linear interpolation (numpy's default, Hyndman-Fan type 7) of values already sorted upwards.
 * Null when there are none.
 */
export function quantileSorted(sorted: readonly number[] | Float64Array, share: number): number | null {
  if (!(share >= 0 && share <= 1)) throw new RangeError("a quantile's share lies in [0, 1]");
  if (sorted.length === 0) return null;
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  const weight = position - below;
  // numpy interpolates from the nearer end, which keeps the result monotone in the share.
  return weight < 0.5 ? low + (high - low) * weight : high - (high - low) * (1 - weight);
}

/** The same for values in any order; a copy is sorted. */
export function quantile(values: readonly number[] | Float64Array, share: number): number | null {
  return quantileSorted(Float64Array.from(values).sort(), share);
}
