import type { Ensemble } from "@/lib/models/ensemble";
import { float32Step } from "@/lib/models/parity-rows";
import { cutBetween } from "./booster/bins";
import type { TrainingMatrix } from "./engine";

export type RankedColumns = {
  /** Row after row: position of the value among the distinct values of its column, -1 where it is missing. */
  ranks: Int32Array;
  /** Per column the distinct values, ascending. */
  distinct: Float32Array[];
};

export function rankColumns({ inputs, rows, width }: Pick<TrainingMatrix, "inputs" | "rows" | "width">): RankedColumns {
  const ranks = new Int32Array(rows * width);
  const distinct: Float32Array[] = [];
  for (let column = 0; column < width; column++) {
    const values = Float32Array.from({ length: rows }, (_, row) => inputs[row * width + column]!);
    const own = [...new Set(values.filter((value) => !Number.isNaN(value)))].sort((a, b) => a - b);
    distinct.push(Float32Array.from(own));
    const position = new Map(own.map((value, at) => [value, at]));
    values.forEach((value, row) => {
      ranks[row * width + column] = position.get(value) ?? -1;
    });
  }
  return { ranks, distinct };
}

/** Splits on ranks as splits on the values themselves: `rank < c` becomes `x < t`, t between the two values that c parts. */
export function thresholdsFromRanks(ensemble: Ensemble, distinct: readonly Float32Array[]): Ensemble {
  return {
    ...ensemble,
    trees: ensemble.trees.map((tree) => ({
      ...tree,
      threshold: tree.threshold.map((condition, node) => (tree.left[node] === -1 ? 0 : valueThreshold(condition, distinct[tree.feature[node]!]!))),
    })),
  };
}

function valueThreshold(condition: number, values: Float32Array): number {
  // The smallest rank that does not go left.
  const right = Math.ceil(condition);
  if (values.length === 0) return 0;
  if (right <= 0) return values[0]!;
  if (right >= values.length) return float32Step(values[values.length - 1]!, 1);
  return cutBetween(values[right - 1]!, values[right]!);
}
