import { createHash, randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { stringify } from "csv-stringify/sync";
import { draw } from "@/lib/ab-testing/draw";
import { openClient } from "@/lib/dispatch/server/client";
import { checkSimulation } from "@/lib/simulator/checks";
import { cityEvents, eventLine } from "@/lib/simulator/events";
import { type Arm, arms } from "@/lib/simulator/policy";
import { scenario, scenarioIds, type ScenarioId } from "@/lib/simulator/scenario";
import { runLive } from "@/lib/simulator/server/live";
import { type EventKind, eventKinds, openTraffic, total, type Tally } from "@/lib/simulator/server/traffic";
import { simulate, type Question, type Simulation } from "@/lib/simulator/simulate";
import { quantile } from "@/lib/stats/quantile";
import { logHeader, logRow } from "@/lib/simulator/table";

const usage = `usage: npm run simulate -- --seed N --days D [--scenario D0…D15] [--scenario-day N] [--policy A|B|R|AB] [--start 2026-03-02] [--calls-per-day N] [--out DIR [--events | --positions]]
       npm run simulate -- --live --url http://… --key KEY [--speed 1x,60x] [--minutes N] [--seed N] [--scenario Dk] [--calls-per-day N]`;

const options = {
  seed: { type: "string", default: "1" },
  scenario: { type: "string", default: "D0" },
  "calls-per-day": { type: "string", default: "150" },
  days: { type: "string", default: "28" },
  "scenario-day": { type: "string" },
  start: { type: "string", default: "2026-03-02" },
  policy: { type: "string", default: "A" },
  out: { type: "string" },
  events: { type: "boolean", default: false },
  positions: { type: "boolean", default: false },
  live: { type: "boolean", default: false },
  url: { type: "string" },
  key: { type: "string" },
  speed: { type: "string", default: "1x,60x" },
  minutes: { type: "string", default: "2" },
} as const;

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least) throw new Error(`--${name}: a whole number from ${least}\n${usage}`);
  return value;
}

function scenarioOf(text: string): ScenarioId {
  const id = scenarioIds.find((each) => each === text);
  if (!id) throw new Error(`--scenario: one of ${scenarioIds.join(", ")}`);
  return id;
}

/** `AB` is a fair draw by call; the arm is a function of the call's number, so that the same options give the same bytes. */
function policyOf(text: string): (question: Question) => Arm {
  if (text === "AB") return ({ call }) => (draw("simulate", String(call.id)) < 0.5 ? "B" : "A");
  const arm = arms.find((each) => each === text);
  if (!arm) throw new Error(`--policy: one of ${arms.join(", ")}, AB`);
  return () => arm;
}

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];

