import { quantileSorted } from "@/lib/stats/quantile";
import type { Manifest } from "@/lib/models/manifest";
import { isoOf, pick } from "./held-out";
import type { Table } from "./table";

type Baseline = NonNullable<Manifest["baseline"]>;
type FeatureBaseline = Baseline["features"][string];

/** Every fiftieth, with the tails finer. */
const LEVELS = [0, 0.001, 0.01, ...Array.from({ length: 49 }, (_, at) => (at + 1) / 50), 0.99, 0.999, 1];
/** Limit of the published health check below which an answer counts as unsure. */
const LOW_CONFIDENCE = 0.75;

/** What the monitors compare live inputs and scores with: the rows that training did not see. */
export function referenceStatistics(table: Table, inputs: readonly number[], rows: Int32Array, served: Float64Array, task: "binary" | "regression"): Baseline {
  const times = pick(table.timeMs, rows).sort();
  return {
    rows: rows.length,
    from: isoOf(times[0]),
    to: isoOf(times.at(-1)),
    quantileLevels: LEVELS,
    features: Object.fromEntries(inputs.map((column) => [table.columns[column]!.name, distribution(pick(table.values[column]!, rows))])),
    score: distribution(served),
    confidence: task === "binary" ? confidenceOf(served) : null,
  };
}

function distribution(values: Float64Array): FeatureBaseline {
  const present = values.filter((value) => !Number.isNaN(value)).sort();
  const { mean, sd } = moments(present);
  return {
    count: values.length,
    nulls: values.length - present.length,
    mean,
    sd,
    min: present[0] ?? null,
    max: present.at(-1) ?? null,
    quantiles: present.length === 0 ? [] : LEVELS.map((level) => quantileSorted(present, level)!),
  };
}

function moments(values: Float64Array): { mean: number | null; sd: number | null } {
  if (values.length === 0) return { mean: null, sd: null };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)) };
}

function confidenceOf(served: Float64Array): NonNullable<Baseline["confidence"]> {
  const confidence = served.map((p) => Math.max(p, 1 - p));
  const { mean, sd } = moments(confidence);
  return { mean: mean ?? 0, sd: sd ?? 0, lowShare: confidence.filter((value) => value < LOW_CONFIDENCE).length / confidence.length };
}
