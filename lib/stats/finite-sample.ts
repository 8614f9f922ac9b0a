/** A sorted copy; refuses an empty sample and values that are not finite. */
export function sortedSample(values: readonly number[]): Float64Array {
  if (values.length === 0) throw new RangeError("a sample needs at least one value");
  if (values.some((v) => !Number.isFinite(v))) throw new RangeError("a sample holds finite values only");
  return Float64Array.from(values).sort();
}
