import { fork } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LogStore } from "@/lib/dispatch/server/log/log-store";
import { recordOutcomes, releaseQuarantine, type OutcomeInput } from "@/lib/dispatch/server/log/outcomes";
import { openRoller, resetRollups } from "@/lib/dispatch/server/log/rollups";
import { packRows, type PredictionRow } from "@/lib/dispatch/server/log/row";
import { openSqliteLogStore } from "@/lib/dispatch/server/log/sqlite-store";
import { openSqlServerLogStore } from "@/lib/dispatch/server/log/sqlserver-store";
import { predictionId } from "@/lib/dispatch/server/prediction-id";
import { aPrediction } from "../build";
import { scannedRollups, storedRollups } from "../rollup-scan";
import { kinds, openTestDatabase, type TestDatabase } from "./database";

const WRITER = "00000000-0000-4000-8000-000000000001";
const NOW = Date.UTC(2026, 2, 2, 18, 3, 20, 123);

const open = async (kind: string, url: string): Promise<LogStore> =>
  kind === "sqlite" ? openSqliteLogStore({ url, driver: "auto", synchronous: "FULL", waitMs: 2_000 }) : await openSqlServerLogStore({ url, waitMs: 5_000 });

describe.each(kinds)("the rollups on %s", (kind) => {
  let database: TestDatabase;
  let store: LogStore;
  let number = 0;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    store = await open(kind, database.url);
    await store.register(WRITER, NOW);
  });
  afterAll(async () => {
    await store.close();
    await database.dispose();
  });

  const write = (rows: PredictionRow[]) => store.write(WRITER, [{ number: ++number, rows: rows.length, ...packRows(rows), answers: [], assignments: [] }]);
  const join = (predictionIdOf: string, values: OutcomeInput["values"]) => recordOutcomes(store, [{ predictionId: predictionIdOf, dispatchId: null, clientKeyId: null, values }], NOW);
  const rollAll = async (owner: string, nowMs: number) => {
    const roller = openRoller(store, owner, 100);
    let total = 0;
    for (let more = true; more; ) {
      const step = await roller.step(nowMs);
      total += step.rows;
      more = step.more;
    }
    return total;
  };
  const agree = async () => expect(await storedRollups(store)).toEqual(await scannedRollups(store));

  it("equal a scan of the log, over several steps", async () => {
    const rows = Array.from({ length: 250 }, (_, i) =>
      aPrediction({ requestedAtMs: NOW + i * 37_000, dispatchId: i, latencyMs: 0.5 + (i % 40), confidence: i % 13 === 0 ? null : 0.5 + (i % 50) / 100, usedFallback: i % 7 === 0, phase: i % 7 === 0 ? 1 : 2, modelName: i % 11 === 0 ? null : "m", modelVersion: i % 11 === 0 ? null : `${i % 2}` }),
    );
    await write(rows);
    for (const [i, row] of rows.entries()) if (i % 3 === 0) await join(row.predictionId, i % 9 === 0 ? { cancelled: true } : { actual_response_time_minutes: 3 + (i % 20), was_optimal: i % 2 === 0 });
    expect(await rollAll("a", NOW)).toBe(250 + 84);
    await agree();
    expect(await rollAll("a", NOW)).toBe(0);
  });

  it("follow a correction, also before they have seen the first", async () => {
    const [seen, unseen] = [aPrediction({ requestedAtMs: NOW + 1 }), aPrediction({ requestedAtMs: NOW + 2 })];
    await write([seen, unseen]);
    await join(seen.predictionId, { actual_response_time_minutes: 5, was_optimal: true });
    await rollAll("a", NOW);
    await join(seen.predictionId, { actual_response_time_minutes: 50, was_optimal: false });
    await join(unseen.predictionId, { actual_response_time_minutes: 7 });
    await join(unseen.predictionId, { cancelled: true });
    await rollAll("a", NOW);
    await agree();
  });

  it("count an outcome that came before its prediction once", async () => {
    const late = aPrediction({ requestedAtMs: NOW + 3 });
    await join(late.predictionId, { actual_response_time_minutes: 9 });
    await rollAll("a", NOW);
    await write([late]);
    await releaseQuarantine(store, NOW);
    await rollAll("a", NOW);
    await agree();
  });

  it("are one process's until its lease is over", async () => {
    await write([aPrediction({ requestedAtMs: NOW, predictionId: predictionId(NOW + 4) })]);
    await rollAll("a", NOW);
    await write([aPrediction({ requestedAtMs: NOW, predictionId: predictionId(NOW + 5) })]);
    expect(await rollAll("b", NOW + 1_000)).toBe(0);
    expect(await rollAll("b", NOW + 6_000)).toBe(1);
    await agree();
  });

  it("come back the same after a rebuild", async () => {
    const before = await storedRollups(store);
    await resetRollups(store);
    expect(await storedRollups(store)).toEqual({});
    await rollAll("b", NOW + 20_000);
    expect(await storedRollups(store)).toEqual(before);
    await agree();
  });
});

