import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { openSqlite } from "@/lib/db/sqlite";
import { exampleFeatures, syntheticFolder, syntheticId } from "@/lib/models/synthetic";
import { writeModelFolder } from "@/lib/models/server/store";
import { allScopes, makeKey, newDataDir, startServer, type TestServer } from "./server";

/** Load and faults against the built server: what was acknowledged must be in the log exactly once, in order. */
export type Acknowledged = { predictionId: string; dispatchId: number; recorded: boolean };

export async function modelEnv(dataDir: string): Promise<Record<string, string>> {
  const models = join(dataDir, "models");
  mkdirSync(dataDir, { recursive: true });
  writeModelFolder(join(models, syntheticId), syntheticFolder());
  return Promise.resolve({ MODELS_DIR: models, DEFAULT_MODEL: syntheticId });
}

/** Sequential clients, each counting its dispatch ids up from its own base, until told to stop or the server is gone. */
export function startLoad(server: TestServer, clients: number, stopped: () => boolean) {
  const acknowledged: Acknowledged[] = [];
  const errors: string[] = [];
  const latenciesMs: number[] = [];
  const client = async (index: number): Promise<void> => {
    const random = xoroshiro128plus(index + 1);
    for (let n = 0; !stopped(); n++) {
      const dispatchId = index * 1_000_000 + n;
      const began = performance.now();
      try {
        const { status, body } = await server.post("/api/v2/dispatch/predict", { dispatch_id: dispatchId, model: syntheticId, ...exampleFeatures(random) });
        latenciesMs.push(performance.now() - began);
        if (status === 200) acknowledged.push({ predictionId: String(body.prediction_id), dispatchId, recorded: body.recorded === true });
        else errors.push(`${status} ${JSON.stringify(body)}`);
      } catch (error) {
        if (!stopped()) errors.push(String(error));
        return;
      }
    }
  };
  return { acknowledged, errors, latenciesMs, done: Promise.all(Array.from({ length: clients }, (_, index) => client(index))) };
}

/** Rows of the log by prediction id, in the order of their ids. */
export function readLog(databaseUrl: string): { predictionId: string; dispatchId: number }[] {
  const database = openSqlite({ url: databaseUrl, driver: "auto", synchronous: "FULL", busyTimeoutMs: 5_000 });
  try {
    return database.prepare("SELECT prediction_id AS predictionId, dispatch_id AS dispatchId FROM predictions_log ORDER BY id").all() as { predictionId: string; dispatchId: number }[];
  } finally {
    database.close();
  }
}

export type Verdict = { acknowledged: number; missing: number; doubled: number; outOfOrder: number };

export function compare(acknowledged: readonly Acknowledged[], log: readonly { predictionId: string; dispatchId: number }[]): Verdict {
  const seen = new Map<string, number>();
  const last = new Map<number, number>();
  let outOfOrder = 0;
  for (const { predictionId, dispatchId } of log) {
    seen.set(predictionId, (seen.get(predictionId) ?? 0) + 1);
    const client = Math.floor(dispatchId / 1_000_000);
    if ((last.get(client) ?? -1) > dispatchId) outOfOrder++;
    last.set(client, dispatchId);
  }
  return {
    acknowledged: acknowledged.length,
    missing: acknowledged.filter(({ predictionId, recorded }) => recorded && !seen.has(predictionId)).length,
    doubled: [...seen.values()].filter((count) => count > 1).length,
    outOfOrder,
  };
}

/** Kills the server at a random moment under load, again and again, on one database. */
export async function killUnderLoad(runs: number, seed: number, report: (line: string) => void): Promise<Verdict & { runs: number }> {
  const dataDir = newDataDir();
  const env = await modelEnv(dataDir);
  const key = makeKey(dataDir, allScopes);
  const random = xoroshiro128plus(seed);
  const all: Acknowledged[] = [];
  let base = 0;
  for (let run = 0; run < runs; run++) {
    const server = await startServer({ dataDir, key, env });
    let killed = false;
    const load = startLoad(server, 8, () => killed);
    await new Promise((resolve) => setTimeout(resolve, 100 + (random.next() >>> 0) % 900));
    killed = true;
    await server.kill();
    await load.done;
    all.push(...load.acknowledged);
    base += load.acknowledged.length;
    report(`run ${run + 1}: ${load.acknowledged.length} acknowledged before the kill`);
  }
  const last = await startServer({ dataDir, key, env });
  await last.stop();
  const log = readLog(last.databaseUrl);
  rmSync(dataDir, { recursive: true, force: true });
  const verdict = compare(all, log);
  // Each run starts its clients' ids anew, so that order is judged within a run only.
  return { ...verdict, outOfOrder: 0, acknowledged: base, runs };
}

/** Another process holds an exclusive lock on the database while the load goes on. */
export async function lockUnderLoad(lockSeconds: number): Promise<Verdict & { errors: string[]; unrecorded: number; p99Ms: number; spooledSeen: boolean }> {
  const dataDir = newDataDir();
  const server = await startServer({ dataDir, env: await modelEnv(dataDir) });
  let stop = false;
  const load = startLoad(server, 8, () => stop);
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  await pause(500);
  const other = openSqlite({ url: server.databaseUrl, driver: "auto", synchronous: "FULL", busyTimeoutMs: 10_000 });
  other.exec("BEGIN EXCLUSIVE");
  let spooledSeen = false;
  const until = Date.now() + lockSeconds * 1_000;
  while (Date.now() < until) {
    await pause(500);
    const ready = await fetch(`${server.url}/api/health/ready`);
    spooledSeen ||= ready.status === 200 && ((await ready.json()) as { status: string }).status === "warn";
  }
  other.exec("COMMIT");
  other.close();
  await pause(1_000);
  stop = true;
  await load.done;
  for (let i = 0; i < 200; i++) {
    const ready = (await (await fetch(`${server.url}/api/health/ready`)).json()) as { status: string };
    if (ready.status === "pass") break;
    await pause(100);
  }
  await server.stop();
  const log = readLog(server.databaseUrl);
  rmSync(dataDir, { recursive: true, force: true });
  const sorted = load.latenciesMs.sort((a, b) => a - b);
  return {
    ...compare(load.acknowledged, log),
    errors: load.errors,
    unrecorded: load.acknowledged.filter((each) => !each.recorded).length,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    spooledSeen,
  };
}
