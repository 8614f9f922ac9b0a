import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import { crossValidatedAuc, crossValidatedMae } from "@/lib/training/cross-validate";
import { defaultParameters, type BoosterParameters, type Engine, type TrainingMatrix } from "@/lib/training/engine";
import { matrixOf } from "@/lib/training/predict-rows";
import { readTable } from "@/lib/training/read-table";
import { screenColumns } from "@/lib/training/screen";
import { findEngine } from "@/lib/training/server/find-engine";
import { findXgboost } from "@/lib/training/server/xgboost-cli";
import { TrainingSpec } from "@/lib/training/spec";
import { splitByTime } from "@/lib/training/split";
import { syntheticMatrix } from "@/lib/training/synthetic-matrix";
import { TrainingError } from "@/lib/training/training-error";

const usage = "usage: npm run compare-engines -- [--data FILE.csv[.gz] --manifest SPEC.json] [--rows N] [--folds N]";
/** The embedded booster may be this much worse than XGBoost; a lead above the second number wants an explanation. */
const MAY_LACK = { auc: 0.005, mae: 0.01 };
const MUST_EXPLAIN = { auc: 0.01, mae: 0.02 };

type Compared = { name: string; matrix: TrainingMatrix; foldOf: Int32Array; parameters: BoosterParameters; unscaled: (value: number) => number };
type Measured = { engine: string; figures: number[]; trainS: number; cpuS: number; peakMb: number };
type Sources = { data: string | undefined; manifest: string | undefined; rows: number; folds: number };

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { data: { type: "string" }, manifest: { type: "string" }, rows: { type: "string", default: "100000" }, folds: { type: "string", default: "5" }, measure: { type: "string" }, of: { type: "string" } },
  });
  const { data, manifest } = values;
  const [rows, folds] = [Number(values.rows), Number(values.folds)];
  if (!Number.isInteger(rows) || rows < 1_000 || !Number.isInteger(folds) || folds < 2 || (data === undefined) !== (manifest === undefined)) throw new TrainingError("usage", usage);
  const sources: Sources = { data, manifest, rows, folds };
  const path = process.env.PATH ?? "";
  if (values.measure === "embedded" || values.measure === "xgboost") {
    process.send?.(await measure(await findEngine(values.measure, { path }), comparedOf(sources, values.of === "file")));
    return;
  }
  const engines = findXgboost(path) === null ? ["embedded"] : ["xgboost", "embedded"];
  if (engines.length === 1) console.log("there is no xgboost executable on the path: the embedded engine alone");

  const lacking: string[] = [];
  // A file that cannot be read is known before the long work begins.
  const whole = [false, ...(data === undefined ? [] : [true])].map((ofFile) => ({ ofFile, ...comparedOf(sources, ofFile) }));
  for (const { ofFile, name, matrix, parameters } of whole) {
    const kind = parameters.objective === "binary:logistic" ? "auc" : "mae";
    console.log(`${name}: ${matrix.rows} rows x ${matrix.width}, ${folds} folds, ${parameters.num_round} trees of depth ${parameters.max_depth}`);
    console.log(`engine            ${kind.toUpperCase()} mean       sd   train all rows: wall s   CPU s   peak memory MB`);
    const measured: Measured[] = [];
    for (const engine of engines) {
      const found = await inProcessOfItsOwn(engine, sources, ofFile);
      measured.push(found);
      const spread = Math.sqrt(found.figures.reduce((sum, figure) => sum + (figure - mean(found.figures)) ** 2, 0) / (found.figures.length - 1));
      const cells = [mean(found.figures).toFixed(5).padStart(8), spread.toFixed(5).padStart(8), found.trainS.toFixed(2).padStart(22), found.cpuS.toFixed(2).padStart(7), found.peakMb.toFixed(0).padStart(16)];
      console.log(`${found.engine.padEnd(17)} ${cells.join(" ")}`);
    }
    const [xgboost, embedded] = measured;
    if (!xgboost || !embedded) continue;
    const [theirs, ours] = [mean(xgboost.figures), mean(embedded.figures)];
    // Points of AUC, or the share of the error: above zero the embedded engine is the better one.
    const lead = kind === "auc" ? ours - theirs : (theirs - ours) / theirs;
    if (lead < -MAY_LACK[kind]) lacking.push(name);
    const verdict = lead < -MAY_LACK[kind] ? `more than ${MAY_LACK[kind]} worse` : lead > MUST_EXPLAIN[kind] ? `a lead above ${MUST_EXPLAIN[kind]}: look for the reason, such as rows of a group in several folds` : "within the limits";
    const inFolds = xgboost.figures.map((figure, fold) => (embedded.figures[fold]! - figure).toFixed(4)).join(" ");
    console.log(`embedded against xgboost: ${lead >= 0 ? "+" : ""}${lead.toFixed(5)}${kind === "mae" ? " of the error" : ""}, ${verdict}; by fold ${inFolds}`);
  }
  if (lacking.length > 0) throw new TrainingError("engines", `the embedded engine is too far behind XGBoost on ${lacking.join(", ")}`);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const comparedOf = (sources: Sources, ofFile: boolean): Compared =>
  ofFile ? fromFile(sources.data!, sources.manifest!, sources.folds) : synthetic(sources.rows, sources.folds);

