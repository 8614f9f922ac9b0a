import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemActor } from "@/lib/audit/actor";
import { GENESIS, walk, walkStart } from "@/lib/audit/chain";
import { openDb, setDb, type Db } from "@/lib/db/client";
import type { LogStore } from "@/lib/dispatch/server/log/log-store";
import type { AbAnswers, AbEntries, Group } from "@/lib/dispatch/server/log/row";
import { packRows } from "@/lib/dispatch/server/log/row";
import { openSqliteLogStore } from "@/lib/dispatch/server/log/sqlite-store";
import { openSqlServerLogStore } from "@/lib/dispatch/server/log/sqlserver-store";
import type { DecisionInput, ResultInput } from "@/lib/ab-testing/server/log-entry";
import { openAbWork } from "@/lib/ab-testing/server/work";
import { raiseAlert, type Firing } from "@/lib/alerts/server/raise-alert";
import { RampPlan } from "@/lib/ab-testing/ramp";
import { FIRST_SETTINGS, type Settings } from "@/lib/ab-testing/settings";
import { seededRandom } from "@/lib/ab-testing/simulation/seeded-random";
import { kinds, openTestDatabase, type TestDatabase } from "./database";

const NOW = Date.UTC(2026, 2, 2, 18, 0, 0, 123);
const ACTOR = systemActor("test");
let number = 0;
const group = (ab: AbEntries): Group => ({ number: ++number, rows: 0, ...packRows([]), answers: [], assignments: [], ab });

