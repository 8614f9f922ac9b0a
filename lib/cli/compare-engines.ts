import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import { crossValidatedAuc } from "@/lib/training/cross-validate";
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
/** The embedded booster may be this much below XGBoost; a lead above the second number wants an explanation. */
const MAY_LACK = 0.005;
const MUST_EXPLAIN = 0.01;

type Compared = { name: string; matrix: TrainingMatrix; foldOf: Int32Array; parameters: BoosterParameters };
type Measured = { engine: string; aucs: number[]; trainS: number; rssMb: number };

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { data: { type: "string" }, manifest: { type: "string" }, rows: { type: "string", default: "100000" }, folds: { type: "string", default: "5" } } });
  const rows = Number(values.rows);
  const folds = Number(values.folds);
  if (!Number.isInteger(rows) || rows < 1_000 || !Number.isInteger(folds) || folds < 2 || (values.data === undefined) !== (values.manifest === undefined))
    throw new TrainingError("usage", usage);
  const path = process.env.PATH ?? "";
  const engines: Engine[] = [await findEngine("embedded", { path })];
  if (findXgboost(path) === null) console.log("there is no xgboost executable on the path: the embedded engine alone");
  else engines.unshift(await findEngine("xgboost", { path }));

  let lacking = false;
  for (const compared of [synthetic(rows, folds), ...(values.data && values.manifest ? [fromFile(values.data, values.manifest, folds)] : [])]) {
    console.log(`${compared.name}: ${compared.matrix.rows} rows x ${compared.matrix.width}, ${folds} folds, ${compared.parameters.num_round} trees of depth ${compared.parameters.max_depth}`);
    const measured: Measured[] = [];
    for (const engine of engines) measured.push(await measure(engine, compared));
    console.log("engine            AUC mean  AUC sd   train all rows s  peak memory MB");
    for (const { engine, aucs, trainS, rssMb } of measured) {
      const spread = Math.sqrt(aucs.reduce((sum, auc) => sum + (auc - mean(aucs)) ** 2, 0) / (aucs.length - 1));
      console.log(`${engine.padEnd(17)} ${mean(aucs).toFixed(5)}   ${spread.toFixed(5)}  ${trainS.toFixed(2).padStart(12)}  ${rssMb.toFixed(0).padStart(14)}`);
    }
    const [xgboost, embedded] = measured;
    if (!xgboost || !embedded) continue;
    const lead = mean(embedded.aucs) - mean(xgboost.aucs);
    lacking ||= lead < -MAY_LACK;
    const verdict = lead < -MAY_LACK ? `more than ${MAY_LACK} below` : lead > MUST_EXPLAIN ? `a lead above ${MUST_EXPLAIN}: explain it` : "within the limits";
    console.log(`embedded less xgboost: ${lead >= 0 ? "+" : ""}${lead.toFixed(5)}, ${verdict}`);
  }
  if (lacking) throw new TrainingError("engines", `the embedded engine is more than ${MAY_LACK} below XGBoost`);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

async function measure(engine: Engine, { matrix, foldOf, parameters }: Compared): Promise<Measured> {
  const peak = watchMemory();
  const started = performance.now();
  await engine.train(matrix, parameters, 1);
  const trainS = (performance.now() - started) / 1_000;
  const rssMb = peak() / 1e6;
  return { engine: `${engine.name} ${engine.version}`, aucs: await crossValidatedAuc(engine, matrix, foldOf, parameters, 1), trainS, rssMb };
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
  return { name: "synthetic", matrix, foldOf: Int32Array.from({ length: rows }, (_, row) => row % folds), parameters: { ...defaultParameters, objective: "binary:logistic" } };
}

/** Whole groups in one fold: rows of a call know each other. */
function fromFile(data: string, manifest: string, folds: number): Compared {
  const spec = TrainingSpec.parse(JSON.parse(readFileSync(manifest, "utf8")));
  if (spec.task !== "binary") throw new TrainingError("usage", "engines are compared on a binary target");
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
  return { name: spec.name, matrix: { inputs: matrixOf(table, inputs, all), rows: table.rows, width: inputs.length, label: table.label }, foldOf, parameters: { ...spec.parameters, objective: "binary:logistic" } };
}

await main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error((error instanceof Error ? error.message : String(error)).split("\n")[0]);
    process.exit(1);
  },
);