/** Runs the demonstration city and writes what a dispatch centre would have logged: the same bytes for the same options. */
function files(values: Values): void {
  const id = scenarioOf(values.scenario);
  const armOf = policyOf(values.policy);
  const startMs = Date.parse(`${values.start}T00:00:00-04:00`);
  if (Number.isNaN(startMs)) throw new Error("--start: a date such as 2026-03-02");
  const seed = whole("seed", values.seed, 0);
  const days = whole("days", values.days, 1);
  const callsPerDay = whole("calls-per-day", values["calls-per-day"], 1);
  const scenarioDay = values["scenario-day"] === undefined ? days / 2 : whole("scenario-day", values["scenario-day"], 0);
  const scenarioStartMs = startMs + scenarioDay * 86_400_000;
  const began = performance.now();
  const simulation = simulate({ seed, startMs, days, scenario: id, scenarioStartMs, callsPerDay, armOf });
  const { dispatches, calls, waiting } = simulation;
  console.log(`${id}: ${scenario(id, scenarioStartMs).title}${id === "D0" ? "" : `, from day ${scenarioDay}`}`);
  console.log(`${days} days, ${calls.length} calls, ${dispatches.length} dispatches, ${waiting} still waiting, in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  if (values.out) {
    mkdirSync(values.out, { recursive: true });
    const text = stringify([[...logHeader], ...dispatches.map(logRow)]);
    const file = join(values.out, "dispatches.csv");
    writeFileSync(file, text);
    console.log(`${file}: ${dispatches.length} rows, SHA-256 ${createHash("sha256").update(text).digest("hex")}`);
    if (values.events || values.positions) writeEvents(join(values.out, "events.jsonl"), simulation, seed, values.positions);
  }
  if (values.policy !== "A") printArms(simulation);
  const checks = checkSimulation(simulation, callsPerDay);
  const width = Math.max(...checks.map((check) => check.name.length));
  for (const { name, found, wanted, pass } of checks) console.log(`  ${pass ? "pass" : "FAIL"}  ${name.padEnd(width)}  ${found.padEnd(20)} ${wanted}`);
  if (days < 28) console.log("fewer than four weeks: too little for some of these checks");
  // A scenario or another policy is meant to break some of them.
  if (id === "D0" && values.policy === "A" && days >= 28 && checks.some((check) => !check.pass)) process.exitCode = 1;
}

/** Line by line: with positions there are more than a memory wants to hold. */
function writeEvents(file: string, simulation: Simulation, seed: number, withPositions: boolean): void {
  const hash = createHash("sha256");
  const descriptor = openSync(file, "w");
  let count = 0;
  let text = "";
  const flush = (): void => {
    hash.update(text);
    writeSync(descriptor, text);
    text = "";
  };
  for (const event of cityEvents(simulation, seed, withPositions)) {
    text += eventLine(event);
    count += 1;
    if (text.length > 1_000_000) flush();
  }
  flush();
  closeSync(descriptor);
  console.log(`${file}: ${count} events, SHA-256 ${hash.digest("hex")}`);
}

function printArms({ dispatches }: Simulation): void {
  for (const arm of arms) {
    const rows = dispatches.filter((each) => each.choice.arm === arm);
    const arrived = rows.filter((each) => each.arrivedMs !== null);
    if (arrived.length === 0) continue;
    const percent = (part: number, of: number): string => `${((100 * part) / of).toFixed(1)} %`;
    const minutes = arrived.reduce((sum, each) => sum + (each.arrivedMs! - each.t0Ms) / 60_000, 0) / arrived.length;
    console.log(
      `  arm ${arm}: ${rows.length} dispatches, ${percent(rows.filter((each) => each.choice.accepted).length, rows.length)} accepted; of ${arrived.length} arrivals ${percent(arrived.filter((each) => each.wasOptimal).length, arrived.length)} optimal, ${percent(arrived.filter((each) => each.onTime).length, arrived.length)} on time, mean ${minutes.toFixed(2)} min`,
    );
  }
}

/** Sends the city's calls and outcomes to a running service, one speed after the other. Exit 1 unless every event was answered. */
async function live(values: Values): Promise<void> {
  const { url, key } = values;
  if (!url || !key) throw new Error(`--live needs --url and --key\n${usage}`);
  const speeds = values.speed.split(",").map((text) => Number(text.trim().replace(/x$/, "")));
  if (speeds.some((speed) => !(speed > 0 && speed <= 3_600))) throw new Error("--speed: factors such as 1x,60x, up to 3600x");
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new Error("--minutes: of the wall's clock, above 0");
  const settings = { seed: whole("seed", values.seed, 0), minutes, callsPerDay: whole("calls-per-day", values["calls-per-day"], 1), scenario: scenarioOf(values.scenario) };
  const client = openClient({ url, key, connections: 4 });
  for (const speed of speeds) {
    const latencies: Record<EventKind, number[]> = { assign: [], dispatch: [], outcome: [] };
    const traffic = openTraffic({
      client,
      run: `live-${randomUUID()}`,
      say: (line) => {
        console.error(line);
      },
      answered: (kind, latencyMs) => latencies[kind].push(latencyMs),
    });
    const run = await runLive({ ...settings, speed, traffic });
    console.log(`${speed}x: ${run.cityMinutes.toFixed(0)} min of the city in ${run.seconds.toFixed(0)} s; answered by the rules ${run.byPhase.rules}, by the model ${run.byPhase.model}; latest event ${run.latestMs.toFixed(0)} ms after its time`);
    console.log(`  ${"event".padEnd(9)} ${["sent", "answered", "refused", "failed", "retries", "p50 ms", "p99 ms"].map((name) => name.padStart(9)).join("")}`);
    const line = (name: string, tally: Tally, latencyMs: number[]): void => {
      const figures = [tally.sent, tally.answered, tally.refused, tally.failed, tally.retries].map(String);
      console.log(`  ${name.padEnd(9)} ${[...figures, ...[0.5, 0.99].map((share) => quantile(latencyMs, share)?.toFixed(1) ?? "-")].map((text) => text.padStart(9)).join("")}`);
    };
    for (const kind of eventKinds) line(kind, traffic.counts[kind], latencies[kind]);
    const all = total(traffic.counts);
    line("all", all, eventKinds.flatMap((kind) => latencies[kind]));
    if (all.answered !== all.sent) process.exitCode = 1;
  }
  await client.close();
}

try {
  const { values } = parseArgs({ options });
  if (values.live) await live(values);
  else files(values);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
