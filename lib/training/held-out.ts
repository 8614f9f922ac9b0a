import { reliabilityBins } from "@/lib/stats/reliability-bins";
import type { Manifest } from "@/lib/models/manifest";
import { binaryFigures } from "./binary-figures";
import { type DayDraws, dayDraws } from "./day-bootstrap";
import { regressionFigures } from "./regression-figures";
import type { Table } from "./table";
import type { Trained, TrainOptions } from "./trained";

export type Metrics = NonNullable<Manifest["metrics"]>;

/** What the model says of the test rows: raw score (it ranks), served prediction, and the 0.9 quantile of a regression. */
export type Predicted = { raw: Float64Array; served: Float64Array; p90: Float64Array | null };

const LEAST_SLICE_ROWS = 50;
const SLICE_DRAWS = 200;

type Judging = { table: Table; options: Pick<TrainOptions, "task" | "seed" | "draws">; split: Trained["split"] };

/** Every figure on the test rows: the model's, those of the baselines, those of the slices, and the reliability diagram. */
export function heldOutMetrics(judging: Judging, predicted: Predicted): Metrics {
  const { table, options, split } = judging;
  const test = split.test;
  const group = Object.keys(table.slices)[0];
  const constant = constantPrediction(judging, undefined);
  const grouped = group === undefined ? constant : constantPrediction(judging, group);
  const draws = dayDraws(Array.from(test, (row) => table.day[row]!), options.seed, options.draws);
  const label = pick(table.label, test);
  const figures = (prediction: Predicted, rows: Int32Array | null, by: DayDraws) => {
    const of = (values: Float64Array): Float64Array => (rows ? pick(values, rows) : values);
    return options.task === "binary"
      ? binaryFigures({ label: of(label), probability: of(prediction.served), rank: of(prediction.raw), base: of(grouped) }, by)
      : regressionFigures(of(label), of(prediction.served), prediction.p90 && of(prediction.p90), by);
  };
  const plain = (values: Float64Array): Predicted => ({ raw: values, served: values, p90: null });
  const word = options.task === "binary" ? "base_rate" : "median";
  const baselines: Metrics["baselines"] = { [word]: figures(plain(constant), null, draws) };
  if (group !== undefined) baselines[`${word}_by_${group}`] = figures(plain(grouped), null, draws);
  for (const [name, values] of Object.entries(table.rivals)) {
    // Where a rule has no answer, the constant stands in for it.
    const own = Float64Array.from(test, (row, at) => (Number.isNaN(values[row]!) ? constant[at]! : values[row]!));
    baselines[name] = figures(plain(own), null, draws);
  }
  const times = [...test].map((row) => table.timeMs[row]!).sort((a, b) => a - b);
  return {
    split: `last part in time order; ${split.train.length} train, ${split.calibrate.length} calibrate, ${test.length} test, ${split.dropped} in the gaps`,
    rows: test.length,
    from: isoOf(times[0]),
    to: isoOf(times.at(-1)),
    values: figures(predicted, null, draws),
    baselines,
    slices: slicesOf(judging, (rows, by) => figures(predicted, rows, by)),
    reliability:
      options.task === "regression"
        ? []
        : reliabilityBins([...label], [...predicted.served]).map((bin) => ({ rows: bin.n, predicted: bin.meanProbability, observed: bin.observedRate, ...bin.wilson95 })),
  };
}

export const isoOf = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());

export function pick(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (row) => values[row]!);
}

/** What one would say without a model: the training part's rate, or median, overall or of the slice. */
function constantPrediction({ table, options, split }: Judging, by: string | undefined): Float64Array {
  const summary = (values: number[]): number => (options.task === "binary" ? values.reduce((sum, value) => sum + value, 0) / values.length : median(values));
  const overall = summary(Array.from(split.train, (row) => table.label[row]!));
  if (by === undefined) return new Float64Array(split.test.length).fill(overall);
  const slice = table.slices[by]!;
  const members = new Map<string, number[]>();
  for (const row of split.train) {
    const known = members.get(slice[row]!);
    if (known) known.push(table.label[row]!);
    else members.set(slice[row]!, [table.label[row]!]);
  }
  const said = new Map([...members].map(([name, values]) => [name, summary(values)]));
  return Float64Array.from(split.test, (row) => said.get(slice[row]!) ?? overall);
}

function median(values: number[]): number {
  const sorted = Float64Array.from(values).sort();
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

function slicesOf({ table, options, split }: Judging, figures: (rows: Int32Array, by: DayDraws) => Metrics["values"]): Metrics["slices"] {
  return Object.entries(table.slices).flatMap(([by, slice]) => {
    const members = new Map<string, number[]>();
    split.test.forEach((row, at) => {
      const name = slice[row]!;
      const known = members.get(name);
      if (known) known.push(at);
      else members.set(name, [at]);
    });
    return [...members].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, positions]) => {
      const rows = Int32Array.from(positions);
      const draws = dayDraws(positions.map((at) => table.day[split.test[at]!]!), options.seed, Math.min(SLICE_DRAWS, options.draws));
      return { by, slice: name, rows: positions.length, values: positions.length < LEAST_SLICE_ROWS ? {} : figures(rows, draws) };
    });
  });
}
