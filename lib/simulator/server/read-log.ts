import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import type { AvailableAt } from "@/lib/models/manifest";
import { readTable } from "@/lib/training/read-table";
import { TrainingSpec } from "@/lib/training/spec";
import type { Table } from "@/lib/training/table";

/** Logs of `simulate` as a training table, by the declaration that a shipped model was made with. */
export function readLog(spec: "optimal" | "eta", train: readonly string[], test: readonly string[], split: number | null, declared: Record<string, AvailableAt>): { table: Table; testFromMs: number; censored: number } {
  const read = TrainingSpec.parse(JSON.parse(readFileSync(`models/specs/${spec}.json`, "utf8")));
  // One unit a call; runs of other seeds use the same numbers.
  read.ignore.push(...(read.group === undefined ? [] : [read.group]));
  delete read.group;
  for (const column of read.columns) column.availableAt = declared[column.name] ?? column.availableAt;
  const files = new Map([...new Set([...train, ...test])].map((file) => [file, rowsOf(file)]));
  const header = files.get(test[0]!)?.[0];
  if (!header) throw new Error(`${test[0]!} is empty`);
  const at = header.indexOf(read.time);
  if (at < 0) throw new Error(`${test[0]!} has no column ${read.time}: it is no log of the demonstration city`);
  const msOf = (row: readonly string[]): number => Date.parse(row[at] ?? "");
  const body = (list: readonly string[]): string[][] =>
    list.flatMap((file) => {
      const [own, ...rows] = files.get(file)!;
      if (own?.join() !== header.join()) throw new Error(`${file} has other columns than ${test[0]!}`);
      return rows;
    });
  const testRows = body(test);
  const testFromMs = split ?? testRows.reduce((least, row) => Math.min(least, msOf(row)), Number.POSITIVE_INFINITY);
  const rows = [...body(train).filter((row) => msOf(row) < testFromMs), ...testRows.filter((row) => msOf(row) >= testFromMs)];
  if (rows.length === 0 || msOf(rows[0]!) >= testFromMs) throw new Error("no training row lies before the first test row; a model is never trained on what came later");
  const { table, censored } = readTable(header, rows, read);
  return { table, testFromMs, censored };
}

function rowsOf(file: string): string[][] {
  const bytes = readFileSync(file);
  return parse(file.endsWith(".gz") ? gunzipSync(bytes) : bytes, { bom: true, skip_empty_lines: true });
}
