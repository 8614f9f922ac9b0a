import type { Estimate, Gate } from "@/lib/models/manifest";
import type { Metrics } from "./held-out";
import { nullRate } from "./screen";
import type { Table } from "./table";
import type { Refusal, Trained, TrainOptions } from "./trained";

const LEAST_LABELS = 1_000;
const LEAST_CLASS = 50;
const LEAST_TEST = 300;
const NULL_RATE_WARN = 0.05;
/** |Z| of Spiegelhalter's test at 1 %. */
const CALIBRATED = 2.58;

/** The gates of one version on its own: data, split, better than trivial, calibration. */
export function judgeGates(found: {
  table: Table;
  options: Pick<TrainOptions, "task">;
  split: Trained["split"];
  inputs: readonly number[];
  refused: readonly Refusal[];
  warnings: readonly string[];
  metrics: Metrics;
}): Gate[] {
  return [dataGate(found), splitGate(found), trivialGate(found), calibrationGate(found)];
}

type Found = Parameters<typeof judgeGates>[0];

function dataGate({ table, options, split, inputs, refused, warnings }: Found): Gate {
  const failures = refused.filter((each) => each.requested).map((each) => `${each.column}: ${each.reason} (${each.code})`);
  if (table.rows < LEAST_LABELS) failures.push(`${table.rows} labels, ${LEAST_LABELS} are needed`);
  if (options.task === "binary") {
    const positives = table.label.reduce((sum, value) => sum + value, 0);
    const least = Math.min(positives, table.rows - positives);
    if (least < LEAST_CLASS) failures.push(`${least} rows of the smaller class, ${LEAST_CLASS} are needed`);
  }
  const shifted = inputs
    .filter((column) => Math.abs(nullRate(table.values[column]!, split.test) - nullRate(table.values[column]!, split.train)) > NULL_RATE_WARN)
    .map((column) => `${table.columns[column]!.name}: its missing share moved by more than ${NULL_RATE_WARN}`);
  const notices = [...shifted, ...warnings];
  const verdict = failures.length > 0 ? "fail" : notices.length > 0 ? "warn" : "pass";
  const clean = `${table.rows} labelled rows, ${inputs.length} inputs known at t0`;
  return { id: "G1", title: "Data and leakage screen", verdict, detail: [...failures, ...notices].join("; ") || clean };
}

function splitGate({ table, split }: Found): Gate {
  const share = split.test.length / table.rows;
  const detail = `${split.train.length} train, ${split.calibrate.length} calibrate, ${split.test.length} test (the last ${(100 * share).toFixed(1)} %), ${split.dropped} in the gaps; calls whole`;
  const verdict = split.test.length < LEAST_TEST ? "fail" : share < 0.2 || share > 0.4 ? "warn" : "pass";
  return { id: "G2", title: "Time-ordered split", verdict, detail };
}

const shown = (estimate: Estimate): string => `${estimate.value.toFixed(3)} [${estimate.low?.toFixed(3) ?? "?"}, ${estimate.high?.toFixed(3) ?? "?"}]`;

function trivialGate({ options, metrics }: Found): Gate {
  const title = "Better than trivial";
  const { values, baselines } = metrics;
  if (options.task === "regression") {
    const rivals = Object.entries(baselines).filter(([name]) => name.startsWith("median"));
    const lost = rivals.filter(([, rival]) => !(values.mae!.value < rival.mae!.value));
    const detail = `MAE ${shown(values.mae!)}; ${rivals.map(([name, rival]) => `${name} ${shown(rival.mae!)}`).join(", ")}`;
    return { id: "G3", title, verdict: lost.length > 0 ? "fail" : "pass", detail };
  }
  const { auc, brier, accuracy, base_rate: rate } = values;
  const base = baselines.base_rate?.brier;
  if (!auc || !brier || !accuracy || !rate || !base) return { id: "G3", title, verdict: "fail", detail: "the test rows hold one class only" };
  const majority = Math.max(rate.value, 1 - rate.value);
  const failures: string[] = [];
  if (!(auc.low !== null && auc.low > 0.5)) failures.push("the AUC's lower bound is not above 0.5");
  if (!(brier.value < base.value)) failures.push("Brier not below the base rate's");
  if (!(accuracy.value > majority)) failures.push("accuracy not above the majority class");
  const figures = `AUC ${shown(auc)}; Brier ${brier.value.toFixed(4)}, base rate ${base.value.toFixed(4)}; accuracy ${accuracy.value.toFixed(4)}, majority class ${majority.toFixed(4)}`;
  return { id: "G3", title, verdict: failures.length > 0 ? "fail" : "pass", detail: [...failures, figures].join("; ") };
}

function calibrationGate({ options, metrics }: Found): Gate {
  const title = "Calibration";
  if (options.task === "regression") {
    const coverage = metrics.values.coverage_p90;
    return { id: "G6", title, verdict: "not_applicable", detail: coverage ? `p90 covers ${shown(coverage)}` : "a regression without quantiles" };
  }
  const z = metrics.values.spiegelhalter_z?.value;
  if (z === undefined) return { id: "G6", title, verdict: "fail", detail: "Spiegelhalter's Z is not defined on the test rows" };
  return { id: "G6", title, verdict: Math.abs(z) < CALIBRATED ? "pass" : "fail", detail: `Spiegelhalter Z ${z.toFixed(2)}, limit ${CALIBRATED}` };
}
