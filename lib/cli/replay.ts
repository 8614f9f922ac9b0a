import { execFileSync, fork, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openSqlite } from "@/lib/db/sqlite";
import { openClient, type MlClient, type OutcomeBody, type PredictBody } from "@/lib/dispatch/server/client";
import { severityRule } from "@/lib/dispatch/severity";
import { sfColumns, sfFeatures } from "@/lib/sf-fire/features";
import { severityOf, type SfRecord } from "@/lib/sf-fire/record";
import { readRecords, readStations } from "@/lib/sf-fire/server/read-records";
import { brier } from "@/lib/stats/brier";
import { rocAuc } from "@/lib/stats/roc-auc";

const usage = "usage: npm run replay -- --format sf-fire FILES… [--json FILE] [--url URL --key KEY] [--speed max|60x] [--model NAME@VERSION] [--limit N]";
const MINUTE_MS = 60_000;

type Due = { atMs: number; kind: "decide" | "outcome"; index: number };

/** Own server on a database of its own, when no --url is given. */
async function startOwnServer(): Promise<{ url: string; key: string; databaseUrl: string; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "ml-despacho-replay-"));
  const databaseUrl = `file:${join(folder, "replay.db")}`;
  const env = { ...process.env, NODE_ENV: "production" as const, DATA_DIR: folder, DATABASE_URL: databaseUrl, PORT: "0", LOG_LEVEL: "warn" };
  execFileSync(process.execPath, ["lib/cli/build-server.mjs"]);
  const key = execFileSync(process.execPath, ["--import", "tsx", "lib/cli/key-create.ts", "--name", "replay", "--scopes", "predict,log,read"], { env, encoding: "utf8" }).trim().split("\n").at(-1)!;
  const child: ChildProcess = fork("build/serve.mjs", ["--no-pages"], { env });
  const port = await new Promise<number>((resolve, reject) => {
    child.once("exit", (code) => {
      reject(new Error(`the server ended with ${code ?? "a signal"}`));
    });
    child.on("message", (message: { kind?: string; port?: number }) => {
      if (message.kind === "listening") resolve(message.port!);
    });
  });
  const stop = async (): Promise<void> => {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: `http://127.0.0.1:${port}`, key, databaseUrl, stop };
}

/** Decisions and outcomes in the order in which the world would send them; at one instant outcomes come first. */
function schedule(records: readonly SfRecord[]): Due[] {
  const due: Due[] = [];
  records.forEach((record, index) => {
    due.push({ atMs: record.dispatchMs, kind: "decide", index });
    // A unit that never arrived is known to be cancelled when it is available again; without that time, after a usual job.
    const knownMs = record.onSceneMs ?? record.availableMs ?? record.dispatchMs + 65 * MINUTE_MS;
    due.push({ atMs: Math.max(knownMs, record.dispatchMs + 1), kind: "outcome", index });
  });
  return due.sort((a, b) => a.atMs - b.atMs || (a.kind === b.kind ? a.index - b.index : a.kind === "outcome" ? -1 : 1));
}

function bodyOf(features: Float64Array, dispatchId: number, model: string): PredictBody {
  const body: Record<string, unknown> = { dispatch_id: dispatchId, model };
  sfColumns.forEach(({ name }, at) => {
    const value = features[at]!;
    body[name] = Number.isNaN(value) ? null : value;
  });
  return body;
}

function outcomeOf(record: SfRecord, predictionId: string): OutcomeBody {
  if (record.onSceneMs === null) return { prediction_id: predictionId, cancelled: true };
  const minutes = (record.onSceneMs - record.dispatchMs) / MINUTE_MS;
  return { prediction_id: predictionId, actual_response_time_minutes: Math.max(0, minutes), arrived_at: new Date(record.onSceneMs).toISOString() };
}

type Decision = { predictionId: string; probability: number | null; phase: number; fallback: boolean; recorded: boolean; latencyMs: number };

