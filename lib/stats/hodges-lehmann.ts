import { sortedSample } from "./finite-sample";
import { quantile } from "./quantile";

/** Largest number of pairs taken one by one. */
const MAX_PAIRS = 4_000_000;

/** Hodges-Lehmann shift: the median of all treatment − control. Null where there are too many pairs to list: bin first. */
export function hodgesLehmann(control: readonly number[], treatment: readonly number[]): number | null {
  const [c, t] = [sortedSample(control), sortedSample(treatment)];
  if (c.length * t.length > MAX_PAIRS) return null;
  const differences = new Float64Array(c.length * t.length);
  let at = 0;
  for (const y of t) for (const x of c) differences[at++] = y - x;
  return quantile(differences, 0.5);
}
