import { findOutcomeOrder } from "./order-test";
import { singleInputAuc } from "./single-input-auc";
import type { ColumnSpec, Table } from "./table";
import type { Refusal, RefusalCode, Trained, TrainOptions } from "./trained";
import { TrainingError } from "./training-error";

export const SINGLE_INPUT_AUC = 0.95;
export const NULL_RATE_SHIFT = 0.2;

export type Screened = { inputs: number[]; leaks: string[]; refused: Refusal[] };

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/**
 * The leakage screen: which columns may be inputs, and why the others may not. What a column does to the label is judged on
 * the rows before the test part, so that the test rows decide nothing; declarations, times and order are judged on all rows.
 */
export function screenColumns(table: Table, options: Pick<TrainOptions, "inputs" | "keepLeaks" | "task">, split: Trained["split"]): Screened {
  const wanted = options.inputs;
  const label = options.task === "binary" ? table.label : aboveMedian(table.label, split.train);
  const screened: Screened = { inputs: [], leaks: [], refused: [] };
  for (const name of wanted ?? [])
    if (!table.columns.some((column) => column.name === name)) screened.refused.push({ column: name, code: "not_in_table", reason: "the table has no such column", requested: true });
  table.columns.forEach((column, at) => {
    const requested = wanted ? wanted.includes(column.name) : column.availableAt === "request" || column.availableAt === "decision";
    const finding = declared(column, table.values[at]!, table.timeMs) ?? (requested ? measured(table, at, label, split) : null);
    if (!finding) {
      if (requested) screened.inputs.push(at);
      return;
    }
    screened.refused.push({ column: column.name, ...finding, requested });
    if (requested && options.keepLeaks && column.kind !== "time" && column.availableAt !== null) {
      screened.inputs.push(at);
      screened.leaks.push(column.name);
    }
  });
  if (screened.inputs.length === 0) throw new TrainingError("no-inputs", `every column was refused: ${screened.refused.map((each) => `${each.column} (${each.code})`).join(", ")}`);
  return screened;
}

type Finding = { code: RefusalCode; reason: string };

/** What the declaration alone forbids. */
function declared(column: ColumnSpec, values: Float64Array, timeMs: Float64Array): Finding | null {
  if (column.kind === "time") {
    const late = values.reduce((sum, value, row) => sum + (value > timeMs[row]! ? 1 : 0), 0);
    if (late > 0) return { code: "time_after_t0", reason: `a time after t0 in ${late} of ${values.length} rows` };
    return { code: "time_not_an_input", reason: "an instant is no input; give the minutes before t0" };
  }
  if (column.availableAt === null) return { code: "no_available_at", reason: "no availableAt declared" };
  if (column.availableAt === "after_outcome") return { code: "after_outcome", reason: "declared known only after the outcome" };
  return null;
}

/** What the values give away, whatever was declared. */
function measured(table: Table, at: number, label: Float64Array, split: Trained["split"]): Finding | null {
  const values = table.values[at]!;
  const evidence = table.orderEvidence ?? table;
  const order = findOutcomeOrder(evidence.values[at]!, evidence);
  if (order)
    return {
      code: "outcome_order",
      reason: `sorts ${percent(order.share)} of ${order.pairs} pairs of one call as ${order.outcome} does, and ${percent(order.beforeShare)} as ${order.before ?? "the times before t0"}: an outcome in disguise`,
    };
  const auc = singleInputAuc(values, label, split.train, split.calibrate);
  if (auc >= SINGLE_INPUT_AUC) return { code: "single_input_auc", reason: `alone it reaches an AUC of ${auc.toFixed(3)}` };
  const shift = nullRate(values, split.test) - nullRate(values, split.train);
  if (shift > NULL_RATE_SHIFT) return { code: "null_rate", reason: `missing ${percent(shift)} more often in the newest rows than in training` };
  return null;
}

export function nullRate(values: Float64Array, rows: Int32Array): number {
  return rows.reduce((sum, row) => sum + (Number.isNaN(values[row]!) ? 1 : 0), 0) / rows.length;
}

/** For a regression the screen asks how well an input tells the upper half from the lower. */
function aboveMedian(label: Float64Array, rows: Int32Array): Float64Array {
  const sorted = Float64Array.from(rows, (row) => label[row]!).sort();
  const median = sorted[sorted.length >> 1]!;
  return label.map((value) => (value > median ? 1 : 0));
}