async function replay(client: MlClient, records: readonly SfRecord[], features: readonly Float64Array[], options: { model: string; speed: number }) {
  const decisions = new Map<number, Decision>();
  const joined = { joined: 0, censored: 0, quarantined: 0, unchanged: 0, failed: 0 };
  const errors: string[] = [];
  const due = schedule(records);
  const began = performance.now();
  const worldBegan = due[0]?.atMs ?? 0;
  for (let at = 0; at < due.length; ) {
    if (Number.isFinite(options.speed)) {
      const wait = (due[at]!.atMs - worldBegan) / options.speed - (performance.now() - began);
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    }
    // What is due in a row and of one kind goes out together, at most sixteen at a time: order between kinds is kept.
    const kind = due[at]!.kind;
    const together: Due[] = [];
    while (at < due.length && due[at]!.kind === kind && together.length < 16) together.push(due[at++]!);
    if (kind === "decide") {
      await Promise.all(
        together.map(async ({ index }) => {
          const sent = performance.now();
          try {
            const outcome = await client.predict(bodyOf(features[index]!, index, options.model));
            if (outcome.kind !== "prediction") return;
            const { reply } = outcome;
            decisions.set(index, { predictionId: reply.prediction_id, probability: reply.probabilities?.optimal ?? null, phase: reply.phase, fallback: reply.fallback, recorded: reply.recorded, latencyMs: performance.now() - sent });
          } catch (error) {
            errors.push(`${records[index]!.rowId}: ${error instanceof Error ? error.message : String(error)}`);
          }
        }),
      );
    } else {
      const known = together.filter(({ index }) => decisions.has(index));
      if (known.length === 0) continue;
      const { success: _, total: __, results: ___, ...counts } = await client.recordOutcomes(known.map(({ index }) => outcomeOf(records[index]!, decisions.get(index)!.predictionId)));
      for (const name of Object.keys(joined) as (keyof typeof joined)[]) joined[name] += counts[name];
    }
  }
  return { decisions, joined, errors, seconds: (performance.now() - began) / 1000 };
}

/** How good the predictions were on arrivals, beside the on-time rate of each priority in the same records. */
function quality(records: readonly SfRecord[], decisions: ReadonlyMap<number, Decision>) {
  const rows = records.flatMap((record, index) => {
    const probability = decisions.get(index)?.probability;
    if (record.onSceneMs === null || probability === null || probability === undefined) return [];
    const target = severityRule(severityOf(record.originalPriority, record.callType)).targetMinutes;
    return [{ priority: record.originalPriority, y: (record.onSceneMs - record.dispatchMs) / MINUTE_MS <= target ? 1 : 0, p: probability }];
  });
  const rate = new Map<string, { sum: number; count: number }>();
  for (const row of rows) {
    const found = rate.get(row.priority) ?? { sum: 0, count: 0 };
    rate.set(row.priority, { sum: found.sum + row.y, count: found.count + 1 });
  }
  const base = rows.map((row) => rate.get(row.priority)!.sum / rate.get(row.priority)!.count);
  const y = rows.map((row) => row.y);
  const p = rows.map((row) => row.p);
  const modelBrier = brier(y, p);
  const baseBrier = brier(y, base);
  return {
    judged: rows.length,
    on_time_share: y.reduce((sum, value) => sum + value, 0) / Math.max(1, y.length),
    auc: rocAuc(y, p),
    brier: modelBrier,
    // In hindsight: the base rate knows these very records, the model has never seen them.
    base_rate_by_priority: { auc: rocAuc(y, base), brier: baseBrier },
    brier_skill: modelBrier === null || baseBrier === null || baseBrier === 0 ? null : 1 - modelBrier / baseBrier,
    by_priority: [...rate].sort(([a], [b]) => (a < b ? -1 : 1)).map(([priority, { sum, count }]) => ({ priority, rows: count, on_time_share: sum / count })),
  };
}

