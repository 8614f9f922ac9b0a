import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Endpoint, Scope } from "@/lib/http/endpoint";
import { routes } from "@/lib/http/server/routes";
import { expectProblem, openApi, type Api } from "../api-server";

let api: Api;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.stop());

const all = routes.map(({ endpoint }) => endpoint);
const closed = all.filter(({ access }) => access !== "public");
const scoped = all.flatMap((endpoint) => (typeof endpoint.access === "string" ? [] : [{ endpoint, access: endpoint.access }]));
const named = <T extends { endpoint: Endpoint }>(each: T): [string, T] => [`${each.endpoint.method} ${each.endpoint.path}`, each];
const pathOf = (endpoint: Endpoint): string => endpoint.path.replace(/\{\w+\}/g, "1");
const everyScope: Scope[] = ["predict", "decide", "log", "read", "operate", "admin"];

it("leaves only the two probes open", () => {
  expect(all.filter(({ access }) => access === "public").map(({ path }) => path)).toEqual(["/api/health/live", "/api/health/ready"]);
});

it.each([["/api/health/live"], ["/api/health/ready"]])("answers %s without a key", async (path) => {
  expect(await api.send("GET", path, { key: null })).toMatchObject({ status: 200, body: { status: "pass" } });
});

describe.each(closed.map((endpoint) => named({ endpoint })))("%s", (_, { endpoint }) => {
  const ask = (sent: { key?: string | null; headers?: Record<string, string> }) => api.send(endpoint.method, pathOf(endpoint), { ...sent, ...(endpoint.body ? { body: {} } : {}) });
  const where = { part: "header", field: "authorization" };

  it("refuses a request without a key", async () => {
    const answer = await ask({ key: null });
    expectProblem(answer, 401, "unauthenticated", where);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
  });

  it("refuses wrong, revoked and expired keys", async () => {
    const { all: good } = api.keys;
    const tampered = `${good.slice(0, -1)}${good.endsWith("a") ? "b" : "a"}`;
    for (const key of ["", "x", tampered, good.toLowerCase(), `${good}x`, api.keys.revoked, api.keys.expired]) expectProblem(await ask({ key }), 401, "unauthenticated", where);
    for (const headers of [{ "x-api-key": "" }, { "x-api-key": tampered }, { authorization: `Basic ${good}` }, { authorization: good }]) expectProblem(await ask({ key: null, headers: headers }), 401, "unauthenticated", where);
  });

  it("refuses a wrong key beside a right one", async () => {
    const { all: good } = api.keys;
    expectProblem(await ask({ key: good, headers: { "x-api-key": `${good.slice(0, -1)}-` } }), 401, "unauthenticated", where);
    expectProblem(await ask({ key: `${good.slice(0, -1)}-`, headers: { "x-api-key": good } }), 401, "unauthenticated", where);
  });
});

it.each(scoped.map(named))("%s asks for its scopes", async (_, { endpoint, access }) => {
  for (const scope of everyScope) {
    // A stream that lets in never ends; that it keeps out is seen with the other scopes.
    if (endpoint.produces === "text/event-stream" && access.includes(scope)) continue;
    const answer = await api.send(endpoint.method, pathOf(endpoint), { key: api.keys[scope], ...(endpoint.body ? { body: {} } : {}) });
    if (access.includes(scope)) expect([401, 403]).not.toContain(answer.status);
    else {
      expectProblem(answer, 403, "forbidden", { part: "header", field: "authorization" });
      expect(answer.body.required_scopes).toEqual(access);
    }
  }
});

it("takes the key in either header", async () => {
  for (const headers of [{ authorization: `Bearer ${api.keys.read}` }, { authorization: `bearer  ${api.keys.read} ` }, { "x-api-key": api.keys.read }])
    expect((await api.send("GET", "/api/v2/dispatch/health", { key: null, headers: headers })).status).toBe(200);
});

it("says when to come back to a key over its rate", async () => {
  const ask = () => api.send("GET", "/api/v2/dispatch/health", { key: api.keys.limited });
  expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
  const answer = await ask();
  expectProblem(answer, 429, "too-many-requests");
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(1);
});

it("tells nothing about paths to who may not come in", async () => {
  expectProblem(await api.send("GET", "/api/v1/dispatch/nowhere", { key: null }), 401, "unauthenticated");
  expectProblem(await api.send("DELETE", "/api/v1/dispatch/assign", { key: null }), 401, "unauthenticated");
});