describe("rows that the writer sums up as it writes them", () => {
  let database: TestDatabase;
  let store: LogStore;
  let number = 0;
  let next = 0;
  const write = async (count: number, told?: ReturnType<typeof openRoller>) => {
    const rows = Array.from({ length: count }, () => aPrediction({ requestedAtMs: NOW + next * 61_000, dispatchId: next, latencyMs: 1 + (next++ % 30), confidence: next % 5 === 0 ? null : 0.6, usedFallback: next % 3 === 0, phase: next % 3 === 0 ? 1 : 2, modelName: next % 7 === 0 ? null : "m", modelVersion: next % 7 === 0 ? null : "1" }));
    const group = { number: ++number, rows: count, ...packRows(rows), answers: [], assignments: [] };
    const { lastRowId } = await store.write(WRITER, [group]);
    told?.written(group, lastRowId!);
  };
  const roll = async (roller: ReturnType<typeof openRoller>, nowMs = NOW) => {
    let total = 0;
    for (let more = true; more; ) {
      const step = await roller.step(nowMs);
      total += step.rows;
      more = step.more;
    }
    expect(await storedRollups(store)).toEqual(await scannedRollups(store));
    return total;
  };
  beforeAll(async () => {
    database = await openTestDatabase("sqlite");
    store = await open("sqlite", database.url);
    await store.register(WRITER, NOW);
  });
  afterAll(async () => {
    await store.close();
    await database.dispose();
  });

  it("are counted once, with those of others before and between them", async () => {
    const roller = openRoller(store, "a", 10);
    await write(25);
    await write(7, roller);
    await write(8, roller);
    expect(await roll(roller)).toBe(40);
    await write(5, roller);
    await write(15);
    await write(6, roller);
    expect(await roll(roller)).toBe(26);
    expect(await roll(roller)).toBe(0);
  });

  it("are forgotten when another process has counted some of them", async () => {
    const [a, b] = [openRoller(store, "a"), openRoller(store, "b")];
    await write(9, a);
    expect(await roll(b, NOW + 6_000)).toBe(9);
    await write(4, a);
    expect(await roll(a, NOW + 12_000)).toBe(4);
  });

  it("do not wait for numbers that are no longer there", async () => {
    const roller = openRoller(store, "a");
    await write(3);
    await store.transaction(async (sql) => sql.run("DELETE FROM predictions_log WHERE id > (SELECT last_id FROM rollup_cursors WHERE name = 'predictions')", []));
    await write(2, roller);
    expect(await roll(roller, NOW + 18_000)).toBe(2);
  });

  it("stay known when the step fails", async () => {
    const refusing: LogStore = { ...store, transaction: () => Promise.reject(new Error("away")) };
    let away = true;
    const roller = openRoller({ ...store, transaction: (work) => (away ? refusing : store).transaction(work) }, "a");
    await write(5, roller);
    await expect(roller.step(NOW + 24_000)).rejects.toThrow("away");
    away = false;
    await write(5, roller);
    expect(await roll(roller, NOW + 24_000)).toBe(10);
  });
});

it("equal a scan after kill -9, again and again", async () => {
  const database = await openTestDatabase("sqlite");
  for (let run = 0; run < 6; run++) {
    const child = fork("tests/roll-until-killed.ts", [database.url], { execArgv: ["--import", "tsx"] });
    await once(child, "message");
    await new Promise((resolve) => setTimeout(resolve, 37 * run));
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  const store = await open("sqlite", database.url);
  const rolled = await storedRollups(store);
  expect(Object.keys(rolled).length).toBeGreaterThan(10);
  const roller = openRoller(store, "the only one");
  while ((await roller.step(Date.now())).more);
  expect(await storedRollups(store)).toEqual(await scannedRollups(store));
  await store.close();
  await database.dispose();
});
