import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { readModelFolder } from "@/lib/models/server/store";
import { defaultParameters } from "@/lib/training/engine";
import { embeddedEngine } from "@/lib/training/server/embedded";
import { stepBack } from "@/lib/training/server/step-back";
import { syntheticMatrix } from "@/lib/training/synthetic-matrix";
import { requestOf } from "@/tests/ab-load";
import { openLoop, quantileOf, type Window } from "@/tests/open-loop";
import { newDataDir, startServer } from "@/tests/server";

const usage = "usage: npm run verify:training [-- --rounds N] [--rate PER_SECOND] [--seconds N] [--rows N] [--json FILE]";
const MOST_SECONDS = 60;
const MOST_RATIO = 1.5;
const WIDTH = 13;
/** The generator runs at full priority and does little: later than this, its times say nothing of the server. */
const DISTURBED_MS = 20;

type Training = { wallS: number; cpuS: number; peakMb: number };

/**
 * What training costs those who wait for an answer: predict at a steady rate on the built server, in turn without and with a
 * training of the embedded engine beside it, as `model:train` runs it. Exit 1 where a limit is missed.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "5" },
      rate: { type: "string", default: "200" },
      seconds: { type: "string", default: "15" },
      rows: { type: "string", default: "100000" },
      json: { type: "string" },
      trainer: { type: "boolean", default: false },
    },
  });
  const [rounds, rate, seconds, rows] = [values.rounds, values.rate, values.seconds, values.rows].map(Number) as [number, number, number, number];
  if (![rounds, rows].every((value) => Number.isInteger(value) && value > 0) || !(rate > 0 && rate <= 2_000) || !(seconds >= 1)) throw new Error(usage);
  if (values.trainer) {
    serveTraining(rows);
    return;
  }

  const dataDir = newDataDir();
  const server = await startServer({ dataDir, env: { MODELS_DIR: "models" } });
  const trainer = fork(process.argv[1]!, ["--trainer", "--rows", String(rows)], { execArgv: ["--import", "tsx"] });
  try {
    await once(trainer, "message");
    const requests = bodies(500).map((body) => requestOf("/api/v2/dispatch/predict", server.key, body));
    const port = Number(new URL(server.url).port);
    const load = (ended: Promise<unknown>): Promise<Window> => openLoop(port, requests, rate, ended);
    const pause = (s: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, s * 1_000));

    await load(pause(Math.min(5, seconds)));
    console.log(`predict at ${rate}/s, open loop, on the built server; ${rows} x ${WIDTH}, ${defaultParameters.num_round} trees of depth ${defaultParameters.max_depth}, embedded engine`);
    console.log("round   without: p50    p99 ms   with training: p50    p99 ms    ratio   trained in s   CPU s");
    const found: { without: Window; with: Window; training: Training }[] = [];
    let disturbed = 0;
    for (let round = 0; round < rounds; round++) {
      const quiet = (): Promise<Window> => load(pause(seconds));
      const loaded = async (): Promise<{ window: Window; training: Training }> => {
        const training = train(trainer);
        return { window: await load(training), training: await training };
      };
      // Turn and turn about, so that what drifts with time falls on both.
      const [without, trained] = round % 2 === 0 ? [await quiet(), await loaded()] : await loaded().then(async (first) => [await quiet(), first] as const);
      const lateMs = Math.max(quantileOf(without.late, 0.99), quantileOf(trained.window.late, 0.99));
      if (lateMs > DISTURBED_MS && disturbed < rounds) {
        disturbed++;
        round--;
        console.log(`      taken again: the load generator itself was up to ${lateMs.toFixed(0)} ms late, so the machine was busy with something else`);
        continue;
      }
      found.push({ without, with: trained.window, training: trained.training });
      const [a, b] = [p99(without), p99(trained.window)];
      const cell = (value: number, width: number): string => value.toFixed(2).padStart(width);
      console.log(`${String(round + 1).padStart(5)} ${cell(quantileOf(without.latencies, 0.5), 14)} ${cell(a, 9)} ${cell(quantileOf(trained.window.latencies, 0.5), 20)} ${cell(b, 9)} ${cell(b / a, 8)} ${cell(trained.training.wallS, 14)} ${cell(trained.training.cpuS, 7)}`);
    }

    const pooled = (which: "without" | "with"): Window["latencies"] => found.flatMap((each) => each[which].latencies);
    const [without, beside] = [quantileOf(pooled("without"), 0.99), quantileOf(pooled("with"), 0.99)];
    const ratios = found.map((each) => p99(each.with) / p99(each.without));
    const ratio = beside / without;
    const middle = quantileOf(ratios, 0.5);
    const wallS = quantileOf(found.map(({ training }) => training.wallS), 0.5);
    const errors = found.reduce((sum, each) => sum + each.without.errors + each.with.errors, 0);
    const late = { without: quantileOf(found.flatMap((each) => each.without.late), 0.99), with: quantileOf(found.flatMap((each) => each.with.late), 0.99) };
    console.log(`load generator late, p99: ${late.without.toFixed(2)} ms without, ${late.with.toFixed(2)} ms with`);
    const missed: string[] = [];
    const line = (what: string, figure: string, limit: string, ok: boolean): void => {
      if (!ok) missed.push(what);
      console.log(`${ok ? "ok  " : "MISS"} ${what.padEnd(48)} ${figure.padStart(16)}   ${limit}`);
    };
    line("p99 with training over p99 without, all rounds", `${ratio.toFixed(2)} (${beside.toFixed(2)}/${without.toFixed(2)} ms)`, `<= ${MOST_RATIO}`, ratio <= MOST_RATIO);
    line("the same, median of the rounds", middle.toFixed(2), "printed", true);
    line(`training of ${rows} x ${WIDTH}, median`, `${wallS.toFixed(1)} s`, `< ${MOST_SECONDS} s`, wallS < MOST_SECONDS);
    line("its CPU time, median: one core", `${quantileOf(found.map(({ training }) => training.cpuS), 0.5).toFixed(1)} s`, "printed", true);
    line("its peak memory, process whole", `${Math.max(...found.map(({ training }) => training.peakMb)).toFixed(0)} MB`, "printed", true);
    line("answers that failed", String(errors), "0", errors === 0);
    if (values.json) {
      const out = { rate, rows, rounds: found.map((each, at) => ({ p99_without_ms: p99(each.without), p99_with_ms: p99(each.with), ratio: ratios[at], ...each.training })), ratio, ratio_median: middle, train_seconds: wallS, errors };
      writeFileSync(values.json, `${JSON.stringify(out, null, 2)}\n`);
    }
    if (missed.length > 0) throw new Error(`missed: ${missed.join("; ")}`);
  } finally {
    trainer.disconnect();
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const MODEL = "optimal@1";

/** Requests as the model saw them: each input one of its reference quantiles. */
function bodies(count: number): Record<string, unknown>[] {
  const { manifest } = readModelFolder(`models/${MODEL}`);
  const random = xoroshiro128plus(11);
  return Array.from({ length: count }, (_, at) => {
    const inputs = manifest.features.map(({ name, kind }) => {
      const quantiles = manifest.baseline?.features[name]?.quantiles ?? [1];
      const value = quantiles[uniformInt(random, 0, quantiles.length - 1)]!;
      return [name, kind === "number" ? value : Math.round(value)] as const;
    });
    return { dispatch_id: at + 1, model: MODEL, ...Object.fromEntries(inputs) };
  });
}

const p99 = (window: Window): number => quantileOf(window.latencies, 0.99);

/** The process that trains, told by messages when. */
function serveTraining(rows: number): void {
  stepBack();
  const matrix = syntheticMatrix(rows, WIDTH, 7);
  process.on("message", () => {
    const started = performance.now();
    const cpu = process.cpuUsage();
    void embeddedEngine()
      .train(matrix, { ...defaultParameters, objective: "binary:logistic" }, 1)
      .then(() => {
        const { user, system } = process.cpuUsage(cpu);
        process.send!({ wallS: (performance.now() - started) / 1_000, cpuS: (user + system) / 1e6, peakMb: process.resourceUsage().maxRSS / 1_024 } satisfies Training);
      });
  });
  process.on("disconnect", () => process.exit(0));
  process.send!("ready");
}

async function train(trainer: ChildProcess): Promise<Training> {
  trainer.send("train");
  const [answer] = (await once(trainer, "message")) as [Training];
  return answer;
}

await main().then(
  () => {
    if (!process.argv.includes("--trainer")) process.exit(0);
  },
  (error: unknown) => {
    console.error((error instanceof Error ? error.message : String(error)).split("\n")[0]);
    process.exit(1);
  },
);
