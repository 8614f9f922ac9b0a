import { afterAll, beforeAll, expect, it } from "vitest";
import { urlOf } from "@/lib/http/call";
import { routes } from "@/lib/http/server/routes";
import { newDataDir, startServer, type TestServer } from "../server";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ dataDir: newDataDir() });
});
afterAll(async () => {
  await server.stop();
});

const examples = routes.flatMap(({ endpoint }) => endpoint.examples.map((example) => ({ name: `${endpoint.method} ${endpoint.path}: ${example.name}`, endpoint, example })));

it("has examples to show", () => {
  expect(examples.length).toBeGreaterThan(0);
});

it.each(examples)("$name", async ({ endpoint, example }) => {
  const { params = {}, query = {}, body } = example as { params?: Record<string, unknown>; query?: Record<string, unknown>; body?: unknown };
  const response = await fetch(server.url + urlOf(endpoint, params, query), { method: endpoint.method, headers: { authorization: `Bearer ${server.key}`, "content-type": "application/json" }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  expect(response.status).toBe(example.status);
  if (response.ok) endpoint.response.parse(await response.json());
  else expect(response.headers.get("content-type")).toContain("application/problem+json");
});
