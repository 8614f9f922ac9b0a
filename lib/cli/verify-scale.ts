import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { createKey } from "@/lib/auth/server/keys";
import { openDb, setDb } from "@/lib/db/client";
import { migrate } from "@/lib/db/migrations";
import { openSqlite } from "@/lib/db/sqlite";
import { openRoller } from "@/lib/dispatch/server/log/rollups";
import { packRows, type PredictionRow } from "@/lib/dispatch/server/log/row";
import { openSqliteLogStore } from "@/lib/dispatch/server/log/sqlite-store";
import { predictionId } from "@/lib/dispatch/server/prediction-id";

/**
 * Whether the screens' reads stay flat: the same 30 days with few and with many predictions, each in a database of its own
 * behind a server of its own, asked in turn. Pass: p95 below 150 ms, and at most 1.3 times or 5 ms more than with few.
 */
const DAY_MS = 86_400_000;
const DAYS = 30;
const LIMIT_MS = 150;
const WRITER = "00000000-0000-4000-8000-00000000000a";

type Side = { rows: number; folder: string; url: string; key: string; child: ChildProcess | null };

/** One decision: busy evenings, 2 % fallbacks, a model change after 20 days. */
function aRow(at: number, number: number, random: () => number, start: number): PredictionRow {
  const fallback = random() < 0.02;
  const version = at - start < 20 * DAY_MS ? "1" : "2";
  const confidence = Math.round((0.5 + 0.5 * Math.sqrt(random())) * 10_000) / 10_000;
  const severity = [1, 2, 2, 3, 3, 3, 4, 4, 5][Math.floor(random() * 9)]!;
  return {
    predictionId: predictionId(at),
    dispatchId: 100_000 + number,
    requestedAtMs: at,
    hourOfWeek: Math.floor(at / 3_600_000) % 168,
    phase: fallback ? 1 : 2,
    prediction: random() < 0.8 ? 1 : 0,
    confidence,
    recommendation: `ASSIGN – likely optimal (${(confidence * 100).toFixed(2)}%)`,
    usedFallback: fallback,
    fallbackReason: fallback ? "deadline" : null,
    source: fallback ? "rules" : "model",
    modelName: "sf-ontime",
    modelVersion: version,
    modelSha256: "0".repeat(64),
    rawScore: confidence,
    probability: confidence,
    threshold: 0.5,
    severityLevel: severity,
    arm: null,
    armProbability: null,
    phaseReason: null,
    configVersion: null,
    featuresJson: JSON.stringify({ severity_level: severity, hour_of_day: 14, day_of_week: 2, is_weekend: 0, available_ambulances_count: 7, nearest_ambulance_distance_km: Math.round(random() * 8_000) / 1_000, paramedics_available_count: 12, paramedics_senior_count: 5, paramedics_junior_count: 7, nurses_available_count: 3, active_dispatches_count: 9, ambulances_busy_percentage: 0.56, average_response_time_minutes: 8.4 }),
    featureSchemaHash: "0123456789abcdef",
    ignoredJson: null,
    latencyMs: 0.8 * Math.exp(Math.abs(random() + random() + random() - 1.5)) + (random() < 0.01 ? 40 * random() : 0),
    traceId: `trace-${number}`,
    clientKeyId: "scaletst",
    createdAtMs: at,
  };
}

