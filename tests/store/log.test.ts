import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKey } from "@/lib/auth/server/keys";
import { findKey, listKeys, revokeKey } from "@/lib/auth/server/store";
import { openDb, setDb, type Db } from "@/lib/db/client";
import { migrate } from "@/lib/db/migrations";
import { aPrediction, anAssignment } from "../build";
import type { LogStore } from "@/lib/dispatch/server/log/log-store";
import { recordOutcomes, releaseQuarantine, type OutcomeInput } from "@/lib/dispatch/server/log/outcomes";
import { packRows, type Group, type PredictionRow } from "@/lib/dispatch/server/log/row";
import { openSqliteLogStore } from "@/lib/dispatch/server/log/sqlite-store";
import { openSqlServerLogStore } from "@/lib/dispatch/server/log/sqlserver-store";
import * as reads from "@/lib/dispatch/server/store";
import { predictionStatistics } from "@/lib/dispatch/prediction-statistics";
import { findAlias, moveAlias } from "@/lib/models/server/store";
import { kinds, openTestDatabase, type TestDatabase } from "./database";

const WRITER = "00000000-0000-4000-8000-000000000001";
const NOW = Date.UTC(2026, 2, 2, 18, 0, 0, 123);

let lastGroup = 0;
const group = (rows: PredictionRow[], more: Partial<Group> = {}): Group => ({ number: ++lastGroup, rows: rows.length, ...packRows(rows), answers: [], assignments: [], ...more });
const outcome = (values: OutcomeInput["values"], of: Partial<OutcomeInput>): OutcomeInput => ({ predictionId: null, dispatchId: null, clientKeyId: null, values, ...of });

