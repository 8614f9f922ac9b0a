import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { AvailableAt, type Estimate } from "@/lib/models/manifest";
import { readLog } from "@/lib/simulator/server/read-log";
import { localInstant } from "@/lib/sf-fire/record";
import { readRecords, readStations } from "@/lib/sf-fire/server/read-records";
import { sfTable } from "@/lib/sf-fire/table";
import { defaultParameters } from "@/lib/training/engine";
import { findEngine } from "@/lib/training/server/find-engine";
import { stepBack } from "@/lib/training/server/step-back";
import type { Table } from "@/lib/training/table";
import { trainModel } from "@/lib/training/train";
import type { Trained, TrainOptions } from "@/lib/training/trained";

const usage =
  "usage: npm run evaluate -- --format sf-fire|simulator --train FILES… --test FILES… [--split 2018-08-01] [--target-minutes 8] [--declare COLUMN=decision] [--engine auto|xgboost|embedded] [--draws N] [--json FILE]";

/** What a format makes of its files: a table to tell the classes, one to tell the minutes, and where the test rows begin. */
type Prepared = { classes: Table; minutes: Table; testFromMs: number; censored: number; outsideMinutes: number; unreadable: Record<string, number>; about: string; by: string };

/** `--train a b --test c` takes several files for one option, which parseArgs does not. */
function listsOf(argv: readonly string[]): { lists: Record<string, string[]>; rest: string[] } {
  const lists: Record<string, string[]> = { train: [], test: [] };
  const rest: string[] = [];
  let into: string[] | null = null;
  for (const word of argv) {
    const list = word === "--train" ? "train" : word === "--test" ? "test" : null;
    if (list) into = lists[list]!;
    else if (word.startsWith("--")) {
      into = null;
      rest.push(word);
    } else (into ?? rest).push(word);
  }
  return { lists, rest };
}

