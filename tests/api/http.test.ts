import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as contract from "@/lib/dispatch/contract";
import { routes } from "@/lib/http/server/routes";
import { aRequest, expectProblem, openApi, type Api } from "../api-server";

let api: Api;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.stop());

const predict = contract.predict.path;
// Without a parameter in the path, which would be judged first.
const posts = routes.filter(({ endpoint }) => endpoint.body && !endpoint.path.includes("{")).map(({ endpoint }) => [endpoint.path, endpoint] as const);
const methodsOf = (path: string): string[] => routes.filter(({ endpoint }) => endpoint.path === path).map(({ endpoint }) => endpoint.method);
const paths = [...new Set(routes.map(({ endpoint }) => endpoint.path))];

/** Bytes as they are, for what no HTTP client sends. */
function rawly(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(api.url).port), "127.0.0.1", () => socket.write(text));
    let answer = "";
    socket.on("data", (chunk) => (answer += chunk.toString()));
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
    setTimeout(() => socket.end(), 2_000).unref();
  });
}

describe.each(posts)("POST %s", (path, endpoint) => {
  it("answers 415 to a body that is not said to be JSON", async () => {
    for (const headers of [{}, { "content-type": "text/plain" }, { "content-type": "application/x-www-form-urlencoded" }, { "content-type": "application/jsonp" }, { "content-type": "" }])
      expectProblem(await api.send(endpoint.method, path, { raw: Buffer.from("{}"), headers: { ...headers } }), 415, "unsupported-media-type", { part: "header", field: "content-type" });
  });

  it("answers 400 to a body that is not JSON", async () => {
    for (const raw of ["{", "{'a':1}", "NaN", "{} {}", "\u0000", Buffer.from([0xff, 0xfe]), ...(endpoint.bodyOptional ? [] : [""])])
      expectProblem(await api.send(endpoint.method, path, { raw, headers: { "content-type": "application/json; charset=utf-8" } }), 400, "invalid-json", { part: "body", field: "" });
  });

  it("answers 413 to a body over its limit", async () => {
    const raw = Buffer.alloc(endpoint.maxBodyBytes + 1, 32);
    expectProblem(await api.send(endpoint.method, path, { raw, headers: { "content-type": "application/json" } }), 413, "body-too-large", { part: "body", field: "" });
  });

  it("takes a body at its limit for what it is", async () => {
    const raw = Buffer.alloc(endpoint.maxBodyBytes, 32);
    expectProblem(await api.send(endpoint.method, path, { raw, headers: { "content-type": "application/json" } }), 400, "invalid-json");
  });
});

it("reads a body of JSON by any of its media types", async () => {
  for (const type of ["application/json", "Application/JSON;charset=UTF-8", "application/problem+json"])
    expect((await api.send("POST", predict, { raw: JSON.stringify(aRequest()), headers: { "content-type": type } })).status).toBe(200);
});

it.each(paths)("%s answers other methods with 405 and says which it has", async (path) => {
  const methods = methodsOf(path);
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].filter((each) => !methods.includes(each))) {
    const answer = await api.send(method, path.replace(/\{\w+\}/g, "1"));
    expectProblem(answer, 405, "method-not-allowed");
    expect(answer.headers.get("allow")?.split(", ").sort()).toEqual([...methods].sort());
  }
});

it.each([["/api/v1/dispatch/nowhere"], ["/api/v9"], ["/api/v1/dispatch/assign/"], ["/api/v1/dispatch//assign"], ["/api/V1/dispatch/assign"], ["/api/v1/dispatch/history/1/2"], ["/api/v1/dispatch/test-direct"]])("%s is not found", async (path) => {
  expectProblem(await api.send("GET", path), 404, "not-found", { part: "path", field: "" });
});

it("refuses a path that is not percent-encoded text", async () => {
  expectProblem(await api.send("GET", "/api/v1/dispatch/history/%zz"), 400, "invalid-request", { part: "path", field: "dispatch_id" });
});

it("answers HEAD as GET without a body", async () => {
  expect(await api.send("HEAD", contract.healthV2.path)).toMatchObject({ status: 200, text: "" });
  expect(await api.send("HEAD", contract.healthV2.path, { key: null })).toMatchObject({ status: 401, text: "" });
});

it("repeats a request id that can be read, and makes one otherwise", async () => {
  expect((await api.send("GET", contract.healthV2.path, { headers: { "x-request-id": "abc-1" } })).headers.get("x-request-id")).toBe("abc-1");
  const made = await api.send("GET", "/api/nowhere", { headers: { "x-request-id": "x".repeat(65) } });
  expect(made.headers.get("x-request-id")).toMatch(/^[\w-]{3,64}$/);
  expect(made.body.request_id).toBe(made.headers.get("x-request-id"));
});

it("never lets an answer be kept or guessed at", async () => {
  for (const path of [contract.healthV2.path, "/api/nowhere", "/api/health/live"]) {
    const { headers } = await api.send("GET", path);
    expect([headers.get("cache-control"), headers.get("x-content-type-options")]).toEqual(["no-store", "nosniff"]);
  }
});

it("speaks the text form of Prometheus", async () => {
  await api.send("POST", predict, { body: aRequest() });
  const { headers, text } = await api.send("GET", "/metrics", { key: api.keys.read });
  expect(headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(text).toMatch(/^dispatch_ml_predictions_total\{model="bench",version="1",source="model",outcome="ok"\} \d+$/m);
});

it.each([
  ["no HTTP at all", "hello\r\n\r\n"],
  ["a length that is no number", "POST /api/v2/dispatch/predict HTTP/1.1\r\nhost: x\r\ncontent-length: x\r\n\r\n"],
  ["two lengths", "POST /api/v2/dispatch/predict HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}"],
  ["a header without a colon", "GET /api/health/live HTTP/1.1\r\nhost: x\r\nbroken\r\n\r\n"],
  ["headers of 40 KB", `GET /api/health/live HTTP/1.1\r\nhost: x\r\nx: ${"x".repeat(40_000)}\r\n\r\n`],
])("answers 400 to %s", async (_, text) => {
  const [head, body] = (await rawly(text)).split("\r\n\r\n");
  expect(head).toMatch(/^HTTP\/1\.1 400 /);
  expect(head).toMatch(/content-type: application\/problem\+json/);
  const problem = JSON.parse(body!) as { fields: unknown[] };
  expect(problem).toMatchObject({ type: "/problems/invalid-request", success: false });
  expect(problem.fields.length).toBeGreaterThan(0);
});
