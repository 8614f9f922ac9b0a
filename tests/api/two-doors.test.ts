import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { routes } from "@/lib/http/server/routes";
import { syntheticId } from "@/lib/models/synthetic";
import { aRequest, anAssignment, leakyId, makeKeys, narrowId, openApi, writeTestModels, type Api, type Keys } from "../api-server";
import { deliver, mutated, type Mutated, type Verdict } from "../mutations";
import { newDataDir } from "../server";

const root = resolve(import.meta.dirname, "../..");
const next = join(root, "node_modules/next/dist/bin/next");

type Door = { url: string; keys: Keys };
let api: Api;
let other: Door & { process: ChildProcess; dataDir: string };

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

/** Next by itself on the built pages, as on a host that runs no custom server. */
async function openNext(): Promise<typeof other> {
  if (!existsSync(join(root, ".next/BUILD_ID"))) throw new Error("the pages are not built: npm run build");
  const dataDir = newDataDir();
  writeTestModels(join(dataDir, "models"));
  const databaseUrl = `file:${join(dataDir, "ml-despacho.db")}`;
  const keys = await makeKeys(databaseUrl);
  const port = await freePort();
  const child = spawn(process.execPath, [next, "start", "-p", String(port), "-H", "127.0.0.1"], {
    cwd: root,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", LOG_LEVEL: "silent", DATA_DIR: dataDir, DATABASE_URL: databaseUrl, MODELS_DIR: join(dataDir, "models"), DEFAULT_MODEL: syntheticId },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    const ready = await fetch(`${url}/api/health/ready`).catch(() => null);
    if (ready?.status === 200) break;
    if (child.exitCode !== null || tries > 300) throw new Error(`Next did not start: ${output.slice(-2_000)}`);
    await new Promise((wait) => setTimeout(wait, 100));
  }
  return { url, keys, process: child, dataDir };
}

beforeAll(async () => {
  [api, other] = [await openApi({ LOG_LEVEL: "silent" }), await openNext()];
}, 120_000);
afterAll(async () => {
  await api.stop();
  const ended = once(other.process, "exit");
  other.process.kill("SIGTERM");
  await ended;
  rmSync(other.dataDir, { recursive: true, force: true });
});

/** Headers that a client may act on. Lengths and connections belong to the transport. */
const matter = ["content-type", "cache-control", "x-content-type-options", "www-authenticate", "allow", "retry-after", "idempotent-replayed"];

/** What differs between any two answers: ids, instants and durations. */
function comparable({ status, headers, text, sent }: Verdict): unknown {
  const kept = Object.fromEntries(matter.map((name) => [name, headers[name] ?? null]));
  // Figures of the process, and reports that say when they were made.
  if (sent.path.startsWith("/metrics") || (status < 300 && sent.path.startsWith("/api/v3/"))) return { status, headers: kept };
  const body = text
    .replace(/"(prediction_id|timestamp|request_id|created_at|updated_at|request_timestamp)":"[^"]*"/g, '"$1":"…"')
    .replace(/"(avg_latency_ms|spool_bytes|waiting_rows)":[\d.e-]+/g, '"$1":0');
  return { status, headers: kept, body };
}

async function both(one: Mutated, two: Mutated = one): Promise<void> {
  const first = await deliver(api.url, one);
  const second = await deliver(other.url, two);
  expect(comparable(second), `${one.method} ${one.path.slice(0, 200)}`).toEqual(comparable(first));
}

const json = { "content-type": "application/json" };
const request = (method: Mutated["method"], path: string, key: keyof Keys | null, body?: unknown, headers: Record<string, string> = {}) => {
  const of = (keys: Keys): Mutated => ({ endpoint: path, method, path, standing: "in", headers: { ...(body === undefined ? {} : json), ...(key === null ? {} : { authorization: `Bearer ${keys[key]}` }), ...headers }, body: body === undefined ? null : Buffer.from(typeof body === "string" ? body : JSON.stringify(body)) });
  return both(of(api.keys), of(other.keys));
};

const v1 = "/api/v1/dispatch";
const v2 = "/api/v2/dispatch";

describe("good requests", () => {
  it("get the same answers, in the same order, from both", async () => {
    for (let at = 0; at < 30; at++) {
      await request("POST", `${v1}/assign`, "predict", anAssignment({ dispatch_id: at, severity_level: 1 + (at % 5), colour: at }));
      await request("POST", `${v2}/predict`, "predict", aRequest({ dispatch_id: at, hour_of_day: at % 24, explain: at % 3 === 0, ...(at % 4 === 0 ? { model: narrowId, active_dispatches_count: at } : {}) }));
      await request("POST", `${v2}/outcomes`, "log", { dispatch_id: at, actual_response_time_minutes: at, was_optimal: at % 2 === 0 });
    }
    await request("POST", `${v1}/assign/batch`, "predict", { dispatches: [anAssignment(), {}, 7] });
    await request("POST", `${v2}/predict/batch`, "predict", { dispatches: Array.from({ length: 50 }, (_, at) => aRequest({ dispatch_id: at, hour_of_day: at % 26 })) });
    for (const path of [`${v1}/health`, `${v1}/test`, `${v1}/history/3`, `${v1}/history/recent?limit=5`, `${v1}/history/ambulance/22`, `${v1}/statistics?hours=2`, `${v1}/statistics/ambulance/22`, `${v1}/statistics/severity-distribution`, `${v2}/health`, `${v2}/model/info`, `${v2}/model/info?model=${narrowId}`, `${v2}/model/feature-importance`, `${v2}/statistics`, "/metrics", "/api/health/live", "/api/health/ready"]) {
      await request("GET", path, "all");
      await request("HEAD", path, "all");
    }
  });

  it("are replayed by Idempotency-Key at both", async () => {
    for (const id of [1, 1, 2]) await request("POST", `${v2}/predict`, "predict", aRequest({ dispatch_id: id }), { "idempotency-key": "k" });
  });
});

describe("bad requests", () => {
  it("are refused in the same words by both", async () => {
    for (const { endpoint } of routes.filter(({ endpoint: { path } }) => /^\/(api\/(v[12]|health)\/|metrics)/.test(path))) {
      const path = endpoint.path.replace(/\{\w+\}/g, "1");
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const) await request(method, path, "all", endpoint.body ? {} : undefined);
      for (const key of [null, "revoked", "expired", "operate", "decide"] as const) await request(endpoint.method, path, key, endpoint.body ? {} : undefined);
      if (!endpoint.body) continue;
      for (const body of ["", "{", "null", "[]", '"x"', "\u0000"]) await request(endpoint.method, path, "all", body);
      for (const type of ["text/plain", "application/xml", "application/json;charset=x"]) await request(endpoint.method, path, "all", "{}", { "content-type": type });
      await request(endpoint.method, path, "all", " ".repeat(endpoint.maxBodyBytes + 1));
    }
    for (const path of ["/api/nowhere", "/api/v1/dispatch/nowhere", "/api/v1/dispatch/assign/", "/api/V1/dispatch/assign", `${v1}/history/x`, `${v1}/history/%20`, `${v1}/history/1%2F2`, `${v1}/history/999`, `${v1}/statistics?hours=0`, `${v2}/model/info?model=nobody@1`, `${v2}/statistics?hours=1&hours=2`]) await request("GET", path, "all");
    for (const model of [leakyId, "nobody@1", "x"]) await request("POST", `${v2}/predict`, "all", aRequest({ model }));
  });

  it("are refused alike when they are mutated", async () => {
    const endpoints = routes.map(({ endpoint }) => endpoint).filter(({ path }) => /^\/api\/v[12]\//.test(path));
    const draw = (keys: Keys): Mutated[] => fc.sample(mutated(endpoints, keys), { numRuns: 400, seed: 11 });
    const [ones, twos] = [draw(api.keys), draw(other.keys)];
    let sent = 0;
    for (const [at, one] of ones.entries()) {
      // Next answers these paths before any handler: a broken escape, a doubled slash, dots that a URL resolves.
      if (/%zz|%2e|\/\/|%00|^[^?]*\/(\?|$)/.test(one.path)) continue;
      await both(one, twos[at]);
      sent++;
    }
    expect(sent).toBeGreaterThan(300);
  });
});
