/** Groups of the decision log summed into what the statistics reply says. Shares of nothing are null, not zero. */
export type Group = {
  phase: number;
  usedFallback: boolean;
  fallbackReason: string | null;
  outcomeStatus: string | null;
  wasOptimal: boolean | null;
  count: number;
  confidence: { sum: number; count: number };
  latencySumMs: number;
  response: { sum: number; count: number };
};

const sum = (groups: readonly Group[], of: (group: Group) => number): number => groups.reduce((total, group) => total + of(group), 0);
const mean = (total: number, count: number, digits: number): number | null => (count === 0 ? null : Math.round((total / count) * 10 ** digits) / 10 ** digits);
/** In percent with two decimals, as the contract has it. */
const percent = (part: number, whole: number): number | null => mean(part * 100, whole, 2);

export function phaseStatistics(all: readonly Group[], phase: number) {
  const groups = all.filter((group) => group.phase === phase);
  const total = sum(groups, (group) => group.count);
  const withStatus = (status: string | null): number => sum(groups.filter((group) => group.outcomeStatus === status), (group) => group.count);
  const labelled = sum(groups.filter((group) => group.wasOptimal !== null), (group) => group.count);
  return {
    total,
    percentage: percent(total, sum(all, (group) => group.count)),
    avg_confidence: mean(sum(groups, (group) => group.confidence.sum), sum(groups, (group) => group.confidence.count), 4),
    avg_latency_ms: mean(sum(groups, (group) => group.latencySumMs), total, 3),
    joined: withStatus("joined"),
    censored: withStatus("censored"),
    waiting: withStatus(null),
    avg_response_time_minutes: mean(sum(groups, (group) => group.response.sum), sum(groups, (group) => group.response.count), 2),
    optimal_rate: percent(sum(groups.filter((group) => group.wasOptimal === true), (group) => group.count), labelled),
  };
}

export function predictionStatistics(groups: readonly Group[], hours: number) {
  const total = sum(groups, (group) => group.count);
  const one = phaseStatistics(groups, 1);
  const two = phaseStatistics(groups, 2);
  const fallbacks = groups.filter((group) => group.usedFallback);
  const fallbackReasons: Record<string, number> = {};
  for (const group of fallbacks) fallbackReasons[group.fallbackReason ?? "unknown"] = (fallbackReasons[group.fallbackReason ?? "unknown"] ?? 0) + group.count;
  const fallbackCount = sum(fallbacks, (group) => group.count);
  return {
    total_predictions: total,
    ml_predictions: two.total,
    phase1_predictions: one.total,
    fallback_count: fallbackCount,
    fallback_rate: percent(fallbackCount, total),
    avg_confidence: mean(sum(groups, (group) => group.confidence.sum), sum(groups, (group) => group.confidence.count), 4),
    ml_rate: percent(two.total, total),
    hours,
    joined: one.joined + two.joined,
    censored: one.censored + two.censored,
    waiting: one.waiting + two.waiting,
    fallback_reasons: fallbackReasons,
  };
}
