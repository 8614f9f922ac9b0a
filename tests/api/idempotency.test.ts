import { afterAll, beforeAll, expect, it } from "vitest";
import * as contract from "@/lib/dispatch/contract";
import { openSqlite } from "@/lib/db/sqlite";
import { aRequest, anAssignment, expectProblem, openApi, type Api } from "../api-server";

let api: Api;
beforeAll(async () => {
  api = await openApi({ LOG_DEADLINE_MS: "2000" });
});
afterAll(() => api.stop());

const where = { part: "header", field: "idempotency-key" };
const routes: [string, unknown, unknown][] = [
  [contract.predict.path, aRequest({ dispatch_id: 1 }), aRequest({ dispatch_id: 2 })],
  [contract.predictBatch.path, { dispatches: [aRequest({ dispatch_id: 1 })] }, { dispatches: [aRequest({ dispatch_id: 2 })] }],
  [contract.assign.path, anAssignment({ dispatch_id: 1 }), anAssignment({ dispatch_id: 2 })],
  [contract.assignBatch.path, { dispatches: [anAssignment({ dispatch_id: 1 })] }, { dispatches: [anAssignment({ dispatch_id: 2 })] }],
];
const send = (path: string, key: string, body: unknown, more: object = {}) => api.send("POST", path, { body, headers: { "idempotency-key": key }, ...more });
const count = async (): Promise<number> => (await api.ok(contract.statistics)).statistics.total_predictions;

it.each(routes)("%s: the same key and body gets the stored answer, byte for byte", async (path, body) => {
  const first = await send(path, "same", body);
  const before = await count();
  const again = await send(path, "same", body);
  expect([first.status, again.status]).toEqual([200, 200]);
  expect(again.text).toBe(first.text);
  expect(first.headers.get("idempotent-replayed")).toBeNull();
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(await count()).toBe(before);
});

it.each(routes)("%s: the same key with another body is 422", async (path, body, other) => {
  expect((await send(path, "reused", body)).status).toBe(200);
  expectProblem(await send(path, "reused", other), 422, "idempotency-key-reused", where);
});

it.each(routes)("%s: an answer that was refused is not kept", async (path, body) => {
  expect((await send(path, "refused-first", { nothing: true })).status).toBe(400);
  expect((await send(path, "refused-first", body)).status).toBe(200);
});

it("keeps keys apart by client and by endpoint", async () => {
  const body = aRequest({ dispatch_id: 3 });
  const mine = await send(contract.predict.path, "shared", body);
  const theirs = await send(contract.predict.path, "shared", body, { key: api.keys.predict });
  expect(theirs.body.prediction_id).not.toBe(mine.body.prediction_id);
  expect((await send(contract.predictBatch.path, "shared", { dispatches: [body] })).status).toBe(200);
});

it.each([["a space within", "a b"], ["a letter beyond ASCII", "clavé"], ["256 characters", "x".repeat(256)]])("refuses a key with %s", async (_, key) => {
  expectProblem(await send(contract.predict.path, key, aRequest()), 400, "invalid-request", where);
});

it("takes 255 visible characters", async () => {
  expect((await send(contract.predict.path, "~".repeat(255), aRequest())).status).toBe(200);
});

it("answers 409 while the first still runs, and its answer afterwards", async () => {
  const other = openSqlite({ url: api.databaseUrl, driver: "auto", synchronous: "FULL", busyTimeoutMs: 5_000 });
  other.exec("BEGIN IMMEDIATE");
  const first = send(contract.predict.path, "slow", aRequest({ dispatch_id: 4 }));
  await new Promise((resolve) => setTimeout(resolve, 300));
  const second = await send(contract.predict.path, "slow", aRequest({ dispatch_id: 4 }));
  other.exec("COMMIT");
  other.close();
  expectProblem(second, 409, "request-in-progress", where);
  expect(second.headers.get("retry-after")).toBe("1");
  const answered = await first;
  expect(answered.status).toBe(200);
  expect((await send(contract.predict.path, "slow", aRequest({ dispatch_id: 4 }))).text).toBe(answered.text);
});

it("runs once however many ask at the same time", async () => {
  const before = await count();
  const answers = await Promise.all(Array.from({ length: 20 }, () => send(contract.predict.path, "burst", aRequest({ dispatch_id: 5 }))));
  const good = answers.filter(({ status }) => status === 200);
  expect(good.length).toBeGreaterThan(0);
  expect(new Set(good.map(({ text }) => text)).size).toBe(1);
  expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
  expect(await count()).toBe(before + 1);
});
