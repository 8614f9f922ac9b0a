import type { Ensemble } from "@/lib/models/ensemble";
import { walkScore } from "@/lib/models/tree-walk";
import type { Table } from "./table";

/** Float32 inputs of some rows, row after row. Columns of `asMissing` are left empty, as they are at t0. */
export function matrixOf(table: Table, inputs: readonly number[], rows: Int32Array, asMissing: ReadonlySet<number> = new Set()): Float32Array {
  const matrix = new Float32Array(rows.length * inputs.length);
  inputs.forEach((column, at) => {
    const values = table.values[column]!;
    const missing = asMissing.has(column);
    rows.forEach((row, position) => {
      matrix[position * inputs.length + at] = missing ? Number.NaN : values[row]!;
    });
  });
  return matrix;
}

/** Raw scores: a probability, or the (transformed) value. */
export function rawScores(ensemble: Ensemble, matrix: Float32Array): Float64Array {
  const width = ensemble.featureCount;
  return Float64Array.from({ length: matrix.length / width }, (_, row) => walkScore(ensemble, matrix.subarray(row * width, (row + 1) * width)));
}