/** A fresh process for each engine, so that the memory of one does not count for the other. */
async function inProcessOfItsOwn(engine: string, { data, manifest, rows, folds }: Sources, ofFile: boolean): Promise<Measured> {
  const files = data !== undefined && manifest !== undefined ? ["--data", data, "--manifest", manifest] : [];
  const child = fork(process.argv[1]!, ["--measure", engine, "--of", ofFile ? "file" : "synthetic", "--rows", String(rows), "--folds", String(folds), ...files], { execArgv: ["--import", "tsx"] });
  return new Promise((resolve, reject) => {
    child.once("message", (found: Measured) => {
      resolve(found);
    });
    child.once("exit", (code) => {
      reject(new TrainingError("engines", `measuring ${engine} ended with ${code}`));
    });
  });
}

async function measure(engine: Engine, { matrix, foldOf, parameters, unscaled }: Compared): Promise<Measured> {
  const peak = watchMemory();
  const cpu = cpuSeconds();
  const started = performance.now();
  await engine.train(matrix, parameters, 1);
  const trainS = (performance.now() - started) / 1_000;
  const cpuS = cpuSeconds() - cpu;
  const peakMb = peak() / 1e6;
  const figures = parameters.objective === "binary:logistic" ? await crossValidatedAuc(engine, matrix, foldOf, parameters, 1) : await crossValidatedMae(engine, matrix, foldOf, parameters, 1, unscaled);
  return { engine: `${engine.name} ${engine.version}`, figures, trainS, cpuS, peakMb };
}

/** Of this process with its threads, and of the children it has waited for (Linux: from /proc; elsewhere without those). */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  let ofChildren = 0;
  try {
    const fields = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1)!.split(" ");
    ofChildren = (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    // No /proc.
  }
  return (user + system) / 1e6 + ofChildren;
}

/** Peak resident memory of this process and its children while it is watched (Linux: from /proc; elsewhere this process alone). */
function watchMemory(): () => number {
  let most = 0;
  const look = (): void => {
    most = Math.max(most, process.memoryUsage.rss() + childrenRss());
  };
  const timer = setInterval(look, 50);
  look();
  return () => {
    look();
    clearInterval(timer);
    return most;
  };
}

function childrenRss(): number {
  try {
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim().split(" ").filter(Boolean);
    return children.reduce((sum, pid) => sum + 4_096 * Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]), 0);
  } catch {
    // No /proc, or a child that has just ended.
    return 0;
  }
}

function synthetic(rows: number, folds: number): Compared {
  const matrix = syntheticMatrix(rows, 13, 7);
  return { name: "synthetic", matrix, foldOf: Int32Array.from({ length: rows }, (_, row) => row % folds), parameters: { ...defaultParameters, objective: "binary:logistic" }, unscaled: (value) => value };
}

/** Whole groups in one fold: rows of a call know each other. */
function fromFile(data: string, manifest: string, folds: number): Compared {
  const spec = TrainingSpec.parse(JSON.parse(readFileSync(manifest, "utf8")));
  const bytes = readFileSync(data);
  const [header, ...records] = parse(data.endsWith(".gz") ? gunzipSync(bytes) : bytes, { bom: true, skip_empty_lines: true });
  const { table } = readTable(header ?? [], records, spec);
  const { train, calibrate, test, gapHours } = spec.split;
  const { inputs } = screenColumns(table, { inputs: spec.inputs ?? null, keepLeaks: false, task: spec.task }, splitByTime(table, { kind: "shares", train, calibrate, test, gapHours }));
  const all = Int32Array.from({ length: table.rows }, (_, row) => row);
  const keys = new Map<string, number>();
  const foldOf = Int32Array.from(table.group ?? table.day, (key) => {
    if (!keys.has(key)) keys.set(key, keys.size);
    return keys.get(key)! % folds;
  });
  const log = spec.targetTransform === "log";
  return {
    name: spec.name,
    matrix: { inputs: matrixOf(table, inputs, all), rows: table.rows, width: inputs.length, label: log ? table.label.map(Math.log) : table.label },
    foldOf,
    parameters: { ...spec.parameters, objective: spec.task === "binary" ? "binary:logistic" : "reg:squarederror" },
    unscaled: log ? Math.exp : (value) => value,
  };
}

await main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error((error instanceof Error ? error.message : String(error)).split("\n")[0]);
    process.exit(1);
  },
);
