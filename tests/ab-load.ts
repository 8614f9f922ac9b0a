import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import sql from "mssql";
import { draw } from "@/lib/ab-testing/draw";
import { openSqlite } from "@/lib/db/sqlite";
import { parseSqlServerUrl } from "@/lib/db/sqlserver-url";
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

type Row = { dispatch_key: string; arm: number; turn: number | null; degraded: number | boolean; share: number; seq: number };
async function readDecisions(databaseUrl: string, experimentKey: string): Promise<Row[]> {
  const text = "SELECT dispatch_key, arm, turn, degraded, share, seq FROM";
  if (!databaseUrl.startsWith("sqlserver:")) return select<Row>(databaseUrl, `${text} ab_test_log WHERE experiment_key = ? ORDER BY seq`, experimentKey);
  const pool = await new sql.ConnectionPool({ ...parseSqlServerUrl(databaseUrl), requestTimeout: 60_000 }).connect();
  const { recordset } = await pool.request().input("key", experimentKey).query<Row>(`${text} [ml].[ab_test_log] WHERE experiment_key = @key ORDER BY seq`);
  await pool.close();
  return recordset;
}

/** Rows of the SQLite file, past the server. */
export function select<T>(databaseUrl: string, text: string, ...values: string[]): T[] {
  const database = openSqlite({ url: databaseUrl, driver: "auto", synchronous: "FULL", busyTimeoutMs: 10_000 });
  try {
    return database.prepare(text).all(...values) as T[];
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
export async function roundRobin(processes: number, decisions: number, options: { connections?: number; waitMs?: number; databaseUrl?: string } = {}): Promise<RoundRobin> {
  const { connections = 4, waitMs = 5_000 } = options;
  const database = options.databaseUrl === undefined ? {} : { databaseUrl: options.databaseUrl };
  const dataDir = newDataDir();
  const key = makeKey(dataDir, allScopes, options.databaseUrl);
  const servers: TestServer[] = [];
  try {
    for (let i = 0; i < processes; i++) servers.push(await startServer({ dataDir, key, ...database, env: { LOG_DEADLINE_MS: String(waitMs) } }));
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
    const rows = await readDecisions(servers[0]!.databaseUrl, experimentKey);
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
    await run(2);
    // The median: another process of the machine disturbs one run, seldom two.
    const runs = [await run(seconds), await run(seconds), await run(seconds)].sort((a, b) => a.perCpuSecond - b.perCpuSecond);
    return { ...runs[1]!, degraded: sumOf(runs, "degraded"), errors: sumOf(runs, "errors") };
  } finally {
    await server.stop();
  }
}

const sumOf = (runs: readonly Cost[], what: "degraded" | "errors"): number => runs.reduce((sum, run) => sum + run[what], 0);

export type Away = { answers: number; degraded: number; errors: number; p99Ms: number; worstMs: number; disagreeing: number; missing: number; /** Degraded rows whose phase is not that of the draw. */ notByTheDraw: number; /** Answers while the store was away that did not say so. */ unmarked: number };

/** Another process holds the database while dispatches are decided: what was answered must be what is stored afterwards. */
export async function storeAway(seconds: number): Promise<Away> {
  const server = await startServer({ dataDir: newDataDir() });
  try {
    await putConfig(server, { experiment_key: "away", strategy: { kind: "round_robin" } });
    const answers = new Map<string, number>();
    const latencies: number[] = [];
    let [id, degraded, errors, unmarked] = [0, 0, 0, 0];
    const awayMs: [number, number] = [Infinity, Infinity];
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
            else if (performance.now() - ms > awayMs[0] && performance.now() < awayMs[1]) unmarked++;
            answers.set(String(body.dispatch_id), Number(body.phase));
          },
        ),
      ),
    );
    await pause(500);
    const other = openSqlite({ url: server.databaseUrl, driver: "auto", synchronous: "FULL", busyTimeoutMs: 10_000 });
    other.exec("BEGIN EXCLUSIVE");
    awayMs[0] = performance.now();
    await pause(seconds * 1_000);
    awayMs[1] = performance.now();
    other.exec("COMMIT");
    other.close();
    await pause(500);
    stop = true;
    await load;
    let rows: Row[] = [];
    let stored = new Map<string, number>();
    for (let i = 0; i < 300 && stored.size < answers.size; i++) {
      await pause(100);
      rows = await readDecisions(server.databaseUrl, "away");
      stored = new Map(rows.map((row) => [row.dispatch_key, row.arm]));
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
      notByTheDraw: rows.filter((row) => Boolean(row.degraded) && row.arm !== (draw("away", row.dispatch_key) < 0.5 ? 2 : 1)).length,
      unmarked,
    };
  } finally {
    await server.stop();
  }
}

export type Changes = { decisions: number; repeats: number; moved: number; shares: number; errors: number };