describe.each(kinds)("the A/B test's store on %s", (kind) => {
  let database: TestDatabase;
  let db: Db;
  let stores: LogStore[];
  const writer = (at: number): string => `00000000-0000-4000-8000-00000000000${at}`;

  beforeAll(async () => {
    database = await openTestDatabase(kind);
    db = await openDb({ url: database.url, driver: "auto" });
    setDb(db);
    stores = [];
    for (const at of [0, 1]) {
      const store = kind === "sqlite" ? openSqliteLogStore({ url: database.url, driver: "auto", synchronous: "FULL", waitMs: 5_000 }) : await openSqlServerLogStore({ url: database.url, waitMs: 30_000 });
      await store.register(writer(at), NOW);
      stores.push(store);
    }
    await openAbWork(stores[0]!, writer(0)).run({ kind: "open", zone: "UTC", nowMs: NOW });
  });
  afterAll(async () => {
    for (const store of stores) await store.close();
    await db.$disconnect();
    await database.dispose();
  });

  const decision = (given: Partial<DecisionInput>): DecisionInput => ({
    experimentKey: "e",
    dispatchKey: "1",
    dispatchId: 1,
    version: 1,
    strategy: "round_robin",
    turns: { kind: "round_robin", phase2Share: 0.5 },
    phase: 1,
    share: 0.5,
    reason: "draw",
    degraded: false,
    anonymous: false,
    decidedAtMs: NOW,
    localHour: 18,
    turnUntilMs: Number.MAX_SAFE_INTEGER,
    correction: false,
    ...given,
  });
  const result = (given: Partial<ResultInput>): ResultInput => ({ experimentKey: "e", dispatchKey: "1", dispatchId: 1, executedPhase: 1, version: 1, strategy: "round_robin", atMs: NOW + 10, localHour: 18, values: {}, phase1Json: null, phase2Json: null, ...given });
  const write = async (ab: Partial<AbEntries>, at = 0): Promise<AbAnswers> => {
    const answers: AbAnswers = { decisions: [], results: [] };
    await stores[at]!.write(writer(at), [group({ decisions: [], results: [], ...ab })], answers);
    return answers;
  };
  const settings = (given: Partial<Settings>): Settings => ({ ...FIRST_SETTINGS, ...given });
  const change = async (next: Settings, nowMs = NOW) => {
    const work = openAbWork(stores[0]!, writer(0));
    const present = (await work.run({ kind: "config" })) as { version: number };
    return await work.run({ kind: "change", proposal: { settings: next, expectedVersion: present.version, by: "test", role: "admin", reason: "test", typedConfirmation: "50", at: new Date(nowMs).toISOString() }, actor: ACTOR, nowMs });
  };

  it("takes one turn a dispatch, in one order for all writers, and none for a lost race", async () => {
    const first = await write({ decisions: ["10", "11", "10", "12"].map((dispatchKey) => decision({ dispatchKey })) });
    expect(first.decisions.map((answer) => [answer?.turn, answer?.phase, answer?.replayed])).toEqual([[1, 1, false], [2, 2, false], [1, 1, true], [3, 1, false]]);
    const second = await write({ decisions: [decision({ dispatchKey: "11" }), decision({ dispatchKey: "13" })] }, 1);
    expect(second.decisions.map((answer) => [answer?.turn, answer?.phase, answer?.replayed])).toEqual([[2, 2, true], [4, 2, false]]);
    expect(await db.abTurn.findUnique({ where: { experimentKey: "e" } })).toMatchObject({ turn: 4, seq: 4 });
  });

  it("gives each turn once to writers that write at the same time", async () => {
    const own = (at: number, i: number) => decision({ experimentKey: "both", dispatchKey: `${at}-${i}` });
    await write({ decisions: [own(0, -1)] });
    const groups = async (at: number): Promise<void> => {
      for (let i = 0; i < 60; i += 2) await write({ decisions: [own(at, i), own(at, i + 1)] }, at);
    };
    // SQLite's drivers block this thread, so there is nobody to wait for.
    if (kind === "sqlite") for (const at of [0, 1]) await groups(at);
    else await Promise.all([groups(0), groups(1)]);
    const rows = await db.abTestLog.findMany({ where: { experimentKey: "both" }, orderBy: { turn: "asc" } });
    expect(rows.map((row) => row.turn)).toEqual(Array.from({ length: 121 }, (_, i) => i + 1));
    expect(rows.every((row) => row.arm === (row.turn! % 2 === 0 ? 2 : 1))).toBe(true);
  });

  it("undoes turns with their transaction", async () => {
    await expect(write({ decisions: [decision({ dispatchKey: "20" }), decision({ dispatchKey: "21", dispatchId: null as unknown as number })] })).rejects.toThrow();
    expect(await db.abTurn.findUnique({ where: { experimentKey: "e" } })).toMatchObject({ turn: 4, seq: 4 });
    expect((await write({ decisions: [decision({ dispatchKey: "20" })] })).decisions[0]).toMatchObject({ turn: 5, phase: 1 });
  });

  it("takes no turn for what was answered by the draw, and sets right what was answered otherwise", async () => {
    const late = await write({ decisions: [decision({ dispatchKey: "30", phase: 2, turnUntilMs: 0 })] });
    expect(late.decisions[0]).toMatchObject({ degraded: true, turn: null, phase: 2 });
    await write({ decisions: [decision({ dispatchKey: "31" })] });
    await write({ decisions: [decision({ dispatchKey: "31", phase: 1, correction: true })] });
    expect(await db.abTestLog.findFirst({ where: { dispatchKey: "31" } })).toMatchObject({ arm: 1, turn: 6, degraded: true });
    expect((await write({ decisions: [decision({ dispatchKey: "31" })] })).decisions[0]).toMatchObject({ phase: 1, turn: null, degraded: true, replayed: true });
  });

  it("keeps the first value of each metric and adds the missing ones", async () => {
    await write({ decisions: [decision({ dispatchKey: "40" })] });
    await write({ results: [result({ dispatchKey: "40", executedPhase: 2, values: { latency_ms: 5, fallback: 0 } })] });
    const more = await write({ results: [result({ dispatchKey: "40", executedPhase: 1, atMs: NOW + 99, values: { latency_ms: 7, optimal: 1 } })] });
    expect(more.results[0]).toMatchObject({ status: "stored" });
    expect((await write({ results: [result({ dispatchKey: "40", values: { latency_ms: 8 } })] })).results[0]).toMatchObject({ status: "unchanged" });
    const row = await db.abTestLog.findFirstOrThrow({ where: { dispatchKey: "40" } });
    expect(row).toMatchObject({ latencyMs: 5, fallback: false, optimal: true, phaseUsed: 2 });
    expect(row.executedAt?.getTime()).toBe(NOW + 10);
  });

  it("withdraws on the failure that crosses the limit: version, alert, audit row and event commit with it", async () => {
    await change(settings({ experimentKey: "w", strategy: { kind: "weight_based", phase2Share: 0.05 } }));
    const own = (i: number) => ({ experimentKey: "w", dispatchKey: `w${i}`, dispatchId: 600 + i, strategy: "weight_based" as const });
    for (let i = 0; i < 6; i++) {
      await write({ decisions: [decision({ ...own(i), turns: null, phase: 2, share: 0.05 })] }, i % 2);
      await write({ results: [result({ ...own(i), executedPhase: 2, values: { fallback: 1 } })] }, i % 2);
    }
    const versions = await db.abConfig.findMany({ where: { experimentKey: "w" }, orderBy: { version: "asc" } });
    expect(versions.map((each) => each.origin)).toEqual(["person", "guardrail"]);
    expect(versions[1]!.settingsJson).toContain('"phase2Share":0');
    expect(await db.systemAlert.findMany({ where: { checkName: "ab-guardrail" } })).toMatchObject([{ severity: "CRITICAL", occurrences: 1, status: "OPEN" }]);
    expect(await db.changeEvent.count({ where: { kind: "experiment", subject: "w", version: versions[1]!.version } })).toBe(1);
    expect(await change(settings({ experimentKey: "w", strategy: { kind: "weight_based", phase2Share: 0.1 } }))).toMatchObject({ accepted: false, refusal: "withdrawn" });
    const rows = await db.auditEntry.findMany({ orderBy: { id: "asc" } });
    expect(rows.map((row) => row.action)).toContain("ab.rollback");
    expect(walk(walkStart, rows)).toMatchObject({ broken: null });
    expect(rows[0]!.prevHash).toBe(GENESIS.hash);
  });

  it("has the running state that its log gives, whichever process counts, with late rows too", async () => {
    await change(settings({ experimentKey: "s", strategy: { kind: "weight_based", phase2Share: 0.5 }, analysis: { ...FIRST_SETTINGS.analysis, slotMinutes: 1, maturityMinutes: 2, hardStop: null, ceilings: {} } }));
    const random = seededRandom(4);
    const works = stores.map((store, at) => openAbWork(store, writer(at)));
    let nowMs = NOW + 3_600_000;
    for (let step = 0; step < 12; step++) {
      const ids = Array.from({ length: 15 }, (_, i) => step * 15 + i);
      const own = (i: number) => ({ experimentKey: "s", dispatchKey: `s${i}`, dispatchId: -1, strategy: "weight_based" as const });
      // One in twenty was kept on a disk for some minutes.
      const at = (): number => nowMs - (random() < 0.05 ? 400_000 : Math.floor(random() * 1_000));
      await write({ decisions: ids.map((i) => decision({ ...own(i), turns: null, phase: random() < 0.5 ? 2 : 1, decidedAtMs: at() })) }, step % 2);
      await write({ results: ids.filter(() => random() < 0.9).map((i) => result({ ...own(i), executedPhase: random() < 0.5 ? 2 : 1, atMs: at(), values: { latency_ms: 40 * random(), ...(random() < 0.6 ? { optimal: random() < 0.8 ? 1 : 0 } : {}) } })) }, (step + 1) % 2);
      nowMs += 45_000;
      await works[step % 3 === 0 ? 1 : 0]!.run({ kind: "analyse", nowMs });
    }
    const rebuilt = await works[0]!.run({ kind: "rebuilt", nowMs });
    expect(rebuilt).toMatchObject({ equal: true, rows: 180 });
  });

  it("lets one process act: the other sees the lease", async () => {
    const nowMs = NOW + 10_000_000;
    await write({ decisions: [decision({ experimentKey: "s", dispatchKey: "lease", turns: null, decidedAtMs: nowMs })] });
    const acted = [];
    for (const at of [0, 1]) acted.push(((await openAbWork(stores[at]!, writer(at)).run({ kind: "analyse", nowMs })) as { acted: boolean }).acted);
    expect(acted).toEqual([true, false]);
  });

  it("counts a log that was there before the first step as a whole, and goes on from it with what comes late", async () => {
    await change(settings({ experimentKey: "whole", strategy: { kind: "weight_based", phase2Share: 0.5 }, analysis: { ...FIRST_SETTINGS.analysis, slotMinutes: 1, maturityMinutes: 10, hardStop: null, ceilings: {} } }));
    const random = seededRandom(9);
    const startMs = NOW + 20_000_000;
    const own = (i: number) => ({ experimentKey: "whole", dispatchKey: `h${i}`, dispatchId: -1, strategy: "weight_based" as const });
    const decidedAtMs = Array.from({ length: 1_200 }, (_, i) => startMs + i * 1_000);
    await write({ decisions: decidedAtMs.map((ms, i) => decision({ ...own(i), turns: null, phase: random() < 0.5 ? 2 : 1, decidedAtMs: ms })) });
    await write({ results: decidedAtMs.map((ms, i) => result({ ...own(i), executedPhase: null, atMs: ms + 5, values: { latency_ms: 40 * random() } })) });
    const outcome = (i: number, atMs: number) => result({ ...own(i), executedPhase: null, atMs, values: { optimal: random() < 0.8 ? 1 : 0 } });
    await write({ results: decidedAtMs.flatMap((ms, i) => (i % 3 === 0 ? [outcome(i, ms + 300_000)] : [])) });
    const work = openAbWork(stores[0]!, writer(0));
    let nowMs = decidedAtMs.at(-1)! + 400_000;
    // Known since the last hour that is closed, about decisions of hours that are: the next closing has to see them.
    await write({ results: [2, 5, 8].map((i) => outcome(i, nowMs - 500)) });
    // One step for two thousand events and more.
    expect(await work.run({ kind: "analyse", nowMs })).toMatchObject({ acted: true, more: false, cursor: 2_803 });
    for (let step = 0; step < 20; step++) {
      await write({ results: decidedAtMs.flatMap((_, i) => (i % 3 === 1 && i % 20 === step ? [outcome(i, nowMs)] : [])) });
      nowMs += 60_000;
      // Half-way a new process goes on, with nothing but what is stored.
      await (step === 10 ? openAbWork(stores[0]!, writer(0)) : work).run({ kind: "analyse", nowMs });
    }
    expect(await work.run({ kind: "rebuilt", nowMs })).toMatchObject({ equal: true, rows: 1_200 });
  });

  it("refuses the second of two changes that were made from the same version", async () => {
    const works = stores.map((store, at) => openAbWork(store, writer(at)));
    const { version } = (await works[0]!.run({ kind: "config" })) as { version: number };
    const propose = (at: number, experimentKey: string) =>
      works[at]!.run({ kind: "change", proposal: { settings: settings({ experimentKey, strategy: { kind: "weight_based", phase2Share: 0.1 + at / 100 } }), expectedVersion: version, by: "test", role: "admin", reason: "test", typedConfirmation: "50", at: new Date(NOW).toISOString() }, actor: ACTOR, nowMs: NOW }) as Promise<{ accepted: boolean; refusal?: string }>;
    // Both transactions are open at once where the database allows it; SQLite's drivers here block the thread, so one after the other.
    const changed = kind === "sqlite" ? [await propose(0, "race-a"), await propose(1, "race-b")] : await Promise.all([propose(0, "race-a"), propose(1, "race-b")]);
    expect(changed.filter((each) => each.accepted)).toHaveLength(1);
    expect(changed.find((each) => !each.accepted)).toMatchObject({ refusal: "stale-version" });
  });

  it("holds the ramp while its numbers cannot be read, says so after five in a row, and goes on", async () => {
    await change(settings({ experimentKey: "q", strategy: { kind: "weight_based", phase2Share: 0 } }));
    const work = openAbWork(stores[0]!, writer(0));
    let nowMs = NOW + 20_000_000;
    const ramp = async (): Promise<{ status: string; holdReason: string | null; errorsInRow: number }> => JSON.parse((await db.abRamp.findUniqueOrThrow({ where: { name: "main" } })).rampJson) as never;
    await work.run({ kind: "ramp", event: { kind: "start", by: "test", reason: "test" }, plan: RampPlan.parse({ steps: [{ share: 0.05 }, { share: 0.5 }] }), expectedVersion: null, actor: ACTOR, nowMs });
    await write({ decisions: [decision({ experimentKey: "q", dispatchKey: "q1", turns: null, phase: 1, decidedAtMs: nowMs })] });
    await write({ results: [result({ experimentKey: "q", dispatchKey: "q1", atMs: nowMs, values: { latency_ms: 5 } })] });
    const { id, knownJson } = await db.abTestLog.findFirstOrThrow({ where: { dispatchKey: "q1" } });
    await db.abTestLog.update({ where: { id }, data: { knownJson: "damaged" } });
    for (let i = 0; i < 5; i++) await expect(work.run({ kind: "analyse", nowMs: (nowMs += 1_000) })).rejects.toThrow();
    expect(await ramp()).toMatchObject({ status: "held", holdReason: "query-error", errorsInRow: 5 });
    expect(await db.systemAlert.findMany({ where: { checkName: "ab-query" } })).toMatchObject([{ severity: "HIGH", alertType: "DATA_QUALITY", occurrences: 1 }]);
    await db.abTestLog.update({ where: { id }, data: { knownJson } });
    await work.run({ kind: "analyse", nowMs: nowMs + 1_000 });
    expect(await ramp()).toMatchObject({ status: "running", holdReason: null, errorsInRow: 0, step: 0 });
  });

  it("has one active alert for equal firings", async () => {
    const firing: Firing = { type: "DATA_QUALITY", severity: "MEDIUM", service: "test", modelVersion: "", check: "c", slice: "", title: "t", description: "d", details: {}, steps: [], atMs: NOW };
    for (let i = 0; i < 20; i++) await stores[i % 2]!.transaction((sql) => raiseAlert(sql, { ...firing, severity: i === 7 ? "HIGH" : "MEDIUM", atMs: NOW + i }));
    expect(await db.systemAlert.findMany({ where: { checkName: "c" } })).toMatchObject([{ occurrences: 20, severity: "HIGH", lastSeenAt: new Date(NOW + 19) }]);
  });
});
