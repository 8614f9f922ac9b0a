import type { Guards } from "./add-decision";
import { CeilingMetric } from "./metric";
import { ruleOf, type Metric } from "./metric-rules";
import type { Analysis } from "./settings";
import type { ExperimentState, MetricState } from "./state";

export type Alarm =
  | { kind: "ceiling"; metric: CeilingMetric; value: number; limit: number; rate: number; ceiling: number; n: number }
  | { kind: "relative"; metric: Metric; lnE: number; limit: number; n: number }
  | { kind: "hard-stop"; streak: number; limit: number };

/** Every guardrail that has alarmed. A ceiling acts on arm-2 outcomes as they are logged, a relative one on closed hours. */
export function guardrailAlarms(state: ExperimentState): Alarm[] {
  const { analysis } = state;
  return [...outcomeAlarms(state), ...analysis.relative.flatMap((metric) => relative(analysis, metric, state.metrics[metric]))];
}

/** Those that act on each logged outcome: hard stop and ceilings. */
export function outcomeAlarms(guards: Guards): Alarm[] {
  return [...hardStop(guards), ...CeilingMetric.options.flatMap((metric) => ceiling(guards, metric))];
}

function ceiling({ ceilings, analysis }: Guards, metric: CeilingMetric): Alarm[] {
  const [watched, limit] = [ceilings[metric], analysis.ceilings[metric]];
  if (!watched || limit === undefined || watched.peak < analysis.ceilingRunLength) return [];
  return [{ kind: "ceiling", metric, value: watched.peak, limit: analysis.ceilingRunLength, rate: watched.failures / watched.n, ceiling: limit, n: watched.n }];
}

/** One-sided e-process for harm: the half of the grid in which arm 2 is worse. */
function relative({ relativeAlpha }: Analysis, metric: Metric, { evidence }: MetricState): Alarm[] {
  if (!evidence) return [];
  const lnE = ruleOf(metric).better === "up" ? evidence.peakLower : evidence.peakHigher;
  const limit = -Math.log(relativeAlpha);
  return lnE >= limit ? [{ kind: "relative", metric, lnE, limit, n: evidence.n }] : [];
}

function hardStop({ hardStop: { longest }, analysis: { hardStop: limit } }: Guards): Alarm[] {
  return limit !== null && longest >= limit ? [{ kind: "hard-stop", streak: longest, limit }] : [];
}
