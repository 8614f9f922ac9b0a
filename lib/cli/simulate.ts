import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { stringify } from "csv-stringify/sync";
import { checkSimulation } from "@/lib/simulator/checks";
import { scenario, scenarioIds, type ScenarioId } from "@/lib/simulator/scenario";
import { simulate } from "@/lib/simulator/simulate";
import { logHeader, logRow } from "@/lib/simulator/table";

const usage = "usage: npm run simulate -- --seed N --days D [--scenario D0…D15] [--scenario-day N] [--start 2026-03-02] [--calls-per-day N] [--out DIR]";

/** Runs the demonstration city and writes what a dispatch centre would have logged: the same bytes for the same options. */
function main(): void {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      days: { type: "string", default: "28" },
      scenario: { type: "string", default: "D0" },
      "scenario-day": { type: "string" },
      start: { type: "string", default: "2026-03-02" },
      "calls-per-day": { type: "string", default: "150" },
      out: { type: "string" },
    },
  });
  const whole = (name: string, text: string, least: number): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least) throw new Error(`--${name}: a whole number from ${least}\n${usage}`);
    return value;
  };
  const id = scenarioIds.find((each) => each === values.scenario);
  if (!id) throw new Error(`--scenario: one of ${scenarioIds.join(", ")}`);
  const startMs = Date.parse(`${values.start}T00:00:00-04:00`);
  if (Number.isNaN(startMs)) throw new Error("--start: a date such as 2026-03-02");
  const seed = whole("seed", values.seed, 0);
  const days = whole("days", values.days, 1);
  const callsPerDay = whole("calls-per-day", values["calls-per-day"], 1);
  const scenarioDay = values["scenario-day"] === undefined ? days / 2 : whole("scenario-day", values["scenario-day"], 0);
  const scenarioStartMs = startMs + scenarioDay * 86_400_000;
  const began = performance.now();
  const simulation = simulate({ seed, startMs, days, scenario: id satisfies ScenarioId, scenarioStartMs, callsPerDay });
  const { dispatches, calls, waiting } = simulation;
  console.log(`${id}: ${scenario(id, scenarioStartMs).title}${id === "D0" ? "" : `, from day ${scenarioDay}`}`);
  console.log(`${days} days, ${calls.length} calls, ${dispatches.length} dispatches, ${waiting} still waiting, in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  if (values.out) {
    mkdirSync(values.out, { recursive: true });
    const text = stringify([[...logHeader], ...dispatches.map(logRow)]);
    const file = join(values.out, "dispatches.csv");
    writeFileSync(file, text);
    console.log(`${file}: ${dispatches.length} rows, SHA-256 ${createHash("sha256").update(text).digest("hex")}`);
  }
  const checks = checkSimulation(simulation, callsPerDay);
  const width = Math.max(...checks.map((check) => check.name.length));
  for (const { name, found, wanted, pass } of checks) console.log(`  ${pass ? "pass" : "FAIL"}  ${name.padEnd(width)}  ${found.padEnd(20)} ${wanted}`);
  if (days < 28) console.log("fewer than four weeks: too little for some of these checks");
  // A scenario is meant to break some of them.
  if (id === "D0" && days >= 28 && checks.some((check) => !check.pass)) process.exitCode = 1;
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
