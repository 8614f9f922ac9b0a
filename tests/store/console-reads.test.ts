import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runsOf } from "@/lib/console/buckets";
import * as reads from "@/lib/console/server/store";
import { openDb, setDb, type Db } from "@/lib/db/client";
import type { LogStore } from "@/lib/dispatch/server/log/log-store";
import { recordOutcomes } from "@/lib/dispatch/server/log/outcomes";
import { openRoller } from "@/lib/dispatch/server/log/rollups";
import { packRows, type AssignmentRow, type PredictionRow } from "@/lib/dispatch/server/log/row";
import { openSqliteLogStore } from "@/lib/dispatch/server/log/sqlite-store";
import { openSqlServerLogStore } from "@/lib/dispatch/server/log/sqlserver-store";
import { aPrediction, anAssignment } from "../build";
import { kinds, openTestDatabase, type TestDatabase } from "./database";

const WRITER = "00000000-0000-4000-8000-000000000001";
const NOW = Date.UTC(2026, 2, 2, 18);
const HOUR = 3_600_000;

describe.each(kinds)("the console's reads on %s", (kind) => {
  let database: TestDatabase;
  let store: LogStore;
  let db: Db;
  const rows: PredictionRow[] = Array.from({ length: 300 }, (_, i) =>
    aPrediction({ requestedAtMs: NOW - HOUR + i * 10_000, dispatchId: 1_000 + (i % 150), phase: i % 10 === 0 ? 1 : 2, usedFallback: i % 10 === 0, severityLevel: 1 + (i % 5), confidence: 0.5 + (i % 50) / 100, modelVersion: i < 100 ? "1" : "2" }),
  );
  const all: reads.LogFilter = { fromMs: NOW - HOUR, toMs: NOW, before: null, phase: undefined, model: undefined, usedFallback: undefined, severities: undefined, confidenceMin: undefined, confidenceMax: undefined, outcome: undefined, dispatchId: undefined, idPrefix: undefined };

  beforeAll(async () => {
    database = await openTestDatabase(kind);
    db = await openDb({ url: database.url, driver: "auto" });
    setDb(db);
    store = kind === "sqlite" ? openSqliteLogStore({ url: database.url, driver: "auto", synchronous: "FULL", waitMs: 1_000 }) : await openSqlServerLogStore({ url: database.url, waitMs: 5_000 });
    await store.register(WRITER, NOW);
    const assignments: AssignmentRow[] = [3, 5, 5, 1, 5].map((severity_level, i) => anAssignment({ dispatch_id: 70 + i, severity_level, request_timestamp: NOW - 60_000 * (10 - i) }));
    await store.write(WRITER, [{ number: 1, rows: rows.length, ...packRows(rows), answers: [], assignments }]);
    await recordOutcomes(store, rows.slice(0, 20).map((row, i) => ({ predictionId: row.predictionId, dispatchId: null, clientKeyId: null, values: i < 5 ? { cancelled: true } : { actual_response_time_minutes: 5 + i } })), NOW);
    await recordOutcomes(store, [71, 73].map((dispatchId) => ({ predictionId: null, dispatchId, clientKeyId: null, values: dispatchId === 71 ? { cancelled: true } : { actual_response_time_minutes: 6 } })), NOW);
    const roller = openRoller(store, WRITER);
    while ((await roller.step(NOW)).more);
  });
  afterAll(async () => {
    await store.close();
    await db.$disconnect();
    await database.dispose();
  });

  const walk = async (filter: Partial<reads.LogFilter>, limit: number): Promise<string[]> => {
    const found: string[] = [];
    for (let before: string | null = null; ; ) {
      const page = await reads.pageOfPredictions({ ...all, ...filter, before }, limit);
      found.push(...page.rows.map((row) => row.predictionId));
      if (page.end === null) return found;
      before = page.end;
    }
  };
  const newestFirst = (of: (row: PredictionRow, i: number) => boolean): string[] => rows.filter(of).map((row) => row.predictionId).reverse();

  it.each<[string, Partial<reads.LogFilter>, (row: PredictionRow, i: number) => boolean]>([
    ["nothing", {}, () => true],
    ["fallback", { usedFallback: true }, (row) => row.usedFallback],
    ["phase and model", { phase: 2, model: { name: "m", version: "1" } }, (row) => row.phase === 2 && row.modelVersion === "1"],
    ["severities", { severities: [5, 2] }, (row) => row.severityLevel === 5 || row.severityLevel === 2],
    ["confidence", { confidenceMin: 0.6, confidenceMax: 0.7 }, (row) => row.confidence! >= 0.6 && row.confidence! <= 0.7],
    ["joined", { outcome: "joined" }, (_, i) => i >= 5 && i < 20],
    ["cancelled", { outcome: "censored" }, (_, i) => i < 5],
    ["without an outcome", { outcome: "none" }, (_, i) => i >= 20],
    ["a dispatch", { dispatchId: 1_007 }, (row) => row.dispatchId === 1_007],
    ["no such value", { confidenceMax: 0.1 }, () => false],
    ["a part of the period", { fromMs: NOW - HOUR / 2, toMs: NOW - HOUR / 4 }, (row) => row.requestedAtMs >= NOW - HOUR / 2 && row.requestedAtMs < NOW - HOUR / 4],
  ])("pages by keyset under %s: each row once, newest first, counted", async (_, filter, of) => {
    const expected = newestFirst(of);
    expect(await walk(filter, 7)).toEqual(expected);
    expect(await walk(filter, 100)).toEqual(expected);
    expect(await reads.countPredictions({ ...all, ...filter }, 10_000)).toEqual({ count: expected.length, exact: true });
    const bins = Array.from({ length: 12 }, (_each, n) => ({ n, fromMs: NOW - HOUR + n * (HOUR / 12), toMs: NOW - HOUR + (n + 1) * (HOUR / 12) }));
    const binned = await reads.binnedPredictions({ ...all, ...filter }, bins);
    expect(binned.low).toBeNull();
    expect(binned.rows.reduce((sum, row) => sum + row.count, 0)).toBe(expected.length);
    for (const { n, phase, count } of binned.rows)
      expect(count).toBe(rows.filter((row, i) => of(row, i) && row.phase === phase && row.requestedAtMs >= bins[n]!.fromMs && row.requestedAtMs < bins[n]!.toMs).length);
  });

  it("finds by the beginning of an id, and says when it counted only so far", async () => {
    expect(await walk({ idPrefix: rows[9]!.predictionId.slice(0, 30) }, 10)).toEqual([rows[9]!.predictionId]);
    expect(await reads.countPredictions(all, 100)).toEqual({ count: 100, exact: false });
  });

  it("under a filter that the rollups know, looks only from where one can match, and counts by them", async () => {
    // Three days of one model, and another one for three answers at their beginning.
    const first = NOW - 200 * HOUR;
    const old = Array.from({ length: 11_000 }, (_, i) => aPrediction({ requestedAtMs: first + i * 24_000, dispatchId: -1, phase: 2, usedFallback: i === 4_000, modelVersion: i < 3 ? "8" : "9", severityLevel: 3 }));
    for (let i = 0; i < 11; i++) {
      const group = old.slice(i * 1_000, (i + 1) * 1_000);
      await store.write(WRITER, [{ number: 2 + i, rows: group.length, ...packRows(group), answers: [], assignments: [] }]);
    }
    const filter: reads.LogFilter = { ...all, fromMs: first, toMs: first + 80 * HOUR };
    const eighth = { model: { name: "m", version: "8" } };
    const page = (more: Partial<reads.LogFilter>) => reads.pageOfPredictions({ ...filter, ...more }, 10);
    const ids = old.map((row) => row.predictionId);
    // What no rollup knows yet is found all the same, as far as one read looks.
    const [newest] = (await page({ usedFallback: true, fromMs: first + 4_000 * 24_000 - 1_000 })).rows;
    expect(newest?.predictionId).toBe(ids[4_000]);
    const roller = openRoller(store, WRITER);
    while ((await roller.step(NOW)).more);
    // More than one read looks at lie between the end of the period and the match.
    expect((await page(eighth)).rows.map((row) => row.predictionId)).toEqual(ids.slice(0, 3).reverse());
    expect((await page({ ...eighth, before: ids[2]! })).rows.map((row) => row.predictionId)).toEqual([ids[1], ids[0]]);
    expect((await page({ usedFallback: true })).rows.map((row) => row.predictionId)).toEqual([ids[4_000]]);
    expect(await page({ model: { name: "m", version: "7" } })).toEqual({ rows: [], end: null });
    expect(await reads.countPredictions({ ...filter, ...eighth }, 10_000)).toEqual({ count: 3, exact: true });
    expect(await reads.countPredictions({ ...filter, fromMs: first + 30_000, toMs: first + 60_000, ...eighth }, 10_000)).toEqual({ count: 1, exact: true });
    expect(await reads.countPredictions({ ...filter, ...eighth, severities: [3] }, 10_000)).toEqual({ count: 3, exact: true });
    expect(await reads.countPredictions({ ...filter, model: { name: "m", version: "9" } }, 10_000)).toEqual({ count: 10_000, exact: false });
    // Under what only the log knows, a read says how far it looked.
    expect((await page({ severities: [1] })).end).toBe(ids[1_000]);
    expect(await reads.countPredictions({ ...filter, severities: [3] }, 100_000)).toEqual({ count: 10_000, exact: false });
    const last = aPrediction({ requestedAtMs: first + 40 * HOUR, dispatchId: -1, modelVersion: "8" });
    await store.write(WRITER, [{ number: 13, rows: 1, ...packRows([last]), answers: [], assignments: [] }]);
    expect((await page(eighth)).rows[0]?.predictionId).toBe(last.predictionId);
    expect(await reads.countPredictions({ ...filter, ...eighth }, 10_000)).toEqual({ count: 4, exact: true });
  });

  it("rolled up counts are those of the log", async () => {
    const minute = NOW / 60_000;
    const totals = await reads.rollupTotals(runsOf(minute - 60, minute, 5));
    expect(totals.reduce((sum, row) => sum + row.decisions, 0)).toBe(300);
    expect(totals.reduce((sum, row) => sum + row.joined, 0)).toBe(15);
    const counts = await reads.rollupCounts(runsOf(minute - 60, minute), { phase: undefined, model: { name: "m", version: "1" }, usedFallback: undefined });
    expect(counts.reduce((sum, row) => sum + row.decisions, 0)).toBe(100);
    expect(await reads.decisionsByModel(minute - 60, minute)).toEqual(new Map([["m@1", 100], ["m@2", 200]]));
  });

  it("board: open ones by severity then age, closed ones newest first, page by page", async () => {
    const board = async (open: boolean): Promise<number[]> => {
      const found: number[] = [];
      for (let after: reads.BoardPlace | null = null; ; ) {
        const [row] = await reads.boardPage({ open, from: new Date(NOW - HOUR), to: new Date(NOW), severities: undefined, dispatchId: undefined }, after, 1);
        if (!row) return found;
        found.push(row.dispatchId);
        after = { severity: row.severityLevel, at: row.requestTimestamp, id: row.id };
      }
    };
    expect(await board(true)).toEqual([72, 74, 70]);
    expect(await board(false)).toEqual([73, 71]);
    expect(await reads.openBySeverity(new Date(NOW - HOUR), new Date(NOW))).toEqual(new Map([[5, 2], [3, 1]]));
  });
});
