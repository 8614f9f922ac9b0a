import { afterAll, beforeAll, expect, it } from "vitest";
import type { Endpoint } from "@/lib/http/endpoint";
import { urlOf } from "@/lib/http/call";
import { routes } from "@/lib/http/server/routes";
import { predict, assign } from "@/lib/dispatch/contract";
import { newDataDir, startServer, type TestServer } from "../server";
import { addPerson, Visitor } from "../sign-in";

/** Every example of the reference is sent as it stands; only the id of a thing that the server names is that of a real one. */
let server: TestServer;
let visitor: Visitor;
let predictionId: string;
const json = { "content-type": "application/json" };

beforeAll(async () => {
  // With the pages: a person signs in through them.
  server = await startServer({ dataDir: newDataDir(), pages: true });
  const { password } = await addPerson(server, "reader", "admin");
  visitor = new Visitor(server.url);
  await visitor.signIn("reader", password);
  await server.post(assign.path, assign.examples[0]!.body);
  predictionId = String((await server.post(predict.path, predict.examples[0]!.body)).body.prediction_id);
  // The log is written after the answer.
  for (const path of [`/api/console/predictions/${predictionId}`, "/api/v1/dispatch/history/10231"])
    for (let i = 0; i < 100 && (await server.get(path)).status !== 200; i++) await new Promise((resolve) => setTimeout(resolve, 100));
});
afterAll(async () => {
  await server.stop();
});

let next = 0;
/** Something of its own for each example that changes it. */
async function realId(path: string): Promise<string | null> {
  if (path.includes("/predictions/{id}")) return predictionId;
  if (path.includes("/people/{id}")) return (await addPerson(server, `example${next++}`, "operator")).id;
  if (path.includes("/keys/{id}")) {
    const { body } = await server.post("/api/console/keys", { name: "central", scopes: ["predict"] });
    return (body.key as { id: string }).id;
  }
  if (path.includes("/views/{id}")) return String((await server.post("/api/console/views", { screen: "predictions", name: "Noche", query: "", shared: false })).body.id);
  return null;
}

async function send(endpoint: Endpoint, { params, query, body }: Endpoint["examples"][number], signal: AbortSignal): Promise<Response> {
  const id = await realId(endpoint.path);
  const address = urlOf(endpoint, { ...(params as Record<string, unknown> | undefined), ...(id === null ? {} : { id }) }, (query as Record<string, unknown> | undefined) ?? {});
  const init = { method: endpoint.method, signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  // What a person alone may do takes their session.
  if (endpoint.path.startsWith("/api/console/me")) return await visitor.fetch(address, { ...init, headers: json });
  return await fetch(server.url + address, { ...init, headers: { authorization: `Bearer ${server.key}`, ...json } });
}

const examples = routes.flatMap(({ endpoint }) => endpoint.examples.map((example) => ({ name: `${endpoint.method} ${endpoint.path}: ${example.name}`, endpoint, example })));

it("has examples of every endpoint", () => {
  expect(new Set(examples.map(({ endpoint }) => endpoint)).size).toBe(routes.length);
});

it.each(examples)("$name", async ({ endpoint, example }) => {
  const ended = new AbortController();
  const response = await send(endpoint, example, ended.signal);
  if (endpoint.produces === "text/event-stream") {
    // It has no end: the headers are the answer.
    expect(response.status).toBe(example.status);
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    ended.abort();
    return;
  }
  const text = await response.text();
  expect(response.status, text.slice(0, 500)).toBe(example.status);
  if (!response.ok) expect(response.headers.get("content-type")).toContain("application/problem+json");
  else if (endpoint.produces === "application/json") endpoint.response.parse(JSON.parse(text));
  else expect(response.headers.get("content-type")).not.toContain("json;");
});
