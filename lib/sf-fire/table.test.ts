import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AvailableAt } from "@/lib/models/manifest";
import { screenColumns } from "@/lib/training/screen";
import { splitByTime } from "@/lib/training/split";
import { readRecords } from "./server/read-records";
import { sfTable } from "./table";

const header = "call_number,unit_id,unit_type,als_unit,call_type,original_priority,final_priority,call_final_disposition,received_at,dispatch_at,on_scene_at,available_at,unit_sequence,neighborhood,row_id,latitude,longitude";
const at = (minute: number): string => new Date(Date.UTC(2018, 0, 2) + minute * 60_000).toISOString().slice(0, 19);

/** Calls of one ambulance and one engine, which come in any order; never two ambulances, so only the engines show the order. */
function lines(calls: number): string[] {
  return Array.from({ length: calls }, (_, call) => {
    const start = call * 31;
    const ambulance = 3 + ((call * 7) % 11);
    const engine = 2 + ((call * 5) % 13);
    const row = (unit: string, type: string, minutes: number, sequence: number, wait: number): string =>
      `C${call},${unit},${type},1,"Medical Incident",${call % 3 === 0 ? "3" : "2"},3,"Code ${2 + (call % 2)} Transport",${at(start)},${at(start + wait)},${at(start + wait + minutes)},${at(start + 60)},${sequence},"Nob ""Hill""",C${call}-${unit},37.79,-122.41`;
    const first = 1 + ambulance <= 1.5 + engine;
    return [row(`M${call % 9}`, "MEDIC", ambulance, first ? 1 : 2, 1), row(`E${call % 7}`, "ENGINE", engine, first ? 2 : 1, 1.5)];
  }).flat();
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "records-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const write = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

function refusals(declared: Record<string, AvailableAt>): Record<string, { code: string; reason: string }> {
  const { records } = readRecords([write("all.csv", [header, ...lines(200)].join("\n"))]);
  const { table } = sfTable(records, [], { ambulancesOnly: true, minMinutes: 0.25, maxMinutes: 60, declared, label: (_, minutes) => (minutes <= 8 ? 1 : 0) });
  const { refused } = screenColumns(table, { task: "binary", inputs: null, keepLeaks: false }, splitByTime(table, { kind: "shares", train: 0.6, calibrate: 0.15, test: 0.25, gapHours: 2 }));
  return Object.fromEntries(refused.map(({ column, code, reason }) => [column, { code, reason }]));
}

describe("sfTable", () => {
  it("names what is no input: undeclared columns, dispositions, later times", () => {
    const found = refusals({});
    for (const column of ["unit_sequence", "final_priority", "call_final_disposition"]) expect(found[column]?.code).toBe("no_available_at");
    for (const column of ["on_scene_at", "available_at"]) expect(found[column]?.code).toBe("time_after_t0");
  });

  it("still catches the order of arrival where somebody declared it, though no call has two ambulances", () => {
    const { unit_sequence: found } = refusals({ unit_sequence: "decision" });
    expect(found?.code).toBe("outcome_order");
    expect(found?.reason).toMatch(/^sorts 100\.0 % of \d+ pairs/);
  });

  it("takes the word of a declaration on a feature too", () => {
    expect(refusals({ severity_level: "after_outcome" }).severity_level?.code).toBe("after_outcome");
  });
});

describe("readRecords", () => {
  it("reads several files, plain or gzip, CRLF, byte order mark, any order, and a row once", () => {
    const all = lines(40);
    const whole = readRecords([write("plain.csv", [header, ...all].join("\n"))]).records;
    const mixed = readRecords([write("a.csv", `\uFEFF${[header, ...all.slice(30).reverse()].join("\r\n")}\r\n`), write("b.csv.gz", gzipSync([header, ...all.slice(0, 50)].join("\n")))]);
    expect(mixed.records).toEqual(whole);
    expect(mixed.dropped).toEqual({ "the same row id again": 20 });
    expect(whole[0]!.neighborhood).toBe('Nob "Hill"');
  });

  it("says in one line what is wrong with a file", () => {
    const lacking = write("lacking.csv", [header.replace("dispatch_at", "sent_at"), ...lines(2)].join("\n"));
    expect(() => readRecords([lacking])).toThrow(`${lacking}: no column dispatch_at`);
    const broken = write("broken.csv.gz", Buffer.from([0x1f, 0x8b, 1, 2, 3]));
    expect(() => readRecords([broken])).toThrow(`${broken}: `);
    expect(() => readRecords([join(folder, "nowhere.csv")])).toThrow("no such file");
  });

  it("gives a row without an id one of its own", () => {
    const bare = [header.replace(",row_id", ",note"), ...lines(3)].join("\n");
    const { records } = readRecords([write("bare.csv", bare)]);
    expect(new Set(records.map((record) => record.rowId)).size).toBe(6);
  });
});
