import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import type { Station } from "../features";
import { neededColumns, toRecord, type SfRecord } from "../record";

export type ReadRecords = { records: SfRecord[]; rows: number; dropped: Record<string, number>; sha256: string };

/** Records of one or more files, plain or gzip, in time order of their dispatch; a row id that stands twice counts once. */
export function readRecords(files: readonly string[]): ReadRecords {
  const hash = createHash("sha256");
  const records: SfRecord[] = [];
  const seen = new Set<string>();
  const dropped: Record<string, number> = {};
  const drop = (reason: string): void => {
    dropped[reason] = (dropped[reason] ?? 0) + 1;
  };
  let rows = 0;
  for (const file of files) {
    for (const raw of rowsOf(file, hash)) {
      rows++;
      const record = toRecord(raw);
      if ("reason" in record) drop(record.reason);
      else if (seen.has(record.rowId)) drop("the same row id again");
      else {
        seen.add(record.rowId);
        records.push(record);
      }
    }
  }
  records.sort((a, b) => a.dispatchMs - b.dispatchMs || (a.rowId < b.rowId ? -1 : 1));
  return { records, rows, dropped, sha256: hash.digest("hex") };
}

function rowsOf(file: string, hash: ReturnType<typeof createHash>): Record<string, string>[] {
  if (!existsSync(file)) throw new Error(`${file}: no such file`);
  let header: string[] = [];
  let rows: Record<string, string>[];
  try {
    const bytes = readFileSync(file);
    hash.update(bytes);
    const text = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
    const columns = (names: string[]): string[] => (header = names.map((name) => name.trim()));
    rows = parse(text, { columns, bom: true, skip_empty_lines: true, relax_column_count: true, relax_quotes: true });
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : "cannot be read"}`, { cause: error });
  }
  const lacking = neededColumns.filter((name) => !header.includes(name));
  if (lacking.length > 0) throw new Error(`${file}: no column ${lacking.join(", ")}`);
  return rows;
}

/** Home stations beside the records; without the file, engines have no home distance. */
export function readStations(file: string | undefined, besideFile: string): Station[] {
  const path = file ?? join(dirname(besideFile), "stations.csv");
  if (!existsSync(path)) return [];
  const rows: Record<string, string>[] = parse(readFileSync(path), { columns: true, bom: true });
  return rows.flatMap((row) => {
    const number = Number(row.station ?? row.station_number ?? row.number ?? Number.NaN);
    const [latitude, longitude] = [Number(row.latitude), Number(row.longitude)];
    return [number, latitude, longitude].every(Number.isFinite) ? [{ number, latitude, longitude }] : [];
  });
}
