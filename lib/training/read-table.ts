import { DateTime } from "luxon";
import { localClock } from "@/lib/dispatch/local-clock";
import type { TrainingSpec } from "./spec";
import type { ColumnSpec, Table } from "./table";
import { TrainingError } from "./training-error";

export type ReadTable = { table: Table; /** Rows without a target. */ censored: number };

const empty = new Set(["", "nan", "na", "null"]);
const isEmpty = (text: string): boolean => empty.has(text.trim().toLowerCase());

/**
 * A table from the cells of a CSV file and its declaration. Every column of the file is accounted for: declared, used for
 * time, group, slice or target, ignored, or left without `availableAt`, which the screen then refuses by name.
 */
export function readTable(header: readonly string[], records: readonly (readonly string[])[], spec: TrainingSpec): ReadTable {
  const names = header.map((name) => name.trim());
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new TrainingError("columns", `the file has column ${twice} twice`);
  const position = (name: string): number => {
    const at = names.indexOf(name);
    if (at < 0) throw new TrainingError("missing-column", `the file has no column ${name}`);
    return at;
  };
  const target = position(spec.target.column);
  if (spec.inputs?.includes(spec.target.column)) throw new TrainingError("target-as-input", `${spec.target.column} is the target`);
  // Line numbers as an editor shows them: the header is line 1.
  const rows = records.map((cells, at) => ({ cells, line: at + 2 })).filter(({ cells }) => !isEmpty(cells[target] ?? ""));
  if (rows.length === 0) throw new TrainingError("no-rows", "no row has a target");
  const text = (name: string): string[] => {
    const at = position(name);
    return rows.map(({ cells }) => (cells[at] ?? "").trim());
  };
  const numbers = (name: string, kind: ColumnSpec["kind"]): Float64Array => {
    const at = position(name);
    return Float64Array.from(rows, ({ cells, line }) => readNumber((cells[at] ?? "").trim(), kind, `line ${line}, ${name}`, spec.timeZone));
  };

  const timeMs = numbers(spec.time, "time");
  const lost = timeMs.findIndex(Number.isNaN);
  if (lost >= 0) throw new TrainingError("no-time", `line ${rows[lost]!.line}: ${spec.time} is empty`);
  const columns = allColumns(names, spec);
  const values = columns.map((column) => (isReadable(column, spec) ? numbers(column.name, column.kind) : new Float64Array(rows.length).fill(Number.NaN)));
  columns.forEach((column, at) => {
    checkRange(column, values[at]!, rows.map(({ line }) => line));
  });
  const table: Table = {
    columns,
    rows: rows.length,
    values,
    timeMs,
    day: spec.day === undefined ? localDays(timeMs, spec.timeZone) : text(spec.day),
    group: spec.group === undefined ? null : text(spec.group),
    label: numbers(spec.target.column, spec.task === "binary" ? "boolean" : "number"),
    slices: {
      ...Object.fromEntries(Object.entries(spec.slices).map(([name, column]) => [name, text(column)])),
      ...(spec.slices.hour === undefined ? { hour: hourBlocks(timeMs, spec.timeZone) } : {}),
    },
    outcomeTimes: Object.fromEntries(spec.outcomeTimeColumns.map((name) => [name, numbers(name, "time")])),
    beforeTimes: Object.fromEntries(spec.beforeTimeColumns.map((name) => [name, numbers(name, "time")])),
    rivals: Object.fromEntries(Object.entries(spec.rivals).map(([name, column]) => [name, numbers(column, "number")])),
  };
  return { table, censored: records.length - rows.length };
}

/** The declared columns, then those of the file that nobody declared. */
function allColumns(names: readonly string[], spec: TrainingSpec): ColumnSpec[] {
  const bare = (name: string, kind: ColumnSpec["kind"]): ColumnSpec => ({
    name,
    description: "",
    unit: kind === "time" ? "instant" : "unknown",
    kind,
    availableAt: null,
    validRange: { min: null, max: null },
    allowMissing: true,
  });
  const declared = new Set(spec.columns.map((column) => column.name));
  const times = [...spec.outcomeTimeColumns, ...spec.beforeTimeColumns].filter((name) => !declared.has(name));
  const roles = [spec.target.column, spec.time, spec.day, spec.group, ...Object.values(spec.slices), ...Object.values(spec.rivals)];
  const used = new Set([...roles, ...spec.ignore, ...times]);
  const undeclared = names.filter((name) => !declared.has(name) && !used.has(name));
  return [...spec.columns, ...times.map((name) => bare(name, "time")), ...undeclared.map((name) => bare(name, "number"))];
}

/** A column that no declaration admits may hold anything, words too, and is not read. */
function isReadable(column: ColumnSpec, spec: TrainingSpec): boolean {
  return column.kind === "time" || column.availableAt === "request" || column.availableAt === "decision" || (spec.inputs?.includes(column.name) === true && column.availableAt !== null);
}

function readNumber(text: string, kind: ColumnSpec["kind"], where: string, timeZone: string): number {
  if (isEmpty(text)) return Number.NaN;
  if (kind === "time") return readTime(text, where, timeZone);
  if (kind === "boolean" && /^(true|false)$/i.test(text)) return /^true$/i.test(text) ? 1 : 0;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new TrainingError("not-a-number", `${where}: ${text.slice(0, 40)}`);
  if (kind === "boolean" && value !== 0 && value !== 1) throw new TrainingError("not-a-boolean", `${where}: ${text.slice(0, 40)}`);
  if (kind === "integer" && !Number.isInteger(value)) throw new TrainingError("not-an-integer", `${where}: ${text.slice(0, 40)}`);
  return value;
}

/** ISO 8601 (local time of the zone where it has no offset) or epoch milliseconds. */
function readTime(text: string, where: string, timeZone: string): number {
  if (/^-?\d{9,}(\.\d+)?$/.test(text)) return Number(text);
  const time = DateTime.fromISO(text.replace(" ", "T"), { zone: timeZone });
  if (!time.isValid) throw new TrainingError("not-a-time", `${where}: ${text.slice(0, 40)}`);
  return time.toMillis();
}

function checkRange(column: ColumnSpec, values: Float64Array, lines: readonly number[]): void {
  const { min, max } = column.validRange;
  const outside = (value: number): boolean => (min !== null && value < min) || (max !== null && value > max);
  const first = values.findIndex(outside);
  if (first < 0) return;
  const count = values.filter(outside).length;
  throw new TrainingError("out-of-range", `${column.name}: ${count} values outside [${min ?? "-inf"}, ${max ?? "inf"}], the first ${values[first]!} in line ${lines[first]!}`);
}

function localDays(timeMs: Float64Array, zone: string): string[] {
  return Array.from(timeMs, (ms) => DateTime.fromMillis(ms, { zone }).toISODate() ?? "");
}

/** Six hours each: "00-05", "06-11", "12-17", "18-23", local. */
function hourBlocks(timeMs: Float64Array, zone: string): string[] {
  const clock = localClock(zone);
  return Array.from(timeMs, (ms) => ["00-05", "06-11", "12-17", "18-23"][Math.floor(clock(ms).hour / 6)]!);
}
