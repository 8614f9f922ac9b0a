import type { AvailableAt, Range } from "@/lib/models/manifest";

/** What is said of a column before anything is learnt from it. */
export type ColumnSpec = {
  name: string;
  description: string;
  unit: string;
  /** `time` is epoch milliseconds: an instant is never an input, only compared with t0. */
  kind: "integer" | "number" | "boolean" | "time";
  /** Null: nobody said when it is known, so it is no input. */
  availableAt: AvailableAt | null;
  validRange: Range;
  allowMissing: boolean;
};

/** A training table, column by column. Every array has `rows` entries. */
export type Table = {
  /** Candidate inputs. What may not be one is refused by the screen, with a reason. */
  columns: ColumnSpec[];
  rows: number;
  /** Per column; NaN = missing. */
  values: Float64Array[];
  /** t0 of the row in epoch milliseconds: when the decision was made. */
  timeMs: Float64Array;
  /** Local day of t0: what the bootstrap draws. */
  day: string[];
  /** Rows of one call share a group and never stand on both sides of a split. Null: every row is its own. */
  group: string[] | null;
  /** 0 or 1, or the value to predict. Never NaN: a censored row is no training row. */
  label: Float64Array;
  /** Slice name (severity, zone, hour) -> slice of each row. The first one groups the baselines. */
  slices: Record<string, string[]>;
  /** Times after t0 and times up to t0 (epoch ms, NaN = did not happen) by name, for the order test within groups. */
  outcomeTimes: Record<string, Float64Array>;
  beforeTimes: Record<string, Float64Array>;
  /** The same columns on more rows of the groups than are trained on (units of another kind), for the order test alone. */
  orderEvidence?: OrderEvidence;
  /** Predictions of rules on the same rows (a probability, or minutes), to be beaten. NaN: no answer. */
  rivals: Record<string, Float64Array>;
};

export type OrderEvidence = Pick<Table, "values" | "group" | "timeMs" | "outcomeTimes" | "beforeTimes">;
