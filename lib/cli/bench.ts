import { fork, execFileSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { openSqlite, sqliteInstant } from "@/lib/db/sqlite";
import { logColumns } from "@/lib/dispatch/server/log/row";
import { onnxOutput } from "@/lib/models/onnx";
import { exampleFeatures, syntheticEnsemble, syntheticFeatures, syntheticFolder, syntheticId } from "@/lib/models/synthetic";
import { openOnnxSession } from "@/lib/models/server/onnx-session";
import { writeModelFolder } from "@/lib/models/server/store";
import { serverEnv } from "./server-process.mjs";

/**
 * Answers per server CPU-second, interleaved in one run: bare node:http echo, bare node:http + ONNX + raw group commit (the
 * ceiling: no key, no validation, a fixed row), and our predict with everything on. CPU is that of the whole server process,
 * threads included, read from /proc; the load comes from this process.
 */
// ---- the two baselines, each a process of its own

function readAll(request: import("node:http").IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      resolve(Buffer.concat(chunks).toString());
    });
  });
}

async function serveBaseline(role: string, folder: string): Promise<void> {
  let answer: (body: Record<string, number>) => Promise<string>;
  if (role === "echo") answer = (body) => Promise.resolve(JSON.stringify(body));
  else {
    const ensemble = syntheticEnsemble(100, 5);
    const session = await openOnnxSession(readFileSync(join(folder, "models", syntheticId, "model.onnx")), onnxOutput(ensemble));
    const database = openSqlite({ url: `file:${join(folder, `ceiling-${process.pid}.db`)}`, driver: "auto", synchronous: "FULL", busyTimeoutMs: 5_000 });
    const columns = logColumns;
    database.exec(`CREATE TABLE log (id INTEGER PRIMARY KEY, ${columns.join(", ")})`);
    const insert = database.prepare(`INSERT INTO log (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`);
    const begin = database.prepare("BEGIN IMMEDIATE");
    const commit = database.prepare("COMMIT");
    let waiting: { row: unknown[]; done: () => void }[] = [];
    const flush = (): void => {
      const items = waiting;
      waiting = [];
      begin.run();
      for (const { row } of items) insert.run(...row);
      commit.run();
      for (const { done } of items) done();
    };
    const names = syntheticFeatures.map(({ name }) => name);
    let id = 0;
    answer = async (body) => {
      const [score] = await session.run(Float32Array.from(names, (name) => (body[name]! - 1) / 2), 1);
      const now = sqliteInstant(Date.now());
      const features = JSON.stringify(names.map((name) => body[name]));
      const row = columns.map((name) => (name === "features_json" ? features : name === "prediction_id" ? `id-${++id}` : name.endsWith("_at") ? now : score!));
      await new Promise<void>((done) => {
        if (waiting.push({ row, done }) === 1) setImmediate(flush);
      });
      return JSON.stringify({ success: true, prediction: score! > 0.5 ? 1 : 0, confidence: score });
    };
  }
  const server = createServer((request, response) => {
    void readAll(request)
      .then((text) => answer(JSON.parse(text) as Record<string, number>))
      .then((text) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
        response.end(text);
      });
  });
  server.listen(0, "127.0.0.1", () => {
    process.send?.({ kind: "listening", port: (server.address() as { port: number }).port });
  });
  process.on("disconnect", () => process.exit(0));
}

// ---- the load

type Measured = { requests: number; seconds: number; cpuSeconds: number; perSecond: number; perCpuSecond: number; p50Ms: number; p99Ms: number; errors: number; residentMb: number };

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
}

