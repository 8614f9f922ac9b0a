import { quantileSorted } from "@/lib/stats/quantile";
import type { Feature } from "@/lib/models/manifest";
import type { Table } from "./table";

/** Rows to replay before the model counts as ready: the middle, both tails, five real rows, and everything missing that may be. */
export function goldenInputs(table: Table, inputs: readonly number[], train: Int32Array, features: readonly Feature[]): (number | null)[][] {
  const columns = inputs.map((column) => Float64Array.from(train, (row) => table.values[column]![row]!));
  const sorted = columns.map((values) => values.filter((value) => !Number.isNaN(value)).sort());
  const at = (share: number): (number | null)[] => sorted.map((values, column) => rounded(quantileSorted(values, share), features[column]!));
  const middle = at(0.5);
  const real = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const row = Math.round(share * (train.length - 1));
    return columns.map((values) => (Number.isNaN(values[row]!) ? null : values[row]!));
  });
  const missing = features.some((feature) => feature.allowMissing) ? [middle.map((value, column) => (features[column]!.allowMissing ? null : value))] : [];
  return [middle, at(0.01), at(0.99), ...real, ...missing];
}

/** A count that lies between two rows' counts is no count. */
function rounded(value: number | null, feature: Feature): number | null {
  return value === null || feature.kind === "number" ? value : Math.round(value);
}
