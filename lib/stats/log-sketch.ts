/**
 * Histogram over bins of equal ratio (DDSketch, Masson et al. 2019) for positive values whose spread is unknown beforehand:
 * bin of x = ceil(log_γ x), its value 2γ^bin / (γ + 1), within 1 % of every x in it. Sketches add bin by bin and subtract the
 * same way, so that a corrected value leaves no trace. Values are clipped to [0.001, 1,000,000].
 */
export type LogSketch = Float64Array;

const GAMMA = 1.01 / 0.99;
const LN_GAMMA = Math.log(GAMMA);
const LOWEST = Math.ceil(Math.log(1e-3) / LN_GAMMA);
const HIGHEST = Math.ceil(Math.log(1e6) / LN_GAMMA);

export function emptySketch(): LogSketch {
  return new Float64Array(HIGHEST - LOWEST + 1);
}

export function addToSketch(sketch: LogSketch, value: number, count = 1): void {
  const bin = value > 0 ? Math.ceil(Math.log(value) / LN_GAMMA) : LOWEST;
  sketch[Math.min(HIGHEST, Math.max(LOWEST, bin)) - LOWEST]! += count;
}

/** What `sketchText` wrote: the first bin, then counts. */
export function readSketch(text: string): number[] {
  return JSON.parse(text) as number[];
}

/** Adds what `readSketch` read; read once, it may be added to several. */
export function mergeSketch(sketch: LogSketch, read: readonly number[]): void {
  const first = read[0]! - 1;
  for (let i = 1; i < read.length; i++) sketch[first + i]! += read[i]!;
}

/** The first bin that is not empty, then the counts from there to the last: its length depends on the spread, not on the count. */
export function sketchText(sketch: LogSketch): string {
  let first = 0;
  while (first < sketch.length && sketch[first] === 0) first++;
  if (first === sketch.length) return "[]";
  let last = sketch.length - 1;
  while (sketch[last] === 0) last--;
  return JSON.stringify([first, ...sketch.subarray(first, last + 1)]);
}

/** The value that the share q of the values does not exceed; null when there are none. `total`: how many there are, where known. */
export function sketchQuantile(sketch: LogSketch, q: number, total = sketch.reduce((sum, count) => sum + count, 0)): number | null {
  if (total <= 0) return null;
  const rank = q * (total - 1);
  let below = 0;
  for (let i = 0; i < sketch.length; i++) {
    below += sketch[i]!;
    if (below > rank) return (2 * GAMMA ** (i + LOWEST)) / (GAMMA + 1);
  }
  return null;
}