/** Keep-alive connections that each send the next request when the last is answered. */
async function load(options: { port: number; pid: number; connections: number; seconds: number; requests: Buffer[] }): Promise<Measured> {
  const latencies: number[] = [];
  let errors = 0;
  let next = 0;
  const until = performance.now() + options.seconds * 1000;
  const cpuBefore = cpuSeconds(options.pid);
  const started = performance.now();
  await Promise.all(
    Array.from({ length: options.connections }, () =>
      new Promise<void>((resolve, reject) => {
        const socket = connect({ port: options.port, host: "127.0.0.1", noDelay: true });
        let sentAt = 0;
        let got: Buffer = Buffer.alloc(0);
        const send = (): void => {
          sentAt = performance.now();
          socket.write(options.requests[next++ % options.requests.length]!);
        };
        socket.on("connect", send);
        socket.on("error", reject);
        socket.on("data", (chunk: Buffer) => {
          got = got.length === 0 ? chunk : Buffer.concat([got, chunk]);
          const end = got.indexOf("\r\n\r\n");
          if (end < 0) return;
          const head = got.toString("latin1", 0, end);
          const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
          if (got.length < end + 4 + length) return;
          if (!head.startsWith("HTTP/1.1 200")) errors++;
          got = got.subarray(end + 4 + length);
          latencies.push(performance.now() - sentAt);
          if (performance.now() < until) send();
          else {
            socket.destroy();
            resolve();
          }
        });
      }),
    ),
  );
  const seconds = (performance.now() - started) / 1000;
  const cpu = cpuSeconds(options.pid) - cpuBefore;
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return {
    requests: latencies.length,
    seconds,
    cpuSeconds: cpu,
    perSecond: latencies.length / seconds,
    perCpuSecond: latencies.length / cpu,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    errors,
    residentMb: residentMb(options.pid),
  };
}

