import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { AvailableAt, type Estimate } from "@/lib/models/manifest";
import { localInstant } from "@/lib/sf-fire/record";
import { readRecords, readStations } from "@/lib/sf-fire/server/read-records";
import { sfTable } from "@/lib/sf-fire/table";
import { defaultParameters } from "@/lib/training/engine";
import { findEngine } from "@/lib/training/server/find-engine";
import type { Table } from "@/lib/training/table";
import { trainModel } from "@/lib/training/train";
import type { Trained, TrainOptions } from "@/lib/training/trained";

const usage =
  "usage: npm run evaluate -- --format sf-fire --train FILES… --test FILES… [--split 2018-08-01] [--target-minutes 8] [--declare COLUMN=decision] [--engine auto|xgboost|embedded] [--draws N] [--json FILE]";

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
  if (values.format !== "sf-fire" || train.length === 0 || test.length === 0) throw new Error(values.format === undefined || values.format === "sf-fire" ? usage : `--format ${values.format}: only sf-fire`);
  const targetMinutes = Number(values["target-minutes"]);
  const engineName = values.engine;
  if (engineName !== "auto" && engineName !== "xgboost" && engineName !== "embedded") throw new Error(`--engine ${engineName}: auto, xgboost or embedded`);
  const declared = Object.fromEntries(
    values.declare.map((text) => {
      const [column = "", availableAt] = text.split("=");
      return [column, AvailableAt.parse(availableAt)] as const;
    }),
  );

  const trainFile = readRecords(train);
  const testFile = readRecords(test);
  const testFromMs = values.split === undefined ? (testFile.records[0]?.dispatchMs ?? Number.NaN) : localInstant(`${values.split}T00:00:00`.slice(0, 19));
  if (testFromMs === null || !Number.isFinite(testFromMs)) throw new Error(values.split === undefined ? "the test files hold no dispatch" : `--split ${values.split}: a date such as 2018-08-01`);
  // The state of the city runs on across the border. Training rows come from the training files before it, test rows from
  // the test files after it; one file may be both.
  const isTest = new Set(testFile.records.filter((record) => record.dispatchMs >= testFromMs).map((record) => record.rowId));
  const records = [...trainFile.records.filter((record) => record.dispatchMs < testFromMs), ...testFile.records.filter((record) => isTest.has(record.rowId))].sort(
    (a, b) => a.dispatchMs - b.dispatchMs || (a.rowId < b.rowId ? -1 : 1),
  );
  if (records.every((record) => record.dispatchMs >= testFromMs)) throw new Error("no training record lies before the first test record; a model is never trained on what came later");

  const stations = readStations(values.stations, train[0]!);
  const bounds = { ambulancesOnly: true, minMinutes: 0.25, maxMinutes: 60 };
  const onTime = sfTable(records, stations, { ...bounds, declared, label: (_, minutes) => (minutes <= targetMinutes ? 1 : 0) });
  const minutes = sfTable(records, stations, { ...bounds, declared, label: (_, value) => value });
  const engine = await findEngine(engineName, { path: process.env.PATH ?? "" });
  const calibrateFromMs = calibrationStart(onTime.table, testFromMs);
  const options = (task: "binary" | "regression"): TrainOptions => ({
    task,
    targetTransform: task === "binary" ? "identity" : "log",
    quantiles: [0.5, 0.9],
    split: { kind: "times", calibrateFromMs, testFromMs, gapHours: 2 },
    parameters: { ...defaultParameters, num_round: 400, max_depth: 5, eta: 0.03, min_child_weight: 20, subsample: 0.7, colsample_bytree: 0.5 },
    seed: 1,
    // A column that somebody declared admissible is asked for by name, so that the screen must decide.
    inputs: null,
    keepLeaks: false,
    removalTest: false,
    draws: Number(values.draws),
  });
  const classifier = await trainModel(onTime.table, options("binary"), engine);
  const regressor = await trainModel(minutes.table, options("regression"), engine);

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
    mae_median_by_priority: regressor.metrics.baselines.median_by_priority!.mae!,
    mae_median: regressor.metrics.baselines.median!.mae!,
    brier_base_rate_by_priority: classifier.metrics.baselines.base_rate_by_priority!.brier!,
  };
  const rows = { train: classifier.split.train.length, calibrate: classifier.split.calibrate.length, test: classifier.split.test.length, in_gaps: classifier.split.dropped, censored: onTime.censored, outside_minutes: onTime.outOfBounds, unreadable: { ...trainFile.dropped, ...testFile.dropped } };
  const refused = classifier.refused.map(({ column, code, reason }) => ({ column, code, reason }));
  console.log(`engine ${engine.name} ${engine.version}; on time within ${targetMinutes} min of dispatch; test from ${new Date(testFromMs).toISOString()}`);
  console.log(`rows: ${rows.train} train, ${rows.calibrate} calibrate, ${rows.test} test, ${rows.in_gaps} in the gaps, ${rows.censored} without an arrival (censored), ${rows.outside_minutes} outside 0.25 to 60 min`);
  for (const [name, value] of Object.entries(figures)) console.log(`  ${name.padEnd(28)} ${shown(value)}`);
  for (const { column, code, reason } of refused) console.log(`refused ${column} (${code}): ${reason}`);
  for (const warning of classifier.warnings) console.log(`warning: ${warning}`);
  if (figures.auc.value > 0.82) console.log("warning: an AUC above 0.82 on these records is taken for a leak");
  if (values.json) {
    writeFileSync(values.json, `${JSON.stringify({ ...Object.fromEntries(Object.entries(figures).map(([name, { value, low, high }]) => [name, { value, low, high }])), rows, refused, engine: { name: engine.name, version: engine.version }, target_minutes: targetMinutes, features: classifier.features.map((feature) => feature.name) }, null, 2)}\n`);
  }
}

/** The last sixth of the rows before the test rows calibrates. */
function calibrationStart(table: Table, testFromMs: number): number {
  const times = table.timeMs.filter((time) => time < testFromMs).sort();
  const at = times[Math.floor(times.length * (5 / 6))];
  if (at === undefined) throw new Error("too few training rows");
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