describe.each(kinds)("the decision log on %s", (kind) => {
  let database: TestDatabase;
  let store: LogStore;
  let db: Db;

  beforeAll(async () => {
    lastGroup = 0;
    database = await openTestDatabase(kind);
    db = await openDb({ url: database.url, driver: "auto" });
    setDb(db);
    store = kind === "sqlite" ? openSqliteLogStore({ url: database.url, driver: "auto", synchronous: "FULL", waitMs: 1_000 }) : await openSqlServerLogStore({ url: database.url, waitMs: 5_000 });
    await store.register(WRITER, NOW);
  });
  afterAll(async () => {
    await store.close();
    await db.$disconnect();
    await database.dispose();
  });

  it("keeps every column of a row, in the order of the group", async () => {
    const rows = [aPrediction({ dispatchId: 1, requestedAtMs: NOW, featuresJson: '{"a":1.5,"ñ":null}', ignoredJson: '{"x":2,"text":"say \\"no\\""}', usedFallback: true, fallbackReason: "deadline", confidence: 0.1 + 0.2 }), aPrediction({ dispatchId: 2, confidence: null, prediction: null, severityLevel: null })];
    await store.write(WRITER, [group(rows)]);
    const found = await db.predictionLog.findMany({ where: { predictionId: { in: rows.map((row) => row.predictionId) } }, orderBy: { id: "asc" } });
    expect(found.map((row) => row.dispatchId)).toEqual([1, 2]);
    expect(found[0]).toMatchObject({ usedFallback: true, fallbackReason: "deadline", confidence: 0.1 + 0.2, outcomeStatus: null, outcomeRevision: 0 });
    expect(JSON.parse(found[0]!.featuresJson)).toEqual({ a: 1.5, ñ: null });
    expect(JSON.parse(found[0]!.ignoredJson!)).toEqual({ x: 2, text: 'say "no"' });
    expect(found[0]!.requestedAt.getTime()).toBe(NOW);
    expect(found[1]).toMatchObject({ confidence: null, prediction: null, severityLevel: null });
  });

  it("writes several groups or none, and remembers the last one", async () => {
    const bad = { ...aPrediction({ dispatchId: 3 }), phase: 7 as unknown as 1 };
    const before = await store.register(WRITER, NOW);
    await expect(store.write(WRITER, [group([aPrediction({ dispatchId: 30 })]), group([bad])])).rejects.toThrow();
    expect(await db.predictionLog.count({ where: { dispatchId: 30 } })).toBe(0);
    expect(await store.register(WRITER, NOW)).toBe(before);
    const next = group([aPrediction({ dispatchId: 31 })]);
    await store.write(WRITER, [next]);
    expect(await store.register(WRITER, NOW)).toBe(next.number);
  });

  it("gives assignment rows their ids and reads them back", async () => {
    const { assignmentIds: ids } = await store.write(WRITER, [group([], { assignments: [anAssignment({ dispatch_id: 501, created_at: NOW }), anAssignment({ dispatch_id: 502, created_at: NOW, severity_level: 5 })] })]);
    expect(ids).toHaveLength(2);
    const latest = await reads.latestAssignment(502);
    expect(latest).toMatchObject({ id: ids[1], severity_level: 5, is_weekend: true, assigned_paramedic_ids: [41, 47], created_at: new Date(NOW).toISOString() });
    const since = new Date(NOW - 1_000);
    expect((await reads.recentAssignments(since, 10)).map((row) => row.dispatch_id)).toEqual([502, 501]);
    expect(await reads.countBySeverity(since)).toEqual(new Map([[4, 1], [5, 1]]));
    expect((await reads.summarizeAssignments(since)).total).toBe(2);
    expect(await reads.countAmbulances(since)).toBe(1);
  });

  it("stores one answer per key and says when another was first", async () => {
    const answer = { keyHash: "k".repeat(64), bodyHash: "b".repeat(64), status: 200, response: '{"ok":"á"}', expiresAtMs: NOW + 1_000 };
    await store.write(WRITER, [group([aPrediction({ dispatchId: 60 })], { answers: [answer] })]);
    const error: unknown = await store.write(WRITER, [group([aPrediction({ dispatchId: 61 })], { answers: [answer] })]).catch((reason: unknown) => reason);
    expect(store.isDuplicateAnswer(error)).toBe(true);
    expect(await db.predictionLog.count({ where: { dispatchId: 61 } })).toBe(0);
  });

  it("joins outcomes in revisions, keeps what a later one leaves out, and repeats nothing", async () => {
    const row = aPrediction({ dispatchId: 700, requestedAtMs: NOW });
    await store.write(WRITER, [group([row], { assignments: [anAssignment({ dispatch_id: 700 })] })]);
    const send = (values: OutcomeInput["values"]) => recordOutcomes(store, [outcome(values, { predictionId: row.predictionId })], NOW + 60_000);
    expect(await send({ actual_response_time_minutes: 6.5, patient_satisfaction_rating: 4 })).toMatchObject([{ status: "joined", revision: 1 }]);
    expect(await send({ actual_response_time_minutes: 6.5, patient_satisfaction_rating: 4 })).toMatchObject([{ status: "unchanged", revision: 1 }]);
    expect(await send({ was_optimal: true })).toMatchObject([{ status: "joined", revision: 2 }]);
    expect(await db.predictionLog.findUnique({ where: { predictionId: row.predictionId } })).toMatchObject({ outcomeStatus: "joined", outcomeRevision: 2, actualResponseTimeMinutes: 6.5, wasOptimal: true });
    expect(await reads.latestAssignment(700)).toMatchObject({ actual_response_time_minutes: 6.5, patient_satisfaction_rating: 4, was_optimal: true });
    expect(await db.predictionOutcome.count({ where: { predictionId: row.predictionId } })).toBe(2);
  });

  it("derives the response from the arrival, and censors a cancelled dispatch", async () => {
    const [arrived, cancelled] = [aPrediction({ dispatchId: 710, requestedAtMs: NOW }), aPrediction({ dispatchId: 711, requestedAtMs: NOW })];
    await store.write(WRITER, [group([arrived, cancelled])]);
    const results = await recordOutcomes(store, [outcome({ arrived_at: NOW + 9 * 60_000 }, { dispatchId: 710 }), outcome({ cancelled: true }, { dispatchId: 711 })], NOW);
    expect(results.map((each) => each.status)).toEqual(["joined", "censored"]);
    const found = await db.predictionLog.findUnique({ where: { predictionId: arrived.predictionId } });
    expect(found!.actualResponseTimeMinutes).toBeCloseTo(9, 9);
  });

  it("quarantines outcomes of unknown predictions and joins them when the prediction turns up", async () => {
    const row = aPrediction({ dispatchId: 720 });
    const early = outcome({ actual_response_time_minutes: 3 }, { predictionId: row.predictionId });
    expect(await recordOutcomes(store, [early], NOW)).toMatchObject([{ status: "quarantined" }]);
    expect(await recordOutcomes(store, [early], NOW)).toMatchObject([{ status: "quarantined", revision: 1 }]);
    const before = await reads.countQuarantined();
    await store.write(WRITER, [group([row])]);
    expect(await releaseQuarantine(store, NOW + 1_000)).toBe(1);
    expect(await reads.countQuarantined()).toBe(before - 1);
    expect(await db.predictionLog.findUnique({ where: { predictionId: row.predictionId } })).toMatchObject({ outcomeStatus: "joined", actualResponseTimeMinutes: 3 });
    await recordOutcomes(store, [outcome({ was_optimal: false }, { dispatchId: 999_999 })], NOW);
    await releaseQuarantine(store, NOW + 8 * 24 * 3_600_000);
    expect(await reads.countQuarantined()).toBe(0);
  });

  it("sums the log of a window as the rows say", async () => {
    const groups = await reads.groupPredictions(new Date(NOW - 1_000), null);
    const figures = predictionStatistics(groups, 1);
    expect(figures.total_predictions).toBe(await db.predictionLog.count());
    expect(figures.joined + figures.censored + figures.waiting).toBe(figures.total_predictions);
    expect(figures.fallback_reasons).toEqual({ deadline: 1 });
    expect((await reads.groupPredictions(new Date(NOW + 3_600_000), null)).length).toBe(0);
  });

  it("makes, finds and revokes keys, once", async () => {
    const { id, text } = await createKey({ name: "n", scopes: ["predict", "log"], createdBy: "test", now: new Date(NOW) });
    const key = await findKey(id);
    expect(key).toMatchObject({ name: "n", scopes: ["predict", "log"], revokedAt: null });
    expect(JSON.stringify(key)).not.toContain(text.split("_")[3]);
    expect(await revokeKey(id, new Date(NOW))).toBe(true);
    expect(await revokeKey(id, new Date(NOW))).toBe(false);
    expect((await listKeys()).find((each) => each.id === id)!.revokedAt).not.toBeNull();
  });

  it("moves an alias only from the revision that was read", async () => {
    const alias = { alias: "champion", name: "m", version: "1", revision: 1, changedBy: "test", changedAt: new Date(NOW), reason: null, allowLeaks: false };
    expect(await moveAlias(alias, null)).toBe(true);
    expect(await moveAlias({ ...alias, version: "2", revision: 2 }, 1)).toBe(true);
    expect(await moveAlias({ ...alias, version: "3", revision: 2 }, 1)).toBe(false);
    expect(await findAlias("champion")).toMatchObject({ version: "2", revision: 2 });
  });

  it("applies migrations once", async () => {
    expect(await migrate({ url: database.url, driver: "auto", root: "prisma", now: new Date() })).toEqual([]);
  });
});
