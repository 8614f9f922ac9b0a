/** Bytes can name 256 bins; each holds the sum of gradients and of hessians. */
export const BINS = 256;

/** Sums of gradient and hessian by column and bin over the rows of one node: [column][bin][g, h]. */
export type Histogram = Float64Array;

export function fillHistogram(
  into: Histogram,
  codes: Uint8Array,
  width: number,
  columns: Int32Array,
  rows: Int32Array,
  from: number,
  to: number,
  gradient: Float64Array,
  hessian: Float64Array,
): void {
  into.fill(0);
  const count = columns.length;
  for (let at = from; at < to; at++) {
    const row = rows[at]!;
    const g = gradient[row]!;
    const h = hessian[row]!;
    const base = row * width;
    for (let k = 0; k < count; k++) {
      const column = columns[k]!;
      const cell = (column * BINS + codes[base + column]!) * 2;
      into[cell] = into[cell]! + g;
      into[cell + 1] = into[cell + 1]! + h;
    }
  }
}

/** The sibling's histogram: the parent's less the other child's. `into` may be the parent itself. */
export function subtractHistogram(into: Histogram, parent: Histogram, child: Histogram): void {
  for (let cell = 0; cell < into.length; cell++) into[cell] = parent[cell]! - child[cell]!;
}
