import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { openSqlite } from "@/lib/db/sqlite";
import { allScopes, makeKey, newDataDir, startServer, type TestServer } from "./server";

/** Load on the A/B test against the built server: several processes on one database, and what one decision costs. */
export const base = "/api/v3/ab-testing";
export type Answer = { status: number; body: Record<string, unknown>; ms: number };

export function requestOf(path: string, key: string, body: unknown): Buffer {
  const text = JSON.stringify(body);
  return Buffer.from(`POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}

/** One kept-alive connection that sends the next request when the last is answered, until there is none. */
export function sendAll(port: number, next: () => Buffer | null, answered: (answer: Answer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let sentAt = 0;
    let got: Buffer = Buffer.alloc(0);
    const send = (): void => {
      const request = next();
      if (!request) {
        socket.destroy();
        resolve();
        return;
      }
      sentAt = performance.now();
      socket.write(request);
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
      const body = JSON.parse(got.toString("utf8", end + 4, end + 4 + length)) as Record<string, unknown>;
      got = got.subarray(end + 4 + length);
      answered({ status: Number(head.slice(9, 12)), body, ms: performance.now() - sentAt });
      send();
    });
  });
}

export const portOf = (server: TestServer): number => Number(new URL(server.url).port);

export async function putConfig(server: TestServer, change: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { body } = await server.get(`${base}/config`);
  const { version } = body.config as { version: number };
  const response = await fetch(`${server.url}${base}/config`, {
    method: "PUT",
    headers: { authorization: `Bearer ${server.key}`, "content-type": "application/json" },
    body: JSON.stringify({ expected_version: version, reason: "test", confirmation: "50", ...change }),
  });
  const text = (await response.json()) as Record<string, unknown>;
  if (response.status !== 200) throw new Error(`PUT config: ${response.status} ${JSON.stringify(text)}`);
  return text.config as Record<string, unknown>;
}

type Row = { dispatch_key: string; arm: number; turn: number | null; degraded: number };
export function readDecisions(databaseUrl: string, experimentKey: string): Row[] {
  const database = openSqlite({ url: databaseUrl, driver: "auto", synchronous: "FULL", busyTimeoutMs: 10_000 });
  try {
    return database.prepare("SELECT dispatch_key, arm, turn, degraded FROM ab_test_log WHERE experiment_key = ? ORDER BY seq").all(experimentKey) as Row[];
  } finally {
    database.close();
  }
}

export type RoundRobin = {
  processes: number;
  decisions: number;
  seconds: number;
  perSecond: number;
  rows: number;
  gaps: number;
  /** Neighbours in turn with one arm. */
  repeats: number;
  difference: number;
  twoArms: number;
  retriesThatDiffer: number;
  degraded: number;
  errors: number;
  p99Ms: number;
  worstMs: number;
};

/**
 * Round robin in several processes on one database, ids in random order, one in ten asked again elsewhere. The processes
 * are many more than the cores, so each may wait long for the database: what is looked at is whether turns are exact.
 */
export async function roundRobin(processes: number, decisions: number, connections = 4, waitMs = 5_000): Promise<RoundRobin> {
  const dataDir = newDataDir();
  const key = makeKey(dataDir, allScopes);
  const servers: TestServer[] = [];
  try {
    for (let i = 0; i < processes; i++) servers.push(await startServer({ dataDir, key, env: { LOG_DEADLINE_MS: String(waitMs) } }));
    const experimentKey = "load-rr";
    await putConfig(servers[0]!, { experiment_key: experimentKey, strategy: { kind: "round_robin" } });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const random = xoroshiro128plus(8);
    const pick = (n: number): number => (random.next() >>> 0) % n;
    const ids = Array.from({ length: Math.round(decisions / 1.1) }, (_, i) => i + 1);
    while (ids.length < decisions) ids.push(ids[pick(ids.length)]!);
    for (let i = ids.length - 1; i > 0; i--) {
      const j = pick(i + 1);
      [ids[i], ids[j]] = [ids[j]!, ids[i]!];
    }
    const answers = new Map<number, Set<number>>();
    const latencies: number[] = [];
    let [degraded, errors, at] = [0, 0, 0];
    const began = performance.now();
    await Promise.all(
      servers.flatMap((server) =>
        Array.from({ length: connections }, () =>
          sendAll(
            portOf(server),
            () => (at < ids.length ? requestOf(`${base}/decide-phase`, key, { dispatch_id: ids[at++] }) : null),
            ({ status, body, ms }) => {
              latencies.push(ms);
              if (status !== 200) errors++;
              if (body.degraded === true) degraded++;
              const id = Number(body.dispatch_id);
              const own = answers.get(id) ?? new Set<number>();
              answers.set(id, own.add(Number(body.phase)));
            },
          ),
        ),
      ),
    );
    const seconds = (performance.now() - began) / 1000;
    const rows = readDecisions(servers[0]!.databaseUrl, experimentKey);
    const turns = rows.flatMap((row) => (row.turn === null ? [] : [{ turn: row.turn, arm: row.arm }])).sort((a, b) => a.turn - b.turn);
    latencies.sort((a, b) => a - b);
    const stored = new Map(rows.map((row) => [row.dispatch_key, row.arm]));
    return {
      processes,
      decisions: ids.length,
      seconds,
      perSecond: ids.length / seconds,
      rows: rows.length,
      gaps: turns.filter(({ turn }, i) => turn !== i + 1).length,
      repeats: turns.filter(({ arm }, i) => i > 0 && turns[i - 1]!.arm === arm).length,
      difference: Math.abs(turns.filter(({ arm }) => arm === 1).length - turns.filter(({ arm }) => arm === 2).length),
      twoArms: rows.length - stored.size,
      retriesThatDiffer: [...answers].filter(([id, phases]) => phases.size > 1 || !phases.has(stored.get(String(id)) ?? 0)).length,
      degraded,
      errors,
      p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
      worstMs: latencies.at(-1) ?? 0,
    };
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export type Cost = { strategy: string; decisions: number; perCpuSecond: number; perSecond: number; p99Ms: number; degraded: number; errors: number };

/** Durable decisions per CPU-second of one server process, all its threads included, on 16 connections. */
export async function decisionCost(strategy: Record<string, unknown>, seconds: number): Promise<Cost> {
  const dataDir = newDataDir();
  const server = await startServer({ dataDir });
  try {
    await putConfig(server, { experiment_key: "cost", strategy });
    let id = 0;
    const run = async (forSeconds: number): Promise<Cost> => {
      const latencies: number[] = [];
      let [degraded, errors] = [0, 0];
      const began = performance.now();
      const cpu = cpuSeconds(server.process.pid!);
      const until = began + forSeconds * 1000;
      await Promise.all(
        Array.from({ length: 16 }, () =>
          sendAll(
            portOf(server),
            () => (performance.now() < until ? requestOf(`${base}/decide-phase`, server.key, { dispatch_id: ++id }) : null),
            ({ status, body, ms }) => {
              latencies.push(ms);
              if (status !== 200) errors++;
              if (body.degraded === true) degraded++;
            },
          ),
        ),
      );
      const spent = cpuSeconds(server.process.pid!) - cpu;
      latencies.sort((a, b) => a - b);
      return { strategy: String(strategy.kind), decisions: latencies.length, perCpuSecond: latencies.length / spent, perSecond: latencies.length / ((performance.now() - began) / 1000), p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? 0, degraded, errors };
    };
    await run(1);
    return await run(seconds);
  } finally {
    await server.stop();
  }
}

export type Away = { answers: number; degraded: number; errors: number; p99Ms: number; worstMs: number; disagreeing: number; missing: number };

/** Another process holds the database while dispatches are decided: what was answered must be what is stored afterwards. */
export async function storeAway(seconds: number): Promise<Away> {
  const server = await startServer({ dataDir: newDataDir() });
  try {
    await putConfig(server, { experiment_key: "away", strategy: { kind: "round_robin" } });
    const answers = new Map<string, number>();
    const latencies: number[] = [];
    let [id, degraded, errors] = [0, 0, 0];
    let stop = false;
    const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
    const load = Promise.all(
      Array.from({ length: 4 }, () =>
        sendAll(
          portOf(server),
          () => (stop ? null : requestOf(`${base}/decide-phase`, server.key, { dispatch_id: ++id })),
          ({ status, body, ms }) => {
            latencies.push(ms);
            if (status !== 200) errors++;
            if (body.degraded === true) degraded++;
            answers.set(String(body.dispatch_id), Number(body.phase));
          },
        ),
      ),
    );
    await pause(500);
    const other = openSqlite({ url: server.databaseUrl, driver: "auto", synchronous: "FULL", busyTimeoutMs: 10_000 });
    other.exec("BEGIN EXCLUSIVE");
    await pause(seconds * 1_000);
    other.exec("COMMIT");
    other.close();
    await pause(500);
    stop = true;
    await load;
    let stored = new Map<string, number>();
    for (let i = 0; i < 300 && stored.size < answers.size; i++) {
      await pause(100);
      stored = new Map(readDecisions(server.databaseUrl, "away").map((row) => [row.dispatch_key, row.arm]));
    }
    latencies.sort((a, b) => a - b);
    return {
      answers: answers.size,
      degraded,
      errors,
      p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
      worstMs: latencies.at(-1) ?? 0,
      missing: [...answers.keys()].filter((key) => !stored.has(key)).length,
      disagreeing: [...answers].filter(([key, phase]) => stored.has(key) && stored.get(key) !== phase).length,
    };
  } finally {
    await server.stop();
  }
}
