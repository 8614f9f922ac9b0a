import { aipwEstimate } from "@/lib/stats/aipw";
import { betaBetter } from "@/lib/stats/beta-better";
import { liftPosterior, type LiftPosterior } from "@/lib/stats/lift-posterior";
import { alwaysValidP, mixtureHalfWidth, mixtureRho } from "@/lib/stats/mixture-interval";
import { sampleVariance } from "@/lib/stats/welford";
import { lnEvidence } from "./evidence";
import { proportionsAtPlan, welchAtPlan } from "./fixed-sample";
import { histogramQuantile } from "./log-histogram";
import { METRIC_NAMES, ruleOf, type Metric, type MetricRule } from "./metric-rules";
import type { ArmSummary, ExperimentState } from "./state";
import { MIN_OF_EACH, MIN_PER_ARM } from "./verdict";

export type ArmNumbers = { n: number; mean: number | null; sd: number | null; median: number | null; p90: number | null; p95: number | null };
export type MetricComparison = {
  metric: Metric;
  kind: MetricRule["kind"];
  better: MetricRule["better"];
  role: MetricRule["role"];
  arms: [ArmNumbers, ArmNumbers];
  /** Plain difference of means; biased when `shares_equal` of the experiment is false. */
  plainDifference: number | null;
  estimate: number | null;
  /** Watched interval; null while it is too early for one, or for signals. */
  interval: { low: number; high: number; alwaysValidP: number } | null;
  evidence: { lnE: number; peakLnE: number; p: number } | null;
  /** Valid at a planned sample size only. */
  atPlan: { statistic: number; p: number; low: number | null; high: number | null } | null;
  /** Display only, not safe to watch. */
  bayes: (LiftPosterior & { chanceFromCounts: number | null }) | null;
  late: number;
  excluded: number;
};

/** Every metric of both assigned arms side by side, with what may and may not be concluded from each number. */
export function compare(state: ExperimentState): MetricComparison[] {
  return METRIC_NAMES.map((metric) => compareMetric(state, metric));
}

export function compareMetric(state: ExperimentState, metric: Metric): MetricComparison {
  const { kind, better, role } = ruleOf(metric);
  const { arms, aipw, evidence, late, excluded } = state.metrics[metric];
  const [first, second] = arms;
  const bothSeen = first.moments.n > 0 && second.moments.n > 0;
  const result = bothSeen ? aipwEstimate(aipw) : null;
  return {
    metric,
    kind,
    better,
    role,
    arms: [armNumbers(first), armNumbers(second)],
    plainDifference: bothSeen ? second.moments.mean - first.moments.mean : null,
    estimate: result?.estimate ?? null,
    interval: result && role !== "signal" && enoughForInterval(kind, arms) ? watched(state, result) : null,
    evidence: evidence && evidence.n > 0 ? { lnE: lnEvidence(evidence), peakLnE: evidence.peak, p: Math.min(1, Math.exp(-evidence.peak)) } : null,
    atPlan: bothSeen ? atPlan(kind, first, second) : null,
    bayes: bothSeen && role !== "signal" ? bayes(kind, first, second) : null,
    late,
    excluded,
  };
}

export function enoughForInterval(kind: MetricRule["kind"], arms: readonly ArmSummary[]): boolean {
  return arms.every(
    ({ moments: { n }, successes }) => n >= MIN_PER_ARM && (kind !== "binary" || (successes >= MIN_OF_EACH && n - successes >= MIN_OF_EACH)),
  );
}

function watched({ analysis }: ExperimentState, { estimate, sd, n }: { estimate: number; sd: number; n: number }): NonNullable<MetricComparison["interval"]> {
  const alpha = analysis.alpha / analysis.goals.length;
  const rho = mixtureRho(analysis.nStar, alpha);
  const half = mixtureHalfWidth(sd, n, rho, alpha);
  return { low: estimate - half, high: estimate + half, alwaysValidP: alwaysValidP(estimate, sd, n, rho) };
}

function armNumbers({ moments, histogram }: ArmSummary): ArmNumbers {
  const variance = sampleVariance(moments);
  const at = (share: number): number | null => (histogram ? histogramQuantile(histogram, share) : null);
  return { n: moments.n, mean: moments.n > 0 ? moments.mean : null, sd: variance === null ? null : Math.sqrt(variance), median: at(0.5), p90: at(0.9), p95: at(0.95) };
}

function atPlan(kind: MetricRule["kind"], first: ArmSummary, second: ArmSummary): MetricComparison["atPlan"] {
  if (kind === "binary") {
    const r = proportionsAtPlan(first.successes, first.moments.n, second.successes, second.moments.n);
    return r && Number.isFinite(r.z) ? { statistic: r.z, p: r.p, low: r.interval.low, high: r.interval.high } : null;
  }
  const [a, b] = [sampleVariance(second.moments), sampleVariance(first.moments)];
  if (a === null || b === null) return null;
  const r = welchAtPlan({ mean: second.moments.mean, sd: Math.sqrt(a), n: second.moments.n }, { mean: first.moments.mean, sd: Math.sqrt(b), n: first.moments.n });
  return r && { statistic: r.t, p: r.p, low: null, high: null };
}

function bayes(kind: MetricRule["kind"], first: ArmSummary, second: ArmSummary): MetricComparison["bayes"] {
  const binary = kind === "binary";
  const arm = ({ moments }: ArmSummary) => ({ n: moments.n, mean: moments.mean, variance: binary ? moments.mean * (1 - moments.mean) : (sampleVariance(moments) ?? 0) });
  const posterior = liftPosterior(arm(first), arm(second));
  if (!posterior) return null;
  const shape = ({ successes, moments }: ArmSummary) => ({ a: 1 + successes, b: 1 + moments.n - successes });
  return { ...posterior, chanceFromCounts: binary ? betaBetter(shape(first), shape(second)) : null };
}