/** The share is changed again and again while dispatches arrive and earlier ones are asked again: no stored answer may move. */
export async function changesUnderLoad(changes: number): Promise<Changes> {
  const server = await startServer({ dataDir: newDataDir(), env: { LOG_DEADLINE_MS: "5000" } });
  try {
    const random = xoroshiro128plus(11);
    const pick = (n: number): number => (random.next() >>> 0) % n;
    await putConfig(server, { experiment_key: "changes", strategy: { kind: "weight_based", phase2_share: 0.5 } });
    const first = new Map<number, number>();
    let [last, repeats, moved, errors, stop] = [0, 0, 0, 0, false];
    const load = Promise.all(
      Array.from({ length: 8 }, () =>
        sendAll(
          portOf(server),
          () => (stop ? null : requestOf(`${base}/decide-phase`, server.key, { dispatch_id: last > 20 && pick(2) === 0 ? 1 + pick(last - 10) : ++last })),
          ({ status, body }) => {
            if (status !== 200) errors++;
            const id = Number(body.dispatch_id);
            const known = first.get(id);
            if (known === undefined) first.set(id, Number(body.phase));
            else {
              repeats++;
              if (known !== body.phase) moved++;
            }
          },
        ),
      ),
    );
    for (let i = 0; i < changes; i++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const percent = 1 + ((i * 37) % 99);
      await putConfig(server, { strategy: { kind: "weight_based", phase2_share: percent / 100 }, confirmation: String(percent) });
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    stop = true;
    await load;
    const rows = await readDecisions(server.databaseUrl, "changes");
    moved += rows.filter((row) => first.get(Number(row.dispatch_key)) !== row.arm).length;
    return { decisions: first.size, repeats, moved, shares: new Set(rows.map((row) => row.share)).size, errors };
  } finally {
    await server.stop();
  }
}

/** Milliseconds until each process answers with share 0, all asked at once and often. */
async function untilZero(servers: readonly TestServer[]): Promise<number> {
  const began = performance.now();
  const waits = servers.map(async (server) => {
    while (((await server.get(`${base}/status`)).body as { share?: number }).share !== 0) {
      if (performance.now() - began > 20_000) throw new Error("the share is not 0 after 20 s");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return performance.now() - began;
  });
  return Math.max(...(await Promise.all(waits)));
}

/** The kill switch pressed at one process: until every other one follows. */
export async function killSwitch(servers: readonly TestServer[]): Promise<number> {
  await putConfig(servers[0]!, { experiment_key: "kill", strategy: { kind: "weight_based", phase2_share: 1 }, confirmation: "100" });
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await putConfig(servers[0]!, { strategy: { kind: "weight_based", phase2_share: 0 } });
  return await untilZero(servers);
}

export type Withdrawal = { ofPhase2: number; /** Status of a change of the share while the ramp runs. */ changedByHand: number; everywhereMs: number; alerts: number; audits: number; versions: number };

/** A model whose every call falls back at the ramp's 5 % step, decided and logged at all processes in turn. */
export async function failingModel(servers: readonly TestServer[], firstId: number): Promise<Withdrawal> {
  const [one] = servers;
  const databaseUrl = one!.databaseUrl;
  const count = (text: string): number => select<{ n: number }>(databaseUrl, `SELECT COUNT(*) AS n FROM ${text}`)[0]!.n;
  await putConfig(one!, { experiment_key: "failing", strategy: { kind: "weight_based", phase2_share: 0 } });
  const started = await one!.post(`${base}/ramp/start`, { reason: "test", steps: [{ share: 0.05 }, { share: 0.5 }] });
  if (started.status !== 200) throw new Error(`the ramp did not start: ${JSON.stringify(started.body)}`);
  const { body } = await one!.get(`${base}/config`);
  const byHand = await fetch(`${one!.url}${base}/config`, {
    method: "PUT",
    headers: { authorization: `Bearer ${one!.key}`, "content-type": "application/json" },
    body: JSON.stringify({ expected_version: (body.config as { version: number }).version, reason: "by hand", strategy: { kind: "weight_based", phase2_share: 0.2 } }),
  });
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  let ofPhase2 = 0;
  for (let id = firstId; id < firstId + 4_000; id++) {
    const server = servers[id % servers.length]!;
    if ((await server.post(`${base}/decide-phase`, { dispatch_id: id })).body.phase !== 2) continue;
    ofPhase2 += 1;
    await server.post(`${base}/log`, { dispatch_id: id, phase_used: 2, fallback: true, latency_ms: 5 });
    if (count("ab_config WHERE origin = 'guardrail' AND experiment_key = 'failing'") > 0) break;
  }
  return {
    ofPhase2,
    changedByHand: byHand.status,
    everywhereMs: await untilZero(servers),
    alerts: count("system_alerts WHERE check_name = 'ab-guardrail' AND alert_type = 'PERFORMANCE_DEGRADATION' AND severity = 'CRITICAL' AND status = 'OPEN'"),
    audits: count("audit_log WHERE action = 'ramp.rollback' AND actor_kind = 'system'"),
    versions: count("ab_config WHERE origin = 'guardrail' AND experiment_key = 'failing'"),
  };
}