/** Trains on real records before an instant and judges on those after it; says what it refused to look at, and why. */
async function main(): Promise<void> {
  const { lists, rest } = listsOf(process.argv.slice(2));
  const { values } = parseArgs({
    args: rest,
    options: {
      format: { type: "string" },
      split: { type: "string" },
      "target-minutes": { type: "string", default: "8" },
      declare: { type: "string", multiple: true, default: [] },
      engine: { type: "string", default: "auto" },
      draws: { type: "string", default: "500" },
      stations: { type: "string" },
      json: { type: "string" },
    },
  });
  const { train, test } = lists as { train: string[]; test: string[] };
  if (values.format !== undefined && values.format !== "sf-fire" && values.format !== "simulator") throw new Error(`--format ${values.format}: sf-fire or simulator`);
  if (values.format === undefined || train.length === 0 || test.length === 0) throw new Error(usage);
  const targetMinutes = positive("--target-minutes", values["target-minutes"]);
  const draws = positive("--draws", values.draws);
  if (!Number.isInteger(draws)) throw new Error(`--draws ${values.draws}: a whole number above 0`);
  const engineName = values.engine;
  if (engineName !== "auto" && engineName !== "xgboost" && engineName !== "embedded") throw new Error(`--engine ${engineName}: auto, xgboost or embedded`);
  const declared = Object.fromEntries(
    values.declare.map((text) => {
      const [column = "", when] = text.split("=");
      const availableAt = AvailableAt.safeParse(when);
      if (column === "" || !availableAt.success) throw new Error(`--declare ${text}: COLUMN=request, =decision or =after_outcome`);
      return [column, availableAt.data] as const;
    }),
  );

  stepBack();
  const prepared = values.format === "simulator" ? fromSimulator({ train, test, split: values.split, declared }) : fromSfFire({ train, test, split: values.split, declared, targetMinutes, stations: values.stations });
  const { classes, testFromMs, by } = prepared;
  const unknown = Object.keys(declared).find((name) => !classes.columns.some((column) => column.name === name));
  if (unknown !== undefined) throw new Error(`--declare ${unknown}: the files have no such column, or features are made of it already`);
  const engine = await findEngine(engineName, { path: process.env.PATH ?? "" });
  const calibrateFromMs = calibrationStart(classes, testFromMs);
  const options = (task: "binary" | "regression"): TrainOptions => ({
    task,
    targetTransform: task === "binary" ? "identity" : "log",
    quantiles: [0.5, 0.9],
    split: { kind: "times", calibrateFromMs, testFromMs, gapHours: 2 },
    parameters: parametersFor(classes, calibrateFromMs),
    seed: 1,
    // A column that somebody declared admissible is asked for by name, so that the screen must decide.
    inputs: null,
    keepLeaks: false,
    removalTest: false,
    draws,
  });
  checkClasses(classes, calibrateFromMs, testFromMs);
  const classifier = await trainModel(classes, options("binary"), engine);
  const regressor = await trainModel(prepared.minutes, options("regression"), engine);

  const figures = {
    auc: need(classifier, "auc"),
    brier: need(classifier, "brier"),
    brier_skill: need(classifier, "brier_skill"),
    ece: need(classifier, "ece"),
    base_rate: need(classifier, "base_rate"),
    mae: need(regressor, "mae"),
    median_abs_error: need(regressor, "median_abs_error"),
    p90_abs_error: need(regressor, "p90_abs_error"),
    bias: need(regressor, "bias"),
    [`mae_median_by_${by}`]: regressor.metrics.baselines[`median_by_${by}`]!.mae!,
    mae_median: regressor.metrics.baselines.median!.mae!,
    [`brier_base_rate_by_${by}`]: classifier.metrics.baselines[`base_rate_by_${by}`]!.brier!,
    ...ruleFigures(classifier, regressor),
  };
  const rows = { train: classifier.split.train.length, calibrate: classifier.split.calibrate.length, test: classifier.split.test.length, in_gaps: classifier.split.dropped, censored: prepared.censored, outside_minutes: prepared.outsideMinutes, unreadable: prepared.unreadable };
  const refused = classifier.refused.map(({ column, code, reason }) => ({ column, code, reason }));
  console.log(`engine ${engine.name} ${engine.version}; ${prepared.about}; test from ${new Date(testFromMs).toISOString()}`);
  console.log(`rows: ${rows.train} train, ${rows.calibrate} calibrate, ${rows.test} test, ${rows.in_gaps} in the gaps, ${rows.censored} without an arrival (censored), ${rows.outside_minutes} outside the bounds`);
  for (const [name, value] of Object.entries<Estimate>(figures)) console.log(`  ${name.padEnd(28)} ${shown(value)}`);
  for (const { column, code, reason } of refused) console.log(`refused ${column} (${code}): ${reason}`);
  for (const warning of classifier.warnings) console.log(`warning: ${warning}`);
  if (figures.auc.value > 0.82) console.log("warning: an AUC above 0.82 on such records is taken for a leak");
  if (values.json) {
    writeFileSync(values.json, `${JSON.stringify({ ...Object.fromEntries(Object.entries(figures).map(([name, { value, low, high }]) => [name, { value, low, high }])), rows, refused, engine: { name: engine.name, version: engine.version }, target_minutes: targetMinutes, features: classifier.features.map((feature) => feature.name) }, null, 2)}\n`);
  }
}

type Asked = { train: string[]; test: string[]; split: string | undefined; declared: Record<string, AvailableAt> };

function fromSfFire({ train, test, split, declared, targetMinutes, stations: stationFile }: Asked & { targetMinutes: number; stations: string | undefined }): Prepared {
  const trainFile = readRecords(train);
  const testFile = readRecords(test);
  const testFromMs = split === undefined ? (testFile.records[0]?.dispatchMs ?? Number.NaN) : localInstant(`${split}T00:00:00`.slice(0, 19));
  if (testFromMs === null || !Number.isFinite(testFromMs)) throw new Error(split === undefined ? "the test files hold no dispatch" : `--split ${split}: a date such as 2018-08-01`);
  // The state of the city runs on across the border. Training rows come from the training files before it, test rows from
  // the test files after it; one file may be both.
  const isTest = new Set(testFile.records.filter((record) => record.dispatchMs >= testFromMs).map((record) => record.rowId));
  const records = [...trainFile.records.filter((record) => record.dispatchMs < testFromMs), ...testFile.records.filter((record) => isTest.has(record.rowId))].sort(
    (a, b) => a.dispatchMs - b.dispatchMs || (a.rowId < b.rowId ? -1 : 1),
  );
  if (records.every((record) => record.dispatchMs >= testFromMs)) throw new Error("no training record lies before the first test record; a model is never trained on what came later");

  const stations = readStations(stationFile, train[0]!);
  const bounds = { ambulancesOnly: true, minMinutes: 0.25, maxMinutes: 60 };
  const onTime = sfTable(records, stations, { ...bounds, declared, label: (_, minutes) => (minutes <= targetMinutes ? 1 : 0) });
  const minutes = sfTable(records, stations, { ...bounds, declared, label: (_, value) => value });
  return { classes: onTime.table, minutes: minutes.table, testFromMs, censored: onTime.censored, outsideMinutes: onTime.outOfBounds, unreadable: { ...trainFile.dropped, ...testFile.dropped }, about: `on time within ${targetMinutes} min of dispatch`, by: "priority" };
}