/** Rows in order of time, then outcomes of seven in ten, then the rollups by the same steps that servers take. */
async function load(url: string, rows: number, now: number): Promise<void> {
  const store = openSqliteLogStore({ url, driver: "auto", synchronous: "NORMAL", waitMs: 10_000 });
  await store.register(WRITER, now);
  const generator = xoroshiro128plus(rows);
  const random = (): number => (generator.next() >>> 0) / 2 ** 32;
  const start = now - DAYS * DAY_MS;
  let group = 0;
  for (let made = 0; made < rows; ) {
    const batch: PredictionRow[] = [];
    for (; batch.length < 5_000 && made < rows; made++) {
      const day = (made / rows) * DAYS;
      const share = day % 1;
      batch.push(aRow(Math.floor(start + (Math.floor(day) + share - 0.12 * Math.sin(2 * Math.PI * share)) * DAY_MS), made, random, start));
    }
    await store.write(WRITER, [{ number: ++group, rows: batch.length, ...packRows(batch), answers: [], assignments: [] }]);
  }
  await store.close();
  const database = openSqlite({ url, driver: "auto", synchronous: "NORMAL", busyTimeoutMs: 10_000 });
  database.exec(`
    INSERT INTO prediction_outcomes (subject, prediction_id, dispatch_id, revision, status, content_hash, actual_response_time_minutes, was_optimal, received_at)
      SELECT 'p:' || prediction_id, prediction_id, dispatch_id, 1, CASE WHEN id % 31 = 0 THEN 'censored' ELSE 'joined' END, '', CASE WHEN id % 31 = 0 THEN NULL ELSE 3 + (id * 7919 % 1500) / 100.0 END, CASE WHEN id % 31 = 0 THEN NULL ELSE id % 5 <> 0 END, requested_at
      FROM predictions_log WHERE id % 10 < 7 ORDER BY id;
    UPDATE predictions_log SET outcome_revision = 1, outcome_at = requested_at, outcome_status = CASE WHEN id % 31 = 0 THEN 'censored' ELSE 'joined' END,
      actual_response_time_minutes = CASE WHEN id % 31 = 0 THEN NULL ELSE 3 + (id * 7919 % 1500) / 100.0 END, was_optimal = CASE WHEN id % 31 = 0 THEN NULL ELSE id % 5 <> 0 END
      WHERE id % 10 < 7;
    PRAGMA wal_checkpoint(TRUNCATE);`);
  database.close();
  const again = openSqliteLogStore({ url, driver: "auto", synchronous: "NORMAL", waitMs: 10_000 });
  const roller = openRoller(again, WRITER, 20_000);
  const began = performance.now();
  let rolled = 0;
  for (let more = true; more; ) {
    const step = await roller.step(now);
    rolled += step.rows;
    more = step.more;
  }
  console.log(`  ${rolled} rows and outcomes rolled up in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  await again.close();
}

async function openSide(side: Side, now: number): Promise<void> {
  const { rows, folder } = side;
  const databaseUrl = `file:${join(folder, "ml-despacho.db")}`;
  console.log(`${rows} predictions over ${DAYS} days`);
  await migrate({ url: databaseUrl, driver: "auto", root: "prisma", now: new Date(now) });
  await load(databaseUrl, rows, now);
  const db = await openDb({ url: databaseUrl, driver: "auto" });
  setDb(db);
  const { text: key } = await createKey({ name: "scale", scopes: ["read"], createdBy: "verify:scale", now: new Date(now), ratePerSecond: 100_000, burst: 100_000 });
  await db.$disconnect();
  side.key = key;
  const child = (side.child = fork("lib/cli/serve.ts", ["--no-pages"], {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, NODE_ENV: "production", LOG_LEVEL: "error", PORT: "0", DATA_DIR: folder, DATABASE_URL: databaseUrl },
  }));
  const [message] = (await once(child, "message")) as [{ port: number }];
  side.url = `http://127.0.0.1:${message.port}`;
}

async function get(side: Side, path: string): Promise<number> {
  const began = performance.now();
  const response = await fetch(side.url + path, { headers: { authorization: `Bearer ${side.key}` } });
  const body: unknown = await response.json();
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${JSON.stringify(body)}`);
  return performance.now() - began;
}

/** Processor time of a server so far, where /proc tells it: what stays true on a machine that is busy with other things. */
function cpuMs({ child }: Side): number {
  const path = `/proc/${child?.pid ?? 0}/stat`;
  if (!existsSync(path)) return Number.NaN;
  const fields = readFileSync(path, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const p95 = (values: number[]): number => values.sort((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1]!;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { few: { type: "string", default: "10000" }, many: { type: "string", default: "1000000" }, runs: { type: "string", default: "40" } } });
  const now = Date.now();
  const sides = [values.few, values.many].map((rows): Side => ({ rows: Number(rows), folder: mkdtempSync(join(tmpdir(), "ml-despacho-scale-")), url: "", key: "", child: null }));
  // A million rows are a gigabyte: gone also when this is stopped.
  process.once("exit", () => sides.forEach(({ folder }) => rmSync(folder, { recursive: true, force: true })));
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  try {
    for (const side of sides) await openSide(side, now);
    await compare(sides, now, Number(values.runs));
  } finally {
    await Promise.all(sides.map(close));
  }
}

async function compare(sides: readonly Side[], now: number, runs: number): Promise<void> {
  const period = (days: number): string => `from=${new Date(now - days * DAY_MS).toISOString()}&to=${new Date(now).toISOString()}`;
  const list = (days: number, more = ""): string => `/api/console/predictions?${period(days)}${more}`;
  const histogram = (days: number, more = ""): string => `/api/console/predictions/histogram?${period(days)}${more}`;
  const middle = `${list(DAYS)}&cursor=${predictionId(now - 15 * DAY_MS)}`;
  const asked: [string, string][] = [
    ["overview, 24 h", `/api/console/overview?${period(1)}`],
    ["overview, 7 days", `/api/console/overview?${period(7)}`],
    ["overview, 30 days", `/api/console/overview?${period(DAYS)}`],
    ["explorer, 24 h", list(1)],
    ["explorer, 30 days", list(DAYS)],
    ["explorer, a page in the middle", middle],
    ["explorer, fallback", list(DAYS, "&fallback=true")],
    ["explorer, one model", list(DAYS, "&model=sf-ontime@1")],
    ["explorer, severity 5, confidence to 0.55", list(DAYS, "&severity=5&confidence_max=0.55")],
    ["explorer, cancelled", list(DAYS, "&outcome=censored")],
    ["explorer, nothing matches", list(DAYS, "&confidence_max=0.1")],
    ["explorer, a dispatch", list(DAYS, "&q=104242")],
    ["histogram, 30 days", histogram(DAYS)],
    ["histogram, fallback", histogram(DAYS, "&fallback=true")],
    ["histogram, severity 5", histogram(DAYS, "&severity=5")],
  ];
  let failed = false;
  console.log(`\n${"read".padEnd(42)} ${sides.map((side) => `${side.rows} rows`.padStart(14)).join(" ")} ${"ratio".padStart(8)} ${"more ms".padStart(8)} ${"CPU ms each".padStart(15)}   (p95 ms of ${runs})`);
  for (const [name, path] of asked) {
    if (!(await measure(name, path, sides, runs))) failed = true;
  }
  console.log(failed ? "FAIL" : "PASS: flat");
  if (failed) process.exitCode = 1;
}

async function measure(name: string, path: string, sides: readonly Side[], runs: number): Promise<boolean> {
  const times = sides.map((): number[] => []);
  let cpu: number[] = [];
  for (let run = -3; run < runs; run++) {
    if (run === 0) cpu = sides.map(cpuMs);
    for (const [i, side] of sides.entries()) {
      const ms = await get(side, path);
      if (run >= 0) times[i]!.push(ms); // the first three warm the caches up
    }
  }
  const spent = sides.map((side, i) => ((cpuMs(side) - cpu[i]!) / runs).toFixed(1).padStart(7)).join(" ");
  const [few, many] = times.map(p95) as [number, number];
  const good = many < LIMIT_MS && (many <= few * 1.3 || many <= few + 5);
  console.log(`${name.padEnd(42)} ${few.toFixed(1).padStart(14)} ${many.toFixed(1).padStart(14)} ${(many / few).toFixed(2).padStart(8)} ${(many - few).toFixed(1).padStart(8)} ${spent}   ${good ? "pass" : "FAIL"}`);
  return good;
}

async function close({ child }: Side): Promise<void> {
  if (child?.exitCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
