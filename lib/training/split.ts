import type { Table } from "./table";
import type { SplitRule, Trained } from "./trained";
import { TrainingError } from "./training-error";

const HOUR_MS = 3_600_000;

/**
 * Train, calibrate and test in time order. A group counts with its earliest row and is never divided. The gap is cut from
 * the end of the earlier part, so that the later part keeps every row and no running call touches both sides.
 */
export function splitByTime(table: Table, rule: SplitRule): Trained["split"] {
  const starts = groupStarts(table);
  const { calibrateFromMs, testFromMs } = rule.kind === "times" ? rule : boundaries(starts, rule);
  if (!(calibrateFromMs < testFromMs)) throw new TrainingError("split", "the calibration rows must begin before the test rows");
  const gapMs = rule.gapHours * HOUR_MS;
  const parts: { train: number[]; calibrate: number[]; test: number[] } = { train: [], calibrate: [], test: [] };
  let dropped = 0;
  const latest = groupLatest(table);
  for (let row = 0; row < table.rows; row++) {
    const start = starts[row]!;
    const end = latest[row]!;
    if (start >= testFromMs) parts.test.push(row);
    else if (start >= calibrateFromMs) {
      if (end < testFromMs - gapMs) parts.calibrate.push(row);
      else dropped++;
    } else if (end < calibrateFromMs - gapMs) parts.train.push(row);
    else dropped++;
  }
  for (const [name, rows] of Object.entries(parts)) if (rows.length === 0) throw new TrainingError("split", `no rows are left to ${name}`);
  return { train: Int32Array.from(parts.train), calibrate: Int32Array.from(parts.calibrate), test: Int32Array.from(parts.test), dropped };
}

/** Time of the first row of each row's group. */
function groupStarts(table: Table): Float64Array {
  return perGroup(table, Math.min);
}

function groupLatest(table: Table): Float64Array {
  return perGroup(table, Math.max);
}

function perGroup({ group, timeMs, rows }: Table, choose: (a: number, b: number) => number): Float64Array {
  if (!group) return timeMs;
  const chosen = new Map<string, number>();
  for (let row = 0; row < rows; row++) {
    const key = group[row]!;
    const known = chosen.get(key);
    chosen.set(key, known === undefined ? timeMs[row]! : choose(known, timeMs[row]!));
  }
  return Float64Array.from(group, (key) => chosen.get(key)!);
}

function boundaries(starts: Float64Array, rule: Extract<SplitRule, { kind: "shares" }>): { calibrateFromMs: number; testFromMs: number } {
  const sorted = Float64Array.from(starts).sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.round(share * sorted.length))] ?? Number.NaN;
  return { calibrateFromMs: at(rule.train), testFromMs: at(1 - rule.test) };
}