async function main(): Promise<void> {
  const { values, positionals: files } = parseArgs({
    options: { format: { type: "string" }, json: { type: "string" }, url: { type: "string" }, key: { type: "string" }, speed: { type: "string", default: "max" }, model: { type: "string", default: "sf-ontime@1" }, limit: { type: "string" }, stations: { type: "string" } },
    allowPositionals: true,
  });
  if (values.format !== "sf-fire" || files.length === 0) throw new Error(usage);
  if (values.url && !values.key) throw new Error("--url needs --key");
  const speed = values.speed === "max" ? Number.POSITIVE_INFINITY : Number(values.speed.replace(/x$/, ""));
  if (!(speed > 0)) throw new Error(`--speed ${values.speed}: max, or a factor such as 60x`);
  const read = readRecords(files);
  const records = values.limit ? read.records.slice(0, Number(values.limit)) : read.records;
  const features = sfFeatures(records, readStations(values.stations, files[0]!));
  console.log(`${files.length} file(s): ${read.rows} rows, ${records.length} unit dispatches${Object.entries(read.dropped).map(([reason, count]) => `, ${count} dropped (${reason})`).join("")}`);

  const own = values.url ? null : await startOwnServer();
  const client = openClient({ url: own?.url ?? values.url!, key: own?.key ?? values.key!, timeoutMs: 10_000 });
  const before = own ? null : (await client.statistics({ hours: 24, model: values.model })).statistics;
  const { decisions, joined, errors, seconds } = await replay(client, records, features, { model: values.model, speed });
  const latencies = [...decisions.values()].map((each) => each.latencyMs).sort((a, b) => a - b);
  const at = (share: number): number | null => latencies[Math.floor(latencies.length * share)] ?? null;
  const all = [...decisions.values()];
  const after = (await client.statistics({ hours: 24, model: values.model })).statistics;
  const since = (name: "total_predictions" | "joined" | "censored"): number => after[name] - (before?.[name] ?? 0);
  const bySql = own ? countBySql(own.databaseUrl) : null;
  const report = {
    records: records.length,
    decided: decisions.size,
    recorded: all.filter((each) => each.recorded).length,
    joined: joined.joined,
    censored: joined.censored,
    quarantined: joined.quarantined,
    failed_outcomes: joined.failed,
    errors: errors.length,
    by_phase: { 1: all.filter((each) => each.phase === 1).length, 2: all.filter((each) => each.phase === 2).length },
    fallbacks: all.filter((each) => each.fallback).length,
    latency_ms: { p50: at(0.5), p99: at(0.99) },
    seconds,
    quality: quality(records, decisions),
    statistics: { total_predictions: since("total_predictions"), joined: since("joined"), censored: since("censored") },
    sql: bySql,
  };
  await client.close();
  await own?.stop();

  console.log(`decided ${report.decided} (${report.recorded} recorded), joined ${report.joined}, censored ${report.censored}, quarantined ${report.quarantined}, errors ${report.errors}, in ${seconds.toFixed(1)} s`);
  console.log(`by phase: rules ${report.by_phase[1]}, model ${report.by_phase[2]}; fallbacks ${report.fallbacks}`);
  console.log(`latency: p50 ${report.latency_ms.p50?.toFixed(2) ?? "-"} ms, p99 ${report.latency_ms.p99?.toFixed(2) ?? "-"} ms`);
  const { quality: figures } = report;
  const shown = (value: number | null): string => (value === null ? "not defined" : value.toFixed(4));
  console.log(`on ${figures.judged} arrivals: AUC ${shown(figures.auc)} (base rate by priority ${shown(figures.base_rate_by_priority.auc)}), Brier ${shown(figures.brier)} (${shown(figures.base_rate_by_priority.brier)}), skill ${shown(figures.brier_skill)}`);
  for (const { priority, rows, on_time_share } of figures.by_priority) console.log(`  priority ${priority || "-"}: ${rows} arrivals, ${(on_time_share * 100).toFixed(1)} % on time`);
  console.log(`read back: statistics ${report.statistics.total_predictions} predictions, ${report.statistics.joined} joined, ${report.statistics.censored} censored${bySql ? `; SQL ${bySql.predictions}, ${bySql.joined}, ${bySql.censored}` : ""}`);
  for (const error of errors.slice(0, 5)) console.error(error);
  if (values.json) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  const complete = report.decided === records.length && report.errors === 0 && report.statistics.total_predictions === report.decided && report.statistics.joined === report.joined && report.statistics.censored === report.censored;
  process.exit(complete ? 0 : 1);
}

function countBySql(databaseUrl: string): { predictions: number; joined: number; censored: number } {
  const database = openSqlite({ url: databaseUrl, driver: "auto", synchronous: "FULL", busyTimeoutMs: 5_000 });
  try {
    return database.prepare("SELECT COUNT(*) AS predictions, SUM(outcome_status = 'joined') AS joined, SUM(outcome_status = 'censored') AS censored FROM predictions_log").get() as { predictions: number; joined: number; censored: number };
  } finally {
    database.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
