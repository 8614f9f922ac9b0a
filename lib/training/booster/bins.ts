import type { TrainingMatrix } from "../engine";

/** Bin of a missing value. Values take 0 to 254. */
export const MISSING_BIN = 255;

export type Bins = {
  /** Row after row, one byte a value. */
  codes: Uint8Array;
  /** Per column the float32 cut points, ascending: a value is in bin b when exactly b of them are at or below it. */
  cuts: Float32Array[];
};

/**
 * Cuts each column into at most `maxBin` bins of about equal mass, between values that occur. A column with fewer distinct
 * values gets a cut between each two of them, which makes the splits exact.
 */
export function binColumns(matrix: Pick<TrainingMatrix, "inputs" | "rows" | "width">, maxBin: number): Bins {
  const { inputs, rows, width } = matrix;
  const codes = new Uint8Array(rows * width);
  const cuts: Float32Array[] = [];
  for (let column = 0; column < width; column++) {
    const present = new Float32Array(rows);
    let count = 0;
    for (let row = 0; row < rows; row++) {
      const value = inputs[row * width + column]!;
      if (!Number.isNaN(value)) present[count++] = value;
    }
    const own = cutPoints(present.subarray(0, count).sort(), maxBin);
    cuts.push(own);
    for (let row = 0; row < rows; row++) {
      const value = inputs[row * width + column]!;
      codes[row * width + column] = Number.isNaN(value) ? MISSING_BIN : binOf(value, own);
    }
  }
  return { codes, cuts };
}

function cutPoints(sorted: Float32Array, maxBin: number): Float32Array {
  const starts: number[] = [];
  for (let at = 1; at < sorted.length; at++) if (sorted[at]! > sorted[at - 1]!) starts.push(at);
  const between = (at: number): number => cutBetween(sorted[at - 1]!, sorted[at]!);
  if (starts.length < maxBin) return Float32Array.from(starts, between);
  const chosen: number[] = [];
  let next = 0;
  let previous = 0;
  // A bin is closed at the first change of value past its share of what is left, so that heavy values do not starve the rest.
  for (let bin = 0; bin < maxBin - 1; bin++) {
    const target = previous + (sorted.length - previous) / (maxBin - bin);
    while (next < starts.length && starts[next]! < target) next++;
    if (next >= starts.length) break;
    previous = starts[next]!;
    chosen.push(between(previous));
    next++;
  }
  return Float32Array.from(chosen);
}

/** A float32 number c with low < c <= high: `x < c` parts the two. The middle where float32 has one. */
export function cutBetween(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle > low && middle <= high ? middle : high;
}

function binOf(value: number, cuts: Float32Array): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cuts[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
