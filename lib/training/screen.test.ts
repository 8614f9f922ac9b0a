import { describe, expect, it } from "vitest";
import { aTable } from "./a-table.test-data";
import { screenColumns } from "./screen";
import { splitByTime } from "./split";

const rule = { kind: "shares", train: 0.6, calibrate: 0.15, test: 0.25, gapHours: 2 } as const;
const screened = (table: ReturnType<typeof aTable>, more: { inputs?: string[]; keepLeaks?: boolean } = {}) => {
  const found = screenColumns(table, { task: "binary", inputs: more.inputs ?? null, keepLeaks: more.keepLeaks ?? false }, splitByTime(table, rule));
  return { ...found, codes: Object.fromEntries(found.refused.map((each) => [each.column, each.code])), names: found.inputs.map((at) => table.columns[at]!.name) };
};

describe("screenColumns", () => {
  it("takes honest columns", () => {
    const { names, codes } = screened(aTable());
    expect(names).toEqual(["x", "y"]);
    expect(codes).toEqual({});
  });

  it("refuses by declaration: after the outcome, undeclared, a time", () => {
    const table = aTable();
    const add = (name: string, availableAt: "after_outcome" | "decision" | null, kind: "number" | "time", values: Float64Array): void => {
      table.columns.push({ ...table.columns[0]!, name, availableAt, kind });
      table.values.push(values);
    };
    add("satisfaction", "after_outcome", "number", table.values[0]!);
    add("mystery", null, "number", table.values[0]!);
    add("arrived", "decision", "time", table.timeMs.map((ms) => ms + 60_000));
    add("received", "decision", "time", table.timeMs.map((ms) => ms - 60_000));
    const { codes, names } = screened(table);
    expect(codes).toEqual({ satisfaction: "after_outcome", mystery: "no_available_at", arrived: "time_after_t0", received: "time_not_an_input" });
    expect(names).toEqual(["x", "y"]);
  });

  it("catches the label in disguise, in order or not", () => {
    const table = aTable();
    const add = (name: string, values: Float64Array): void => {
      table.columns.push({ ...table.columns[0]!, name });
      table.values.push(values);
    };
    add("echo", table.label.map((value, row) => value + (row % 10) / 100));
    add("hidden", table.label.map((value, row) => (value === 1 ? 0.5 : row % 2)));
    expect(screened(table).codes).toEqual({ echo: "single_input_auc", hidden: "single_input_auc" });
  });

  it("catches the order of arrival, and lets the order of dispatch pass", () => {
    const table = aTable();
    const add = (name: string, times: Float64Array): void => {
      table.columns.push({ ...table.columns[0]!, name });
      table.values.push(orderWithin(table.group!, times));
    };
    add("arrival_order", table.outcomeTimes.arrived!);
    add("dispatch_order", table.timeMs);
    const { codes, refused } = screened(table);
    expect(codes).toEqual({ arrival_order: "outcome_order" });
    expect(refused[0]!.reason).toContain("100.0 %");
  });

  it("catches what goes missing in the newest rows", () => {
    const table = aTable();
    const { test } = splitByTime(table, rule);
    for (const row of test) if (row % 2 === 0) table.values[1]![row] = Number.NaN;
    expect(screened(table).codes).toEqual({ y: "null_rate" });
  });

  it("keeps a leak only by force, and says so", () => {
    const table = aTable();
    table.columns[1]!.availableAt = "after_outcome";
    expect(screened(table, { inputs: ["x", "y"] })).toMatchObject({ names: ["x"], leaks: [], refused: [{ requested: true }] });
    expect(screened(table, { inputs: ["x", "y"], keepLeaks: true })).toMatchObject({ names: ["x", "y"], leaks: ["y"] });
    expect(() => screened(table, { inputs: ["y"] })).toThrow("no-inputs: every column was refused: y (after_outcome)");
  });
});

/** 1, 2, … within each group by time. */
function orderWithin(group: readonly string[], times: Float64Array): Float64Array {
  return Float64Array.from(group, (key, row) => 1 + group.reduce((sum, other, at) => sum + (other === key && times[at]! < times[row]! ? 1 : 0), 0));
}
