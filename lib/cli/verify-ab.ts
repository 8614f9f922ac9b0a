import { fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { healthyRamp } from "@/lib/ab-testing/simulation/healthy-ramp";
import { changesUnderLoad, drawShares, firstConclusion, firstUnhealthy, phase2UntilWithdrawn, timeBasedGain } from "@/lib/ab-testing/simulation/scenarios";
import { quantile } from "@/lib/stats/quantile";
import { agrees, referenceValues } from "@/tests/golden/ab-testing-reference";

/**
 * `npm run verify:ab [-- --short]`: the acceptance tests of the A/B methods, each figure beside its limit, exit 1 on a miss.
 * Simulations with fixed seeds first (2, 5-8, 10, 18 and the rules of 3 and 9), then the built server under load (1, 3, 4
 * and 9: verify-ab-load.ts). `--short` runs fewer and shorter ones, `--simulated` the first part alone.
 */
const Figure = z.object({ test: z.string(), what: z.string(), figure: z.string(), limit: z.string(), ok: z.boolean() });
type Figure = z.infer<typeof Figure>;
type Task = { name: string; weight: number; run: (short: boolean) => Figure[] };

const figure = (test: string, what: string, value: string, limit: string, ok: boolean): Figure => ({ test, what, figure: value, limit, ok });
const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
const seeds = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

/** Share of runs without difference that conclude, at most 5 % and three standard errors of the measurement. */
function noDifference(share: number, rate: number): Task {
  return {
    name: `no difference, share ${share}, rate ${rate}`,
    weight: 10,
    run: (short) => {
      const [runs, looks] = short ? [100, 2_000] : [2_000, 10_000];
      const found = seeds(50_000 + Math.round(share * 1e6 + rate * 1e4), runs).filter((seed) => firstConclusion(seed, looks, share, [rate, rate])).length;
      const limit = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs);
      return [figure("5", `better or harmful in ${runs} runs x ${looks} looks, share ${share}, rate ${rate}`, percent(found / runs), `<= ${percent(limit)}`, found / runs <= limit)];
    },
  };
}

const realDifference: Task = {
  name: "real difference",
  weight: 4,
  run: (short) => {
    const runs = short ? 60 : 2_000;
    const found = seeds(60_000, runs).map((seed) => firstConclusion(seed, 5_000, 0.5, [0.85, 0.9]));
    const better = found.flatMap((f) => (f?.verdict === "better" ? [f.at] : []));
    // Runs that never conclude count as later than any that did.
    const median = quantile([...better, ...new Array<number>(runs - better.length).fill(5_001)], 0.5)!;
    return [
      figure("6", `0.85 -> 0.90 at share 0.5 found within 5000 in ${runs} runs`, percent(better.length / runs), ">= 95 %", better.length / runs >= 0.95),
      figure("6", "median decisions", median.toFixed(0), "<= 1800", median <= 1_800),
    ];
  },
};

const timeBased: Task = {
  name: "time-based",
  weight: 6,
  run: (short) => {
    const [runs, decisions] = short ? [2, 60_000] : [40, 100_000];
    const found = seeds(70_000, runs).map((seed) => timeBasedGain(seed, decisions, 0.4));
    const worst = Math.max(...found.map(({ estimate }) => Math.abs(estimate + 0.4)));
    const harmful = found.reduce((sum, f) => sum + f.harmful, 0);
    const mean = found.reduce((sum, f) => sum + f.estimate, 0) / runs;
    const pooled = found.reduce((sum, f) => sum + f.pooled, 0) / runs;
    return [
      figure("7", `largest error of the gain of 0.4 min in ${runs} runs x ${decisions}`, worst.toFixed(4), "<= 0.1", worst <= 0.1),
      figure("7", `mean estimate (pooled means say ${pooled.toFixed(3)})`, mean.toFixed(4), "-0.4 +/- 0.1", Math.abs(mean + 0.4) <= 0.1),
      figure("7", "runs with the right sign", `${found.filter((f) => f.estimate < 0).length} of ${runs}`, "all", found.every((f) => f.estimate < 0)),
      figure("7", "looks with verdict harmful", String(harmful), "0", harmful === 0),
    ];
  },
};

const brokenSplit: Task = {
  name: "broken split",
  weight: 5,
  run: (short) => {
    const runs = short ? 100 : 1_000;
    const at = seeds(80_000, runs).map((seed) => firstUnhealthy(seed, 3_000, 0.5, 0.55));
    const found = at.filter((n) => n !== null && Number.isFinite(n)).length;
    const looks = short ? 3_000 : 10_000;
    const falsely = seeds(85_000, runs).filter((seed) => firstUnhealthy(seed, looks, 0.5, 0.5) !== null).length;
    return [
      figure("8", `split forced to 0.55 unhealthy within 3000 in ${runs} runs`, percent(found / runs), ">= 90 %", found / runs >= 0.9),
      figure("8", `healthy runs called unhealthy in ${runs} x ${looks} looks`, String(falsely), "0", falsely === 0),
    ];
  },
};