/** The log of the demonstration city, read as the shipped models read it. */
function fromSimulator({ train, test, split, declared }: Asked): Prepared {
  const given = split === undefined ? null : localMidnight(split);
  const classes = readLog("optimal", train, test, given, declared);
  const minutes = readLog("eta", train, test, given, declared);
  return { classes: classes.table, minutes: minutes.table, testFromMs: classes.testFromMs, censored: classes.censored, outsideMinutes: 0, unreadable: {}, about: "was_optimal: on time, and no clearly better candidate at t0", by: "severity" };
}

function localMidnight(date: string): number {
  const ms = Date.parse(`${date}T00:00:00-04:00`);
  if (Number.isNaN(ms)) throw new Error(`--split ${date}: a date such as 2026-02-01`);
  return ms;
}

/** What the rules say of the same rows, where the table knows it. */
function ruleFigures(classifier: Trained, regressor: Trained): Record<string, Estimate> {
  const rule = classifier.metrics.baselines.rule;
  const minutes = regressor.metrics.baselines.rule;
  return { ...(rule?.auc && rule.brier ? { auc_rule: rule.auc, brier_rule: rule.brier } : {}), ...(minutes?.mae ? { mae_rule: minutes.mae } : {}) };
}

/** Figures such as the AUC need both classes where they are learnt and where they are judged. */
function checkClasses({ label, timeMs }: Table, calibrateFromMs: number, testFromMs: number): void {
  const parts: [string, (at: number) => boolean][] = [
    ["training", (at) => at < calibrateFromMs],
    ["test", (at) => at >= testFromMs],
  ];
  for (const [name, belongs] of parts) {
    const classes = new Set(label.filter((_, row) => belongs(timeMs[row]!)));
    if (classes.size === 0) throw new Error(`there are no ${name} rows with an arrival within the bounds`);
    if (classes.size === 1) throw new Error(`the ${name} rows hold one class only (every label is ${[...classes].join("")})`);
  }
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new Error(`${option} ${text}: a number above 0`);
  return value;
}

const FEW_ROWS = 2_500;

/** Slices of a few days want a smaller model than months do. Each tree sees about eight columns. */
function parametersFor({ columns, timeMs }: Table, calibrateFromMs: number): TrainOptions["parameters"] {
  const inputs = columns.filter(({ availableAt }) => availableAt === "request" || availableAt === "decision").length;
  const [max_depth, num_round] = timeMs.filter((time) => time < calibrateFromMs).length < FEW_ROWS ? [3, 150] : [4, 200];
  return { ...defaultParameters, num_round, max_depth, eta: 0.03, min_child_weight: 10, subsample: 0.7, colsample_bytree: Math.min(1, 8 / Math.max(1, inputs)) };
}

/** The last sixth of the rows before the test rows calibrates. */
function calibrationStart(table: Table, testFromMs: number): number {
  const times = table.timeMs.filter((time) => time < testFromMs).sort();
  const at = times[Math.floor(times.length * (5 / 6))];
  if (at === undefined) throw new Error("there are no training rows with an arrival within the bounds");
  return at;
}

function need(trained: Trained, name: string): Estimate {
  const found = trained.metrics.values[name];
  if (!found) throw new Error(`${name} is not defined on these test rows`);
  return found;
}

function shown({ value, low, high }: Estimate): string {
  return low === null || high === null ? value.toFixed(4) : `${value.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`;
}

await main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error((error instanceof Error ? error.message : String(error)).split("\n")[0]);
    process.exit(1);
  },
);