function request(port: number, path: string, key: string, body: unknown): Buffer {
  const text = JSON.stringify(body);
  return Buffer.from(`POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}

async function started(child: ChildProcess): Promise<number> {
  for (;;) {
    const [message] = (await once(child, "message")) as [{ kind?: string; port?: number }];
    if (message.kind === "listening") return message.port!;
  }
}

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: "string" }, runs: { type: "string", default: "5" }, seconds: { type: "string", default: "3" }, short: { type: "boolean", default: false }, role: { type: "string" }, folder: { type: "string" } },
  });
  if (values.role) {
    await serveBaseline(values.role, values.folder!);
    return;
  }
  const runs = values.short ? 1 : Number(values.runs);
  const seconds = values.short ? 1 : Number(values.seconds);
  const folder = mkdtempSync(join(tmpdir(), "ml-despacho-bench-"));
  const env = { ...process.env, NODE_ENV: "production" as const, DATA_DIR: folder, MODELS_DIR: join(folder, "models"), DATABASE_URL: `file:${join(folder, "bench.db")}`, PORT: "0", LOG_LEVEL: "error" };
  writeModelFolder(join(folder, "models", syntheticId), syntheticFolder());
  execFileSync(process.execPath, ["lib/cli/build-server.mjs"]);
  const key = execFileSync(process.execPath, ["--import", "tsx", "lib/cli/key-create.ts", "--name", "bench", "--scopes", "predict,read"], { env, encoding: "utf8" }).trim().split("\n").at(-1)!;
  const self = process.argv[1]!;
  const baseline = (role: string): ChildProcess => fork(self, ["--role", role, "--folder", folder], { env, execArgv: ["--import", "tsx"] });
  const children: Record<string, ChildProcess> = { echo: baseline("echo"), ceiling: baseline("ceiling"), ours: fork("build/serve.mjs", ["--no-pages"], { env: { ...env, ...serverEnv } }) };
  const ports: Record<string, number> = {};
  for (const [name, child] of Object.entries(children)) ports[name] = await started(child);

  const random = xoroshiro128plus(11);
  // Each request is another dispatch, as it is at a centre; ids rise.
  const features = Array.from({ length: 200 }, () => exampleFeatures(random));
  const bodies = Array.from({ length: 20_000 }, (_, index) => ({ dispatch_id: index + 1, model: syntheticId, ...features[index % features.length] }));
  let nextId = bodies.length;
  const batch = (size: number): unknown => ({ model: syntheticId, dispatches: Array.from({ length: size }, () => ({ dispatch_id: ++nextId, ...exampleFeatures(random) })) });
  const single = (name: string): Buffer[] => bodies.map((body) => request(ports[name]!, "/api/v2/dispatch/predict", key, body));
  const cases: { name: string; server: string; connections: number; requests: Buffer[]; rows: number }[] = [
    { name: "echo, 16 connections", server: "echo", connections: 16, requests: single("echo"), rows: 1 },
    { name: "ceiling, 16 connections", server: "ceiling", connections: 16, requests: single("ceiling"), rows: 1 },
    { name: "predict, 1 connection", server: "ours", connections: 1, requests: single("ours"), rows: 1 },
    { name: "predict, 16 connections", server: "ours", connections: 16, requests: single("ours"), rows: 1 },
    { name: "predict, 64 connections", server: "ours", connections: 64, requests: single("ours"), rows: 1 },
    { name: "batch of 100, 4 connections", server: "ours", connections: 4, requests: Array.from({ length: 400 }, () => request(ports.ours!, "/api/v2/dispatch/predict/batch", key, batch(100))), rows: 100 },
    { name: "batch of 1000, 2 connections", server: "ours", connections: 2, requests: Array.from({ length: 40 }, () => request(ports.ours!, "/api/v2/dispatch/predict/batch", key, batch(1_000))), rows: 1_000 },
  ];
  const results = new Map<string, Measured[]>(cases.map(({ name }) => [name, []]));
  for (let run = -1; run < runs; run++) {
    for (const each of cases) {
      const measured = await load({ port: ports[each.server]!, pid: children[each.server]!.pid!, connections: each.connections, seconds: run < 0 ? Math.min(seconds, 1) : seconds, requests: each.requests });
      if (run >= 0) results.get(each.name)!.push(measured); // the first round warms up
    }
  }
  for (const child of Object.values(children)) child.kill();
  rmSync(folder, { recursive: true, force: true });

  const summary = cases.map(({ name, rows }) => {
    const own = results.get(name)!;
    return {
      name,
      rows_per_cpu_second: Math.round(median(own.map((each) => each.perCpuSecond * rows))),
      rows_per_second: Math.round(median(own.map((each) => each.perSecond * rows))),
      p50_ms: median(own.map((each) => each.p50Ms)),
      p99_ms: median(own.map((each) => each.p99Ms)),
      resident_mb: Math.round(Math.max(...own.map((each) => each.residentMb))),
      errors: own.reduce((total, each) => total + each.errors, 0),
    };
  });
  const of = (name: string): (typeof summary)[number] => summary.find((each) => each.name === name)!;
  const ratios = {
    predict_16_over_ceiling: of("predict, 16 connections").rows_per_cpu_second / of("ceiling, 16 connections").rows_per_cpu_second,
    predict_16_over_echo: of("predict, 16 connections").rows_per_cpu_second / of("echo, 16 connections").rows_per_cpu_second,
    batch_1000_over_ceiling: of("batch of 1000, 2 connections").rows_per_cpu_second / of("ceiling, 16 connections").rows_per_cpu_second,
  };
  console.log(`median of ${runs} interleaved runs of ${seconds} s; model: 100 trees of depth 5, 13 inputs; SQLite synchronous FULL, committed before the reply`);
  console.log(`${"".padEnd(30)} ${"rows/CPU s".padStart(12)} ${"rows/s".padStart(10)} ${"p50 ms".padStart(8)} ${"p99 ms".padStart(8)} ${"MB".padStart(6)} ${"errors".padStart(7)}`);
  for (const each of summary)
    console.log(`${each.name.padEnd(30)} ${String(each.rows_per_cpu_second).padStart(12)} ${String(each.rows_per_second).padStart(10)} ${each.p50_ms.toFixed(2).padStart(8)} ${each.p99_ms.toFixed(2).padStart(8)} ${String(each.resident_mb).padStart(6)} ${String(each.errors).padStart(7)}`);
  for (const [name, ratio] of Object.entries(ratios)) console.log(`${name}: ${ratio.toFixed(2)}`);
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ runs, seconds, cases: summary, ratios }, null, 2)}\n`);
  process.exit(summary.some((each) => each.errors > 0) ? 1 : 0);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exit(1);
});
