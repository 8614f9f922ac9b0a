import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import packageJson from "@/package.json";
import { openApi } from "./openapi";
import { routes } from "./server/routes";

const document = openApi(routes.map((each) => each.endpoint), packageJson.version);
type Operation = { operationId: string; parameters: { name: string; in: string }[]; responses: Record<string, unknown> };
const operations = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) => Object.values(methods).map((operation) => ({ path, ...operation })));

it("is what public/openapi.json says; otherwise: npm run openapi", () => {
  expect(JSON.parse(readFileSync("public/openapi.json", "utf8"))).toEqual(JSON.parse(JSON.stringify(document)));
});

it("describes every route once, with an id of its own", () => {
  expect(operations).toHaveLength(routes.length);
  expect(new Set(operations.map((each) => each.operationId)).size).toBe(routes.length);
});

it("names the parameters of each path", () => {
  for (const { path, parameters } of operations) {
    const inPath = parameters.filter((each) => each.in === "path").map((each) => each.name);
    expect(inPath.sort(), path).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort());
  }
});

it("shows at least one example of every endpoint", () => {
  expect(routes.filter(({ endpoint }) => endpoint.examples.length === 0).map(({ endpoint }) => `${endpoint.method} ${endpoint.path}`)).toEqual([]);
});

it("has no example that its own schema refuses", () => {
  for (const { endpoint } of routes) {
    for (const example of endpoint.examples) {
      if (example.status >= 400 || !endpoint.body) continue;
      expect(endpoint.body.safeParse(example.body).success, `${endpoint.path}: ${example.name}`).toBe(true);
    }
  }
});
