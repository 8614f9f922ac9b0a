import { get as httpGet, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as api from "@/lib/console/contract";
import * as explorer from "@/lib/console/predictions-contract";
import { openDb } from "@/lib/db/client";
import { dispatch as abDispatch } from "@/lib/ab-testing/contract";
import { judgeFeatures } from "@/lib/dispatch/phase1";
import { assign, outcomes, predict } from "@/lib/dispatch/contract";
import { syntheticId } from "@/lib/models/synthetic";
import { aRequest, anAssignment, expectProblem, narrowId, openApi, type Api } from "../api-server";
import { startServer } from "../server";

let server: Api;
const began = Date.now();
const period = (): string => new URLSearchParams({ from: new Date(began - 3_600_000).toISOString(), to: new Date(Date.now() + 60_000).toISOString() }).toString();
const ids: string[] = [];

/** Until the rollups have caught up: a second at most. */
async function until<T>(read: () => Promise<T>, done: (value: T) => boolean): Promise<T> {
  for (let i = 0; ; i++) {
    const value = await read();
    if (done(value) || i === 60) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

beforeAll(async () => {
  server = await openApi();
  for (let i = 0; i < 30; i++) {
    const { prediction_id } = await server.ok(predict, { body: aRequest({ dispatch_id: 500 + i, severity_level: 1 + (i % 5), ...(i % 10 === 0 ? { available_ambulances_count: 9_999 } : {}) }) });
    ids.push(prediction_id);
  }
  await server.ok(outcomes, { body: { prediction_id: ids[1], actual_response_time_minutes: 7.5, was_optimal: true } });
  await server.ok(outcomes, { body: { prediction_id: ids[1], actual_response_time_minutes: 9, was_optimal: false } });
  await server.ok(outcomes, { body: { prediction_id: ids[2], cancelled: true } });
  for (const severity_level of [2, 5, 5]) await server.ok(assign, { body: anAssignment({ dispatch_id: 9_000 + severity_level, severity_level }) });
});
afterAll(() => server.stop());

const list = (more = "") => server.ok(explorer.predictions, { query: `${period()}${more}` });

it("overview: figures of the period, from the rollups, within a second", async () => {
  const seen = await until(() => server.ok(api.overview, { query: period() }), (value) => value.decisions === 30 && value.tiles.response_p90_minutes.samples === 1);
  expect(seen).toMatchObject({ decisions: 30, database: "up", champion: syntheticId, bucket_seconds: 300 });
  expect(seen.tiles.fallback_share.value).toBeCloseTo((await list("&fallback=true")).rows.length / 30, 10);
  expect(seen.tiles.response_p90_minutes.value! / 9).toBeCloseTo(1, 1);
  expect(seen.tiles.latency_p95_ms.value).toBeGreaterThan(0);
  expect(seen.timeline.reduce((sum, point) => sum + point.decisions, 0)).toBe(30);
  expect(seen.timeline.at(-1)!.partial).toBe(true);
});

it.each([
  [30, 21_600],
  [90, 86_400],
  [399, 172_800],
])("overview: the same figures over %i days, from wider rollups", async (days, bucketSeconds) => {
  const query = new URLSearchParams({ from: new Date(began - days * 86_400_000).toISOString(), to: new Date(Date.now() + 60_000).toISOString() }).toString();
  const seen = await until(() => server.ok(api.overview, { query }), (value) => value.decisions === 30);
  expect(seen).toMatchObject({ decisions: 30, bucket_seconds: bucketSeconds });
  expect(seen.timeline.reduce((sum, point) => sum + point.decisions, 0)).toBe(30);
  expect(seen.tiles.fallback_share.line).toHaveLength(24);
  expect(seen.tiles.fallback_share.line.at(-1)).toBeCloseTo(seen.tiles.fallback_share.value!, 10);
  expect(Date.parse(seen.from)).toBeGreaterThan(began - days * 86_400_000 - 300_000);
});

it("explorer: newest first, whole by keyset, with the outcome", async () => {
  const first = await list("&limit=7");
  expect(first.total).toEqual({ count: 30, exact: true });
  const found = [...first.rows];
  for (let cursor = first.next_cursor; cursor !== null; ) {
    const page = await list(`&limit=7&cursor=${cursor}`);
    expect(page.total).toBeNull();
    found.push(...page.rows);
    cursor = page.next_cursor;
  }
  expect(found.map((row) => row.prediction_id)).toEqual([...found.map((row) => row.prediction_id)].sort().reverse());
  expect(new Set(found.map((row) => row.prediction_id))).toEqual(new Set(ids));
  expect(found.find((row) => row.prediction_id === ids[1])).toMatchObject({ outcome: "joined", actual_response_minutes: 9, was_optimal: false });
  expect(found.find((row) => row.prediction_id === ids[2])).toMatchObject({ outcome: "censored", actual_response_minutes: null });
});

it.each([
  ["severity=5,4", 12],
  ["outcome=censored", 1],
  ["outcome=none", 28],
  ["q=503", 1],
  ["q=nothing", 0],
  ["model=m@0", 0],
  ["confidence_min=0&confidence_max=1", 30],
])("explorer and histogram agree under %s", async (filter, count) => {
  const page = await list(`&${filter}`);
  expect(page.rows).toHaveLength(count);
  expect(page.total).toEqual({ count, exact: true });
  const { bins } = await server.ok(explorer.predictionHistogram, { query: `${period()}&${filter}` });
  expect(bins.reduce((sum, bin) => sum + bin.phase1 + bin.phase2, 0)).toBe(count);
});

it("explorer: finds by the beginning of an id", async () => {
  const { rows } = await list(`&q=${ids[3]!.slice(0, 24)}`);
  expect(rows.map((row) => row.prediction_id)).toContain(ids[3]);
});

it("reads refuse what is no period and no cursor", async () => {
  expectProblem(await server.send("GET", api.overview.path, { query: "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z" }), 400, "invalid-request", { part: "query", field: "to" });
  expectProblem(await server.send("GET", api.overview.path), 400, "invalid-request", { part: "query", field: "from" });
  expectProblem(await server.send("GET", api.dispatches.path, { query: `${period()}&cursor=x` }), 400, "invalid-request", { part: "query", field: "cursor" });
});

it("prediction: contributions add up to the margin, inputs stand against the reference, revisions newest first", async () => {
  const detail = await server.ok(explorer.prediction, { path: `/api/console/predictions/${ids[1]!}` });
  const margin = detail.contributions!.parts.reduce((sum, part) => sum + part.amount, detail.contributions!.base);
  expect(1 / (1 + Math.exp(-margin))).toBeCloseTo(detail.raw_score!, 4);
  expect(detail.features.length).toBe(13);
  expect(detail.outcome_revisions.map((each) => [each.revision, each.actual_response_minutes])).toEqual([[2, 9], [1, 7.5]]);
  expectProblem(await server.send("GET", "/api/console/predictions/none"), 404, "not-found", { part: "path", field: "id" });
});

it("try: the same inputs give the same answer, others another, and nothing is recorded", async () => {
  const path = `/api/console/predictions/${ids[1]!}/try`;
  const detail = await server.ok(explorer.prediction, { path: `/api/console/predictions/${ids[1]!}` });
  const same = await server.ok(explorer.tryPrediction, { path, body: { features: {} } });
  expect(same).toMatchObject({ recorded: false, model: syntheticId, phase: 2, prediction: detail.row.prediction });
  expect(same.probability).toBeCloseTo(detail.probability!, 6);
  const other = await server.ok(explorer.tryPrediction, { path, body: { features: { nearest_ambulance_distance_km: 9, severity_level: 5 } } });
  expect(other.probability).not.toBe(same.probability);
  expectProblem(await server.send("POST", path, { body: { features: { shoe_size: 44 } } }), 400, "invalid-request", { part: "body", field: "features.shoe_size" });
  expectProblem(await server.send("POST", path, { body: { features: {}, model: "none@1" } }), 400, "unknown-model", { part: "body", field: "model" });
  expectProblem(await server.send("POST", "/api/console/predictions/none/try", { body: { features: {} } }), 404, "not-found");
  expect((await list()).total).toEqual({ count: 30, exact: true });
});

it("export: the whole filtered set, as a spreadsheet in each language and as lines", async () => {
  const path = explorer.predictionExport.path;
  const spanish = await server.send("GET", path, { query: `${period()}&format=csv&language=es` });
  expect(spanish.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(spanish.headers.get("content-disposition")).toMatch(/filename="predicciones_\d{4}-\d\d-\d\dT\d{4}_1h\.csv"/);
  expect(spanish.text.trim().split("\r\n")).toHaveLength(31);
  expect(spanish.text).toContain("prediccion;fecha_hora_utc;despacho");
  const english = await server.send("GET", path, { query: `${period()}&format=csv&language=en&columns=dispatch_id,outcome&outcome=censored` });
  expect(english.text.replace("\uFEFF", "")).toBe("dispatch_id,outcome\r\n502,censored\r\n");
  const lines = await server.send("GET", path, { query: `${period()}&format=jsonl&language=en&fallback=false` });
  const rows = lines.text.trim().split("\n").map((line) => JSON.parse(line) as { fallback: boolean });
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.every((row) => !row.fallback)).toBe(true);
  expectProblem(await server.send("GET", path, { query: `${period()}&format=csv&language=en&columns=secret` }), 400, "invalid-request", { part: "query", field: "columns" });
});

it("board: open ones by severity then age, closed once the outcome is there", async () => {
  const board = await server.ok(api.dispatches, { query: `${period()}&limit=2` });
  expect(board.total).toEqual({ count: 3, exact: true });
  const rest = await server.ok(api.dispatches, { query: `${period()}&limit=2&cursor=${board.next_cursor!}` });
  const all = [...board.rows, ...rest.rows];
  expect(all.map((row) => row.severity)).toEqual([5, 5, 2]);
  expect(all[0]!.history_id).toBeLessThan(all[1]!.history_id);
  expect(board.open_by_severity.find((each) => each.severity === 5)?.count).toBe(2);
  const detail = await server.ok(api.dispatch, { path: `/api/console/dispatches/${all[2]!.history_id}` });
  expect(detail.candidates.filter((each) => each.chosen)).toHaveLength(1);
  expect(detail).toMatchObject({ row: { state: "open", phase: 1 }, crew_shortfall: [] });
  await server.ok(outcomes, { body: { dispatch_id: 9_002, actual_response_time_minutes: 12 } });
  const closed = await server.ok(api.dispatches, { query: `${period()}&state=closed` });
  expect(closed.rows).toMatchObject([{ dispatch_id: 9_002, state: "arrived", actual_response_minutes: 12 }]);
  expectProblem(await server.send("GET", "/api/console/dispatches/999999"), 404, "not-found");
});

it("models: every folder with its traffic; one whole", async () => {
  const { rows } = await until(() => server.ok(api.models), (value) => value.rows.some((row) => row.decisions_24h === 30));
  expect(rows.find((row) => row.id === syntheticId)).toMatchObject({ state: "serving", decisions_24h: 30, traffic_share: 1 });
  expect(rows.find((row) => row.id === "leaky@1")!.leaks).toHaveLength(1);
  const detail = await server.ok(api.model, { path: `/api/console/models/${encodeURIComponent(syntheticId)}` });
  expect(detail.importance.reduce((sum, each) => sum + each.share, 0)).toBeCloseTo(1, 6);
  expect(detail.manifest?.features).toHaveLength(13);
  expectProblem(await server.send("GET", "/api/console/models/none@1"), 404, "not-found");
});

it("prediction: what the other phase says is computed, both ways, and not recorded", async () => {
  const total = async (): Promise<number> => (await list()).total!.count;
  const before = await total();
  const byModel = await server.ok(explorer.prediction, { path: `/api/console/predictions/${ids[1]}` });
  expect(byModel.row.phase).toBe(2);
  const features = Object.fromEntries(byModel.features.map(({ name, value }) => [name, value]));
  const rules = judgeFeatures(features);
  expect(byModel.other_phase).toEqual({ phase: 1, prediction: rules.prediction, confidence: rules.confidence, rule: rules.code, eta_minutes: rules.etaMinutes, target_minutes: rules.targetMinutes });
  // Far from what the model was trained on the rules answered, and the model has nothing to say.
  const narrow = await server.ok(predict, { body: aRequest({ dispatch_id: 776, model: narrowId, available_ambulances_count: 9_999 }) });
  const far = explorer.PredictionDetail.parse((await until(() => server.send("GET", `/api/console/predictions/${narrow.prediction_id}`), ({ status }) => status === 200)).body);
  expect(far.row).toMatchObject({ phase: 1, fallback_reason: "out_of_range" });
  expect(far.other_phase).toBeNull();
  // Rules that an experiment chose: the model's answer is the one that it gives to the same inputs.
  const chosen = await server.ok(abDispatch, { body: aRequest({ dispatch_id: 777 }) });
  const read = await until(() => server.send("GET", `/api/console/predictions/${chosen.prediction_id}`), ({ status }) => status === 200);
  const asked = await server.ok(predict, { body: aRequest({ dispatch_id: 778 }) });
  const { other_phase: other, row } = explorer.PredictionDetail.parse(read.body);
  expect(row.phase).toBe(1);
  expect(other).toMatchObject({ phase: 2, prediction: asked.prediction, model: syntheticId });
  expect(other?.confidence).toBeCloseTo(asked.confidence!, 4); // the answer is rounded to four digits
  expect(await until(total, (count) => count === before + 3)).toBe(before + 3);
});

// ---- the stream

async function listen(url: string, key: string, lastId?: string): Promise<{ text: () => string; ended: () => boolean; headers: IncomingMessage["headers"]; close: () => void }> {
  return await new Promise((resolve, reject) => {
    const request = httpGet(`${url}/api/v4/monitoring/stream`, { headers: { authorization: `Bearer ${key}`, ...(lastId === undefined ? {} : { "last-event-id": lastId }) } }, (response) => {
      let text = "";
      let ended = false;
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => (ended = true));
      response.on("error", () => (ended = true));
      resolve({ text: () => text, ended: () => ended, headers: response.headers, close: () => request.destroy() });
    });
    request.on("error", reject);
  });
}
const holds = (live: { text: () => string }, words: RegExp) => until(() => Promise.resolve(live.text()), (text) => words.test(text));

it("stream: what another process takes is told in less than two seconds, a call after quiet and answers one after another", async () => {
  const other = await startServer({ dataDir: server.dataDir, databaseUrl: server.databaseUrl, key: server.key, env: { MODELS_DIR: `${server.dataDir}/models`, DEFAULT_MODEL: syntheticId } });
  const live = await listen(other.url, server.keys.read);
  expect(live.headers).toMatchObject({ "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache, no-transform", "x-accel-buffering": "no" });
  const told = (): number[] => [...live.text().matchAll(/event: decision-rate\ndata: \{"kind":"decision-rate","subject":"","version":(\d+)\}/g)].map((match) => Number(match[1]));
  const times: number[] = [];
  const tellsAfter = async (act: () => Promise<unknown>, arrived: (before: number[], now: number[]) => boolean): Promise<void> => {
    const before = told();
    const from = performance.now();
    await act();
    while (!arrived(before, told())) {
      if (performance.now() - from > 5_000) throw new Error(`not told: ${live.text()}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    times.push(Math.round(performance.now() - from));
  };
  await new Promise((resolve) => setTimeout(resolve, 2_500)); // past its first poll, and past what earlier tests left to tell
  await tellsAfter(() => server.ok(assign, { body: anAssignment({ dispatch_id: 9_100 }) }), (before, now) => now.length > before.length);
  // The number of the newest answer stands in the event: another one's does not count for it.
  for (let round = 0; round < 4; round++) await tellsAfter(() => server.ok(predict, { body: aRequest({ dispatch_id: 9_101 + round }) }), (before, now) => Math.max(0, ...now) > Math.max(0, ...before));
  expect(Math.max(...times), times.join(", ")).toBeLessThan(2_000);
  // A crowd is told once a second, not once each.
  const before = told().length;
  const until = performance.now() + 3_000;
  for (let id = 9_200; performance.now() < until; id++) await server.ok(predict, { body: aRequest({ dispatch_id: id }) });
  expect(told().length - before).toBeLessThanOrEqual(4);
  live.close();
  await other.stop();
}, 30_000);

it("stream: what was missed is told again, and what is not kept asks for everything anew", async () => {
  const made = await server.send("POST", "/api/console/keys", { body: { name: "one", scopes: ["read"] } });
  expect(made.status, made.text).toBe(200);
  const live = await listen(server.url, server.keys.all, "1");
  expect(await holds(live, /event: key/)).toMatch(/id: \d+\nevent: key\ndata: \{"kind":"key"/);
  live.close();
  const lost = await listen(server.url, server.keys.read, "999999");
  expect(await holds(lost, /resync/)).toMatch(/event: resync/);
  lost.close();
});

it("stream: what was missed is told again up to 5,000 events and 15 minutes, and no further", async () => {
  const db = await openDb({ url: server.databaseUrl, driver: "auto" });
  const before = (await db.changeEvent.findFirst({ orderBy: { id: "desc" } }))!.id;
  const add = (count: number, at: Date) => db.changeEvent.createMany({ data: Array.from({ length: count }, (_, index) => ({ kind: "shift-note", subject: `missed-${index}`, version: 1, createdAt: at })) });
  const since = async (lastId: number): Promise<string> => {
    const live = await listen(server.url, server.keys.read, String(lastId));
    await until(() => Promise.resolve(live.text()), (text) => /event: (resync|note)/.test(text));
    live.close();
    return live.text();
  };
  await add(5_000, new Date());
  const whole = await since(before);
  expect(whole.match(/event: note/g)).toHaveLength(5_000);
  expect(whole).not.toContain("resync");
  await add(1, new Date());
  expect(await since(before)).toMatch(/event: resync(?![^]*event: note)/);
  const old = (await db.changeEvent.findFirst({ orderBy: { id: "desc" } }))!.id;
  await add(1, new Date(Date.now() - 16 * 60_000));
  expect(await since(old)).toMatch(/event: resync(?![^]*event: note)/);
  await db.$disconnect();
});

it("stream: says that it is there every 15 s, also when nothing happens", { timeout: 30_000 }, async () => {
  const live = await listen(server.url, server.keys.read);
  const from = performance.now();
  while (!live.text().includes(": here") && performance.now() - from < 20_000) await new Promise((resolve) => setTimeout(resolve, 100));
  expect(live.text()).toContain(": here\n\n");
  expect(performance.now() - from).toBeGreaterThan(13_000);
  live.close();
});

it("stream: accounts are told to administrators only, and a key that is revoked ends its stream", async () => {
  const made = await server.send("POST", "/api/console/keys", { body: { name: "short-lived", scopes: ["read"] } });
  const { key, secret } = made.body as { key: { id: string; name: string }; secret: string };
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const live = await listen(server.url, secret);
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect((await server.send("POST", `/api/console/keys/${key.id}/revoke`, { body: { name: key.name } })).status).toBe(200);
  expect(await until(() => Promise.resolve(live.ended()), Boolean)).toBe(true);
  expect(live.text()).not.toContain("event: key");
});

it("stream: a stopping server does not wait for its browsers", async () => {
  const other = await startServer({ dataDir: server.dataDir, databaseUrl: server.databaseUrl, key: server.key, env: { MODELS_DIR: `${server.dataDir}/models`, DEFAULT_MODEL: syntheticId } });
  await listen(other.url, server.keys.read);
  const from = performance.now();
  await other.stop();
  expect(performance.now() - from).toBeLessThan(4_000);
});
