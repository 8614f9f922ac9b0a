import { wilson } from "@/lib/stats/wilson";
import { lnOneSided } from "./evidence";
import { CeilingMetric, type Metric } from "./metric";
import { METRIC_NAMES, ruleOf } from "./metric-rules";
import type { ExperimentState } from "./state";

/** Beside the guardrails that withdraw: signals hold the ramp, and release it when they are quiet again. */
export type Signal = {
  name: Metric | `${CeilingMetric}-rate` | "calibration";
  state: "quiet" | "warns" | "unknown";
  /** Largest number that is quiet, and the present one; null while too little is known. */
  value: number | null;
  limit: number | null;
};

const MIN_OUTCOMES = 20;

/**
 * Rates of arm 2 above their ceiling, as an alert would see them (20 outcomes, lower Wilson bound above half of it), and
 * arm 2 worse than arm 1 on what the relative guardrails leave out, latency above all, by the present one-sided evidence.
 * Calibration needs confidence and outcome of the same decisions, which are not counted together: not known.
 */
export function signals(state: ExperimentState): Signal[] {
  const compared = METRIC_NAMES.filter((metric) => ruleOf(metric).better !== null && metric !== "fallback" && !state.analysis.relative.some((each) => each === metric));
  return [...CeilingMetric.options.flatMap((metric) => rate(state, metric)), ...compared.map((metric) => worse(state, metric)), { name: "calibration", state: "unknown", value: null, limit: null }];
}

export function warning(state: ExperimentState): string[] {
  return signals(state).filter((signal) => signal.state === "warns").map((signal) => signal.name);
}

function rate({ ceilings, analysis }: ExperimentState, metric: CeilingMetric): Signal[] {
  const [seen, limit] = [ceilings[metric], analysis.ceilings[metric]];
  if (!seen || limit === undefined) return [];
  const name = `${metric}-rate` as const;
  if (seen.n < MIN_OUTCOMES) return [{ name, state: "unknown", value: null, limit }];
  const value = seen.failures / seen.n;
  const warns = value > limit && (wilson(seen.failures, seen.n)?.low ?? 0) > limit / 2;
  return [{ name, state: warns ? "warns" : "quiet", value, limit }];
}

function worse({ metrics, analysis }: ExperimentState, metric: Metric): Signal {
  const { evidence, arms } = metrics[metric];
  const limit = -Math.log(analysis.relativeAlpha);
  if (!evidence || arms.some(({ moments }) => moments.n < MIN_OUTCOMES)) return { name: metric, state: "unknown", value: null, limit };
  const value = lnOneSided(evidence, ruleOf(metric).better === "up" ? "lower" : "higher");
  return { name: metric, state: value >= limit ? "warns" : "quiet", value, limit };
}
