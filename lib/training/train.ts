import { rocAuc } from "@/lib/stats/roc-auc";
import type { Ensemble } from "@/lib/models/ensemble";
import { gainShares } from "@/lib/models/importance";
import type { Calibration, Feature } from "@/lib/models/manifest";
import { servedScore } from "@/lib/models/score";
import type { BoosterParameters, Engine } from "./engine";
import { fitCalibration } from "./fit-calibration";
import { judgeGates } from "./gates";
import { goldenInputs } from "./golden-inputs";
import { heldOutMetrics, pick, type Predicted } from "./held-out";
import { matrixOf, rawScores } from "./predict-rows";
import { referenceStatistics } from "./reference-statistics";
import { residualQuantiles } from "./residual-quantiles";
import { screenColumns, type Screened } from "./screen";
import { splitByTime } from "./split";
import type { Table } from "./table";
import { TrainingError } from "./training-error";
import type { Progress, Trained, TrainOptions } from "./trained";

/** Learns, calibrates and judges on three parts of the table in time order; says what it refused and why. */
export async function trainModel(table: Table, options: TrainOptions, engine: Engine, progress: Progress = () => undefined): Promise<Trained> {
  const target = targetOf(table, options);
  const split = splitByTime(table, options.split);
  progress(`${split.train.length} rows to train, ${split.calibrate.length} to calibrate, ${split.test.length} to test`);
  const screened = screenColumns(table, options, split);
  const features = featuresOf(table, screened, split);
  const parameters: BoosterParameters = { ...options.parameters, objective: options.task === "binary" ? "binary:logistic" : "reg:squarederror" };

  const learn = (inputs: readonly number[]): Promise<Ensemble> =>
    engine.train({ inputs: matrixOf(table, inputs, split.train), rows: split.train.length, width: inputs.length, label: pick(target, split.train) }, parameters, options.seed);
  progress(`training with ${engine.name} ${engine.version}: ${screened.inputs.length} inputs, ${parameters.num_round} trees`);
  const ensemble = await learn(screened.inputs);

  const heldBack = rawScores(ensemble, matrixOf(table, screened.inputs, split.calibrate));
  const calibrated = calibrationOf(table, options, split, heldBack);
  const quantiles = options.task === "regression" ? residualQuantiles(pick(target, split.calibrate), heldBack, options.quantiles) : [];
  const serving = { task: options.task, calibration: calibrated.calibration, targetTransform: options.targetTransform };
  const p90 = quantiles.find((each) => each.level === 0.9);
  const predict = (asMissing: ReadonlySet<number>): Predicted => {
    const raw = rawScores(ensemble, matrixOf(table, screened.inputs, split.test, asMissing));
    return { raw, served: raw.map((score) => servedScore(score, serving)), p90: p90 ? raw.map((score) => servedScore(score + p90.offset, serving)) : null };
  };
  const leakColumns = new Set(screened.inputs.filter((column) => screened.leaks.includes(table.columns[column]!.name)));
  const predicted = predict(leakColumns);
  progress("judging on the test rows");
  const metrics = heldOutMetrics({ table, options, split }, predicted);
  // What the old way of judging would have shown: the outcome itself among the inputs.
  if (leakColumns.size > 0) metrics.baselines.with_after_outcome_inputs = heldOutMetrics({ table, options, split }, predict(new Set())).values;

  const warnings = options.removalTest && options.task === "binary" ? await removalWarnings(table, screened, split, ensemble, learn, progress) : [];
  const reference = Int32Array.from([...split.calibrate, ...split.test]);
  const served = Float64Array.from([...heldBack.map((score) => servedScore(score, serving)), ...predicted.served]);
  return {
    features,
    leaks: screened.leaks,
    ensemble,
    scaler: null,
    calibration: calibrated.calibration,
    calibrationNote: calibrated.note,
    quantiles,
    metrics,
    baseline: referenceStatistics(table, screened.inputs, reference, served, options.task),
    gates: judgeGates({ table, options, split, inputs: screened.inputs, refused: screened.refused, warnings, metrics }),
    refused: screened.refused,
    warnings,
    goldenInputs: goldenInputs(table, screened.inputs, split.train, features),
    engine: { name: engine.name, version: engine.version, parameters: { ...parameters, seed: options.seed } },
    split,
    testPredictions: predicted.served,
  };
}

function targetOf(table: Table, options: TrainOptions): Float64Array {
  const bad = table.label.findIndex((value) => !Number.isFinite(value) || (options.task === "binary" && value !== 0 && value !== 1));
  if (bad >= 0) throw new TrainingError("label", `row ${bad + 1}: the target is ${table.label[bad]!}`);
  if (options.targetTransform !== "log") return table.label;
  const low = table.label.findIndex((value) => value <= 0);
  if (low >= 0) throw new TrainingError("label", `row ${low + 1}: the target is ${table.label[low]!}, and a logarithm needs it above 0`);
  return table.label.map(Math.log);
}

function featuresOf(table: Table, { inputs, leaks }: Screened, split: Trained["split"]): Feature[] {
  return inputs.map((at) => {
    const { name, description, unit, kind, availableAt, validRange, allowMissing } = table.columns[at]!;
    const values = pick(table.values[at]!, split.train);
    const present = values.filter((value) => !Number.isNaN(value));
    const seenMissing = present.length < values.length;
    if (seenMissing && !allowMissing) throw new TrainingError("missing-values", `${name} is missing in ${values.length - present.length} rows, and its declaration does not allow that`);
    if (kind === "time" || availableAt === null) throw new TrainingError("not-an-input", name);
    const trainedRange = { min: present.length === 0 ? null : present.reduce((a, b) => Math.min(a, b)), max: present.length === 0 ? null : present.reduce((a, b) => Math.max(a, b)) };
    return { name, description, unit, kind, availableAt, validRange, trainedRange, allowMissing: (allowMissing && seenMissing) || leaks.includes(name) };
  });
}

function calibrationOf(table: Table, options: TrainOptions, split: Trained["split"], scores: Float64Array): { calibration: Calibration; note: string } {
  if (options.task === "regression") return { calibration: { method: "identity" }, note: "a regression" };
  return fitCalibration([...scores], [...pick(table.label, split.calibrate)], Array.from(split.calibrate, (row) => table.day[row]!));
}

const REMOVAL_AUC_DROP = 0.15;

/** Screen (b): a model that falls apart without one input leans on it suspiciously. Asked of the three strongest. */
async function removalWarnings(
  table: Table,
  { inputs }: Screened,
  split: Trained["split"],
  ensemble: Ensemble,
  learn: (inputs: readonly number[]) => Promise<Ensemble>,
  progress: Progress,
): Promise<string[]> {
  if (inputs.length < 2) return [];
  const label = [...pick(table.label, split.calibrate)];
  const aucOf = (model: Ensemble, columns: readonly number[]): number => rocAuc(label, [...rawScores(model, matrixOf(table, columns, split.calibrate))]) ?? 0.5;
  const whole = aucOf(ensemble, inputs);
  const warnings: string[] = [];
  const strongest = gainShares(ensemble, inputs.map((column) => table.columns[column]!.name)).slice(0, 3).filter((each) => each.share > 0.1);
  for (const { name } of strongest) {
    progress(`training again without ${name}`);
    const rest = inputs.filter((column) => table.columns[column]!.name !== name);
    const drop = whole - aucOf(await learn(rest), rest);
    if (drop > REMOVAL_AUC_DROP) warnings.push(`without ${name} the AUC falls by ${drop.toFixed(3)}`);
  }
  return warnings;
}
