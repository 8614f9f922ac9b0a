import { describe, expect, it } from "vitest";
import { readTable } from "./read-table";
import { TrainingSpec } from "./spec";

const declaration = {
  name: "demo",
  version: "1",
  task: "binary",
  target: { column: "late", unit: "class" },
  time: "t0",
  timeZone: "America/La_Paz",
  group: "call",
  slices: { severity: "severity" },
  columns: [
    { name: "severity", unit: "level", kind: "integer", availableAt: "request", validRange: { min: 1, max: 5 } },
    { name: "distance", unit: "km", availableAt: "decision", allowMissing: true },
    { name: "rating", unit: "1-5", availableAt: "after_outcome" },
  ],
  ignore: ["note"],
  outcomeTimeColumns: ["arrived"],
};
const spec = TrainingSpec.parse(declaration);
const header = ["t0", "call", "severity", "distance", "rating", "arrived", "note", "crew", "late"];
const row = (changed: Record<string, string> = {}): string[] => {
  const cells: Record<string, string> = { t0: "2024-03-01T23:30:00", call: "7", severity: "4", distance: "1.5", rating: "good", arrived: "2024-03-01T23:40:00-04:00", note: "-", crew: "A", late: "1", ...changed };
  return header.map((name) => cells[name]!);
};

describe("readTable", () => {
  it("reads local and absolute times, days, hours, missing cells and booleans", () => {
    const { table, censored } = readTable(header, [row(), row({ distance: "", late: "false" }), row({ late: "" })], spec);
    expect(censored).toBe(1);
    expect(table.rows).toBe(2);
    expect(new Date(table.timeMs[0]!).toISOString()).toBe("2024-03-02T03:30:00.000Z");
    expect(table.day[0]).toBe("2024-03-01");
    expect(table.slices).toEqual({ severity: ["4", "4"], hour: ["18-23", "18-23"] });
    expect([...table.label]).toEqual([1, 0]);
    expect(table.values[1]![1]).toBeNaN();
    expect(table.outcomeTimes.arrived![0]! - table.timeMs[0]!).toBe(600_000);
  });

  it("accounts for every column: declared, of a role, ignored, or without availableAt", () => {
    const { table } = readTable(header, [row()], spec);
    expect(table.columns.map((column) => [column.name, column.availableAt, column.kind])).toEqual([
      ["severity", "request", "integer"],
      ["distance", "decision", "number"],
      ["rating", "after_outcome", "number"],
      ["arrived", null, "time"],
      ["crew", null, "number"],
    ]);
  });

  it.each([
    ["a word", { distance: "far" }, "not-a-number: line 2, distance: far"],
    ["a half", { severity: "2.5" }, "not-an-integer: line 2, severity"],
    ["a value out of range", { severity: "9" }, "out-of-range: severity: 1 values outside [1, 5], the first 9 in line 2"],
    ["no time", { t0: "" }, "no-time: line 2"],
    ["a wrong time", { t0: "yesterday" }, "not-a-time: line 2, t0: yesterday"],
    ["a wrong class", { late: "3" }, "not-a-boolean: line 2, late: 3"],
  ])("names line and column of %s", (_, changed, message) => {
    expect(() => readTable(header, [row(changed)], spec)).toThrow(message);
  });

  it("refuses a missing column, one twice, and the target as an input", () => {
    expect(() => readTable(header.map((name) => (name === "call" ? "cell" : name)), [row()], spec)).toThrow("missing-column: the file has no column call");
    expect(() => readTable([...header, "call"], [row()], spec)).toThrow("columns: the file has column call twice");
    expect(() => readTable(header, [row()], { ...spec, inputs: ["late"] })).toThrow("target-as-input");
    expect(() => readTable(header, [row({ late: "" })], spec)).toThrow("no-rows");
  });
});

describe("TrainingSpec", () => {
  it("fills what is left out and refuses what it does not know", () => {
    expect(spec.split).toEqual({ train: 0.6, calibrate: 0.15, test: 0.25, gapHours: 2 });
    expect(spec.parameters.max_depth).toBe(5);
    expect(TrainingSpec.safeParse({ ...declaration, splitt: {} }).success).toBe(false);
    expect(TrainingSpec.safeParse({ ...declaration, split: { train: 0.9 } }).success).toBe(false);
    expect(TrainingSpec.safeParse({ ...declaration, targetTransform: "log" }).success).toBe(false);
    expect(TrainingSpec.safeParse({ ...declaration, columns: [...declaration.columns, declaration.columns[0]] }).success).toBe(false);
  });
});
