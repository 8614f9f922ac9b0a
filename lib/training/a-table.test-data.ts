import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Table } from "./table";

const MINUTE = 60_000;

/** 2,000 rows of 1,000 two-unit calls over 40 days: the label follows x, y is noise, units arrive in any order. */
export function aTable(calls = 1_000): Table {
  const random = xoroshiro128plus(11);
  const draw = (): number => uniformFloat64(random);
  const rows = calls * 2;
  const column = { description: "", unit: "none", kind: "number", availableAt: "decision", validRange: { min: null, max: null }, allowMissing: true } as const;
  const table: Table = {
    columns: [{ ...column, name: "x" }, { ...column, name: "y" }],
    rows,
    values: [new Float64Array(rows), new Float64Array(rows)],
    timeMs: new Float64Array(rows),
    day: [],
    group: [],
    label: new Float64Array(rows),
    slices: { severity: [] },
    outcomeTimes: { arrived: new Float64Array(rows) },
    beforeTimes: {},
    rivals: {},
  };
  for (let row = 0; row < rows; row++) {
    const call = row >> 1;
    const [x, y] = [draw(), draw()];
    table.values[0]![row] = x;
    table.values[1]![row] = y;
    table.timeMs[row] = call * 57 * MINUTE + (row % 2) * MINUTE;
    table.day.push(String(Math.floor((call * 57) / 1_440)).padStart(3, "0"));
    table.group!.push(String(call));
    table.label[row] = draw() < 1 / (1 + Math.exp(-4 * (x - 0.4))) ? 1 : 0;
    table.slices.severity!.push(String(1 + (row % 3)));
    table.outcomeTimes.arrived![row] = table.timeMs[row]! + (3 + 10 * draw()) * MINUTE;
  }
  return table;
}
