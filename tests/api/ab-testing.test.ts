import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as api from "@/lib/ab-testing/contract";
import { exampleFeatures, syntheticId } from "@/lib/models/synthetic";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { execFileSync } from "node:child_process";
import { modelEnv } from "../crash";
import { base, changesUnderLoad, failingModel, killSwitch, putConfig, roundRobin, select, storeAway } from "../ab-load";
import { makeKey, newDataDir, startServer, type TestServer } from "../server";

type Json = Record<string, unknown>;
const send = async (server: TestServer, method: string, path: string, body?: unknown, key = server.key, headers: Record<string, string> = {}) => {
  const response = await fetch(server.url + path, { method, headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await response.text();
  return { status: response.status, text, body: (response.headers.get("content-type") ?? "").includes("json") && !response.headers.get("content-type")!.includes("ndjson") ? (JSON.parse(text) as Json) : {} };
};
const query = (server: TestServer, text: string): Json[] => select<Json>(server.databaseUrl, text);
const until = async (what: () => boolean | Promise<boolean>, ms = 15_000): Promise<void> => {
  for (const end = Date.now() + ms; Date.now() < end; ) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("it did not happen in time");
};

describe("the A/B test over HTTP", () => {
  let server: TestServer;
  let other: TestServer;
  let readOnly: string;
  let deciding: string;

  beforeAll(async () => {
    const dataDir = newDataDir();
    const env = { ...(await modelEnv(dataDir)), LOG_DEADLINE_MS: "5000" };
    server = await startServer({ dataDir, env });
    other = await startServer({ dataDir, env, key: server.key });
    readOnly = makeKey(dataDir, "read");
    deciding = makeKey(dataDir, "decide,log");
    await new Promise((resolve) => setTimeout(resolve, 1_500)); // both processes hear of the new keys
  });
  afterAll(async () => {
    await server.stop();
    await other.stop();
  });

  it("decides once for ever, in every process, and says with what probability and why", async () => {
    await putConfig(server, { experiment_key: "sticky", strategy: { kind: "weight_based", phase2_share: 0.5 } });
    const first = await send(server, "POST", `${base}/decide-phase`, { dispatch_id: "D-1" });
    expect(first.status).toBe(200);
    const decided = api.decidePhase.response.parse(first.body);
    expect(decided).toMatchObject({ strategy: "weight_based", share: 0.5, replayed: false, degraded: false, experiment_key: "sticky", recorded: true });
    await putConfig(server, { strategy: { kind: "weight_based", phase2_share: 0 } });
    // The other process may take a second to hear that there is another experiment; from then on the answer is the stored one.
    await expect.poll(async () => (await send(other, "GET", `${base}/config`)).body, { timeout: 2_000 }).toMatchObject({ config: { experiment_key: "sticky" } });
    const again = await send(other, "POST", `${base}/decide-phase`, { dispatch_id: " D-1 " });
    expect(again.body).toMatchObject({ phase: decided.phase, share: 0.5, replayed: true, config_version: decided.config_version });
  });

  it("answers without a dispatch id, and does not analyse that", async () => {
    const { status, body } = await send(server, "POST", `${base}/decide-phase`, {});
    expect(status).toBe(200);
    expect(body).toMatchObject({ dispatch_id: null, replayed: false });
    expect((await send(server, "POST", `${base}/decide-phase`)).status).toBe(200);
  });

  it.each([
    ["a body that is no object", { dispatch_id: [] }, 400],
    ["a negative id", { dispatch_id: -1 }, 400],
  ])("refuses %s", async (_name, body, status) => {
    const reply = await send(server, "POST", `${base}/decide-phase`, body);
    expect(reply.status).toBe(status);
    expect(reply.body).toMatchObject({ success: false });
  });

  it("asks for the scope of each endpoint", async () => {
    expect((await send(server, "POST", `${base}/decide-phase`, { dispatch_id: 1 }, readOnly)).status).toBe(403);
    expect((await send(server, "POST", `${base}/log`, { dispatch_id: 1, phase_used: 1 }, readOnly)).status).toBe(403);
    expect((await send(server, "GET", `${base}/status`, undefined, deciding)).status).toBe(403);
    expect((await send(server, "PUT", `${base}/config`, { expected_version: 1 }, readOnly)).status).toBe(403);
    expect((await send(server, "POST", `${base}/ramp/start`, {}, readOnly)).status).toBe(403);
    expect((await send(server, "GET", `${base}/status`, undefined, "wrong")).status).toBe(401);
  });

  it("logs: the first record wins, later ones add, another phase is a crossover, a stranger is kept", async () => {
    await putConfig(server, { experiment_key: "log", strategy: { kind: "round_robin" } });
    await send(server, "POST", `${base}/decide-phase`, { dispatch_id: 501 });
    const log = (body: Json) => send(server, "POST", `${base}/log`, body);
    const stored = await log({ dispatch_id: 501, phase_used: 1, phase1_result: { ambulance_id: 22, confidence: 0.98 }, latency_ms: 12 });
    expect(api.log.response.parse(stored.body)).toMatchObject({ status: "stored", assigned_phase: 1, crossover: false });
    expect((await log({ dispatch_id: 501, phase_used: 1, latency_ms: 99 })).body).toMatchObject({ status: "unchanged" });
    expect((await log({ dispatch_id: 501, phase_used: 1, arrival_minutes: 7.5, optimal: true })).body).toMatchObject({ status: "stored" });
    await send(server, "POST", `${base}/decide-phase`, { dispatch_id: 502 });
    expect((await log({ dispatch_id: 502, phase_used: 1, phase1_result: { confidence: 0.7 } })).body).toMatchObject({ assigned_phase: 2, crossover: true });
    expect((await log({ dispatch_id: 599, phase_used: 2 })).body).toMatchObject({ status: "unassigned", assigned_phase: null });
    expect(query(server, "SELECT latency_ms, confidence, arrival_minutes, optimal FROM ab_test_log WHERE dispatch_id = 501")).toEqual([{ latency_ms: 12, confidence: 0.98, arrival_minutes: 7.5, optimal: 1 }]);
  });

  it.each([
    ["no phase", { dispatch_id: 1 }],
    ["phase 7", { dispatch_id: 1, phase_used: 7 }],
    ["phase 0", { dispatch_id: 1, phase_used: 0 }],
    ["dispatch 0", { dispatch_id: 0, phase_used: 1 }],
    ["nothing", {}],
  ])("refuses a log with %s", async (_name, body) => {
    expect((await send(server, "POST", `${base}/log`, body)).status).toBe(400);
  });

  it("joins the outcomes of the prediction API to the decision", async () => {
    await putConfig(server, { experiment_key: "outcomes", strategy: { kind: "weight_based", phase2_share: 0.5 } });
    const random = xoroshiro128plus(3);
    const { status, body, text } = await send(server, "POST", `${base}/dispatch`, { dispatch_id: 801, model: syntheticId, ...exampleFeatures(random) });
    expect(status, text).toBe(200);
    const reply = api.dispatch.response.parse(body);
    expect(reply.ab_test).toMatchObject({ experiment_key: "outcomes", replayed: false });
    const [prediction] = query(server, "SELECT arm, arm_probability, config_version FROM predictions_log WHERE dispatch_id = 801");
    expect(prediction).toMatchObject({ arm: reply.ab_test.phase, arm_probability: 0.5, config_version: reply.ab_test.config_version });
    await send(server, "POST", "/api/v2/dispatch/outcomes", { dispatch_id: 801, actual_response_time_minutes: 6.5, was_optimal: true });
    const [row] = query(server, "SELECT arrival_minutes, optimal, on_time, latency_ms IS NOT NULL AS timed FROM ab_test_log WHERE dispatch_id = 801");
    expect(row).toEqual({ arrival_minutes: 6.5, optimal: 1, on_time: 1, timed: 1 });
    const again = await send(server, "POST", `${base}/dispatch`, { dispatch_id: 801, model: syntheticId, ...exampleFeatures(random) });
    expect(again.body.ab_test).toMatchObject({ phase: reply.ab_test.phase, replayed: true });
  });

  it("says what it has measured in the published shapes, and null where there is nothing", async () => {
    const parsed = async <T>(schema: { parse: (value: unknown) => T }, path: string): Promise<T> => {
      const { status, body, text } = await send(server, "GET", base + path, undefined, readOnly);
      expect(status, text).toBe(200);
      return schema.parse(body);
    };
    await putConfig(server, { experiment_key: "figures", strategy: { kind: "balanced_blocks" } });
    for (let id = 1_000; id < 1_040; id++) {
      const { body } = await send(server, "POST", `${base}/decide-phase`, { dispatch_id: id });
      const result = { confidence: body.phase === 2 ? 0.9 : 0.8 };
      await send(server, "POST", `${base}/log`, { dispatch_id: id, phase_used: body.phase, [`phase${String(body.phase)}_result`]: result, error: false });
    }
    await until(async () => (await parsed(api.comparison.response, "/comparison")).analysis.decisions.outcomes === 40);
    const status = await parsed(api.status.response, "/status");
    expect(status).toMatchObject({ strategy: "balanced_blocks", experiment_key: "figures", share: 0.5, verdict: "too-early", healthy: true });
    const dashboard = await parsed(api.dashboard.response, "/dashboard?hours=2");
    expect(dashboard.report.summary.total_requests).toBe(dashboard.report.summary.phase1_requests + dashboard.report.summary.phase2_requests);
    expect(dashboard.analysis.decisions).toMatchObject({ phase1: 20, phase2: 20, crossover: 0 });
    expect((await parsed(api.comparison.response, "/comparison?hours=48")).comparison.period_hours).toBe(48);
    expect((await parsed(api.metrics.response, "/metrics")).distribution.phase1.count).toBeGreaterThan(0);
    expect((await parsed(api.recommendation.response, "/recommendation")).data_available).toBe(true);
    expect((await parsed(api.strategies.response, "/strategies")).strategies.map((each) => each.name)).toContain("round_robin");
    expect((await parsed(api.configHistory.response, "/config/history?limit=3")).versions).toHaveLength(3);
    for (const wrong of ["abc", "0", "-1", "9999"]) expect((await send(server, "GET", `${base}/metrics?hours=${wrong}`)).status).toBe(400);
    const csv = await send(server, "GET", `${base}/export?experiment=figures`, undefined, readOnly);
    expect(csv.text.trim().split("\r\n")).toHaveLength(41);
    const lines = (await send(server, "GET", `${base}/export?format=jsonl&experiment=figures`, undefined, readOnly)).text.trim().split("\n");
    expect(lines).toHaveLength(40);
    expect(JSON.parse(lines[0]!)).toMatchObject({ experiment_key: "figures", share: 0.5 });
    const rebuilt = execFileSync(process.execPath, ["--import", "tsx", "lib/cli/ab-rebuild.ts"], { env: { ...process.env, DATABASE_URL: server.databaseUrl, DATA_DIR: server.dataDir }, encoding: "utf8" });
    expect(rebuilt).toContain("are equal");
  });

  it("refuses a configuration that is stale, wrong, bold without typing, or of a withdrawn experiment", async () => {
    const { version } = (await send(server, "GET", `${base}/config`)).body.config as { version: number };
    const put = (body: Json, key = server.key) => send(server, "PUT", `${base}/config`, { reason: "test", ...body }, key);
    expect((await put({ expected_version: version - 1, strategy: { kind: "round_robin" } })).status).toBe(409);
    expect((await put({ expected_version: version, strategy: { kind: "random_50_50", phase2_share: 0.4 } })).status).toBe(400);
    expect((await put({ expected_version: version, strategy: { kind: "coin" } })).status).toBe(400);
    expect((await put({ expected_version: version, strategy: { kind: "weight_based", phase2_share: 1 } })).status).toBe(400);
    expect((await put({ expected_version: version, strategy: { kind: "weight_based", phase2_share: 1 }, confirmation: "100" })).body).toMatchObject({ rise: 0.5, unchanged: false });
  });

  it("stops everywhere within a second of the kill switch", async () => {
    expect(await killSwitch([server, other])).toBeLessThan(1_000);
    expect((await send(other, "POST", `${base}/decide-phase`, { dispatch_id: 9_001 })).body).toMatchObject({ phase: 1, share: 0 });
  });

  it("withdraws a model that fails at the 5 % step within 10 decisions of phase 2, with alert, audit row and version", async () => {
    const failed = await failingModel([server, other], 20_000);
    expect(failed).toMatchObject({ alerts: 1, audits: 1, versions: 1, changedByHand: 409 });
    expect(failed.ofPhase2).toBeGreaterThan(0);
    expect(failed.ofPhase2).toBeLessThanOrEqual(10);
    expect(failed.everywhereMs).toBeLessThan(2_000);
    expect((await send(server, "GET", `${base}/ramp`)).body.ramp).toMatchObject({ status: "rolled_back" });
    // Back only as another experiment, and the ramp only after its lock.
    const present = (await send(server, "GET", `${base}/config`)).body.config as { version: number };
    expect((await send(server, "PUT", `${base}/config`, { expected_version: present.version, strategy: { kind: "weight_based", phase2_share: 0.1 }, reason: "again" })).status).toBe(409);
    expect((await send(server, "POST", `${base}/ramp/start`, { reason: "again" })).status).toBe(409);
  });

  it("moves the ramp by hand, each action where its state allows it", async () => {
    await putConfig(server, { experiment_key: "by-hand", strategy: { kind: "weight_based", phase2_share: 0 } });
    expect((await send(server, "POST", `${base}/ramp/resume`, {})).status).toBe(409);
    expect((await send(server, "POST", `${base}/ramp`, { steps: [{ share: 0.5 }, { share: 0.1 }] })).status).toBe(400);
    const ramp = (await send(server, "GET", `${base}/ramp`)).body.ramp as { version: number };
    expect((await send(server, "POST", `${base}/ramp/rollback`, { expected_version: ramp.version - 1 })).status).toBe(409);
  });
});

it("answers by the draw while the store is away, and stores what it answered", async () => {
  const away = await storeAway(3);
  expect(away.degraded).toBeGreaterThan(0);
  expect(away).toMatchObject({ errors: 0, missing: 0, disagreeing: 0, notByTheDraw: 0, unmarked: 0 });
});

it("moves no stored answer when the share changes under load", async () => {
  const changed = await changesUnderLoad(8);
  expect(changed).toMatchObject({ moved: 0, errors: 0 });
  expect(changed.repeats).toBeGreaterThan(20);
  expect(changed.shares).toBeGreaterThan(3);
});

it("keeps turns exact over several processes, with retries elsewhere", async () => {
  const load = await roundRobin(3, 1_500);
  expect(load).toMatchObject({ gaps: 0, repeats: 0, twoArms: 0, retriesThatDiffer: 0, degraded: 0, errors: 0 });
  expect(load.difference).toBeLessThanOrEqual(1);
});