const ramps: Task = {
  name: "ramps",
  weight: 8,
  run: (short) => {
    const runs = short ? 8 : 200;
    const done = seeds(100_000, runs).map((seed) => healthyRamp(seed, 200_000));
    const completed = done.filter((r) => r.status === "completed").length;
    const back = done.filter((r) => r.status === "rolled_back").length;
    const median = quantile(done.map((r) => r.decisions), 0.5)!;
    return [
      figure("10", `healthy ramps completed (median ${median.toFixed(0)} decisions)`, `${completed} of ${runs}`, "all that were not rolled back", completed + back === runs),
      figure("10", "false rollbacks", percent(back / runs), "<= 2 %", back / runs <= 0.02),
    ];
  },
};

const assignment: Task = {
  name: "assignment",
  weight: 2,
  run: (short) => {
    const ids = short ? 20_000 : 100_000;
    // The standard error of a correlation is 1/√ids: a fifth of the ids cannot hold the limit of all of them.
    const lagLimit = short ? 0.02 : 0.01;
    const changed = changesUnderLoad(3, short ? 5_000 : 40_000, 20);
    const withdrawn = seeds(90_000, 200).map((seed) => phase2UntilWithdrawn(seed, 0.05, 1, 100) ?? Infinity);
    return [
      ...drawShares(ids, [0.05, 0.25, 0.5]).flatMap((d) => [
        figure("2", `share of ${ids} ids at ${d.share}, standard errors off`, d.standardErrors.toFixed(3), "|.| <= 4", Math.abs(d.standardErrors) <= 4),
        figure("2", `lag-1 correlation at ${d.share}`, d.lagCorrelation.toFixed(5), `|.| < ${lagLimit}`, Math.abs(d.lagCorrelation) < lagLimit),
        figure("2", `arm 2 at ${d.share} holds the smaller share's`, d.nested ? "yes" : "no", "yes", d.nested),
      ]),
      figure("3", `stored answers moved in ${changed.asked} repeats (a fresh draw would move ${changed.unlike})`, String(changed.moved), "0", changed.moved === 0),
      figure("9", "rule only: arm-2 decisions until a failing model is withdrawn, worst of 200", String(Math.max(...withdrawn)), "<= 10", Math.max(...withdrawn) <= 10),
      referenceFigure(),
    ];
  },
};

function referenceFigure(): Figure {
  const values = referenceValues();
  const wrong = values.filter((value) => !agrees(value));
  return figure("18", `reference values${wrong.length > 0 ? ` (${wrong.map((w) => w.name).join(", ")})` : ""}`, `${values.length - wrong.length} of ${values.length}`, "all", wrong.length === 0);
}

const TASKS: Task[] = [
  ...[0.5, 0.1, 0.05].flatMap((share) => [0.85, 0.05].map((rate) => noDifference(share, rate))),
  ramps,
  timeBased,
  brokenSplit,
  realDifference,
  assignment,
];

const Message = z.object({ figures: z.array(Figure), seconds: z.number() });

/** Each task in a process of its own, as many at a time as there are processors. */
async function runAll(short: boolean): Promise<Figure[]> {
  const queue = TASKS.map((task, index) => ({ task, index })).sort((a, b) => b.task.weight - a.task.weight);
  const all: Figure[] = [];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { figures, seconds } = await inProcess(next.index, short);
      process.stderr.write(`${next.task.name}: ${seconds.toFixed(1)} s\n`);
      all.push(...figures);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(2, availableParallelism())) }, worker));
  return all.sort((a, b) => Number(a.test) - Number(b.test));
}

function inProcess(index: number, short: boolean): Promise<z.infer<typeof Message>> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ["--task", String(index), ...(short ? ["--short"] : [])]);
    let result: z.infer<typeof Message> | null = null;
    child.on("message", (message) => {
      result = Message.parse(message);
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      if (code === 0 && result) resolve(result);
      else reject(new Error(`task ${index} ended with ${String(code)}`));
    });
  });
}

async function underLoad(short: boolean): Promise<number> {
  const child = fork(fileURLToPath(new URL("./verify-ab-load.ts", import.meta.url)), short ? ["--short"] : []);
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 1;
}

const short = process.argv.includes("--short");
const task = process.argv.indexOf("--task");
if (task > 0) {
  const started = performance.now();
  const figures = TASKS[Number(process.argv[task + 1])]!.run(short);
  process.send?.({ figures, seconds: (performance.now() - started) / 1000 });
} else {
  const started = performance.now();
  const figures = await runAll(short);
  for (const f of figures) process.stdout.write(`${f.ok ? "ok  " : "MISS"} ${f.test.padStart(2)}  ${f.what}: ${f.figure}  (${f.limit})\n`);
  const misses = figures.filter((f) => !f.ok).length;
  process.stdout.write(`${figures.length - misses} of ${figures.length} figures within their limits, ${((performance.now() - started) / 1000).toFixed(0)} s\n`);
  // Alone on the machine: its times are judged.
  const load = process.argv.includes("--simulated") ? 0 : await underLoad(short);
  process.stdout.write(`all in ${((performance.now() - started) / 1000).toFixed(0)} s\n`);
  if (misses > 0 || load !== 0) process.exitCode = 1;
}
