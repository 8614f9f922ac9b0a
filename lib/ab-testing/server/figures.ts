import type { AnalysisOut } from "../contract";
import { confidenceSignal } from "../recommend";
import { newState } from "../state";
import { shareAt } from "../share-at";
import { analysisOut, comparisonBlock, recommendationText } from "../wire";
import { experiment } from "./experiment";
import * as store from "./store";

const HOUR_MS = 3_600_000;
const round = (value: number | null, digits: number): number | null => (value === null ? null : Math.round(value * 10 ** digits) / 10 ** digits);
const since = (now: Date, hours: number): Date => new Date(now.getTime() - hours * HOUR_MS);

/** Hour that the strategy looks at now. */
function strategyHour(nowMs: number): number {
  const { config, hourIn } = experiment();
  const { strategy } = config.settings;
  return strategy.kind === "time_based" ? hourIn(strategy.zone, nowMs) : 0;
}

/** The analysis as it was last stored; an experiment without decisions is one with nothing counted. */
export async function readAnalysis(now: Date): Promise<AnalysisOut> {
  const { config } = experiment();
  const { experimentKey, analysis } = config.settings;
  const kept = await store.readState(experimentKey);
  return analysisOut(kept?.state ?? newState(experimentKey, analysis), config, kept?.asOf ?? null, strategyHour(now.getTime()), now.getTime());
}

const block = ({ confidence }: store.ArmFigures) => ({ total: confidence.n, avg_confidence: round(confidence.mean, 4), min_confidence: round(confidence.min, 4), max_confidence: round(confidence.max, 4) });
const percentages = (arms: Awaited<ReturnType<typeof store.armFigures>>): [number | null, number | null] => {
  const total = arms[1].count + arms[2].count;
  return total === 0 ? [null, null] : [round((arms[1].count / total) * 100, 2), round((arms[2].count / total) * 100, 2)];
};

export async function status(now: Date) {
  const [arms, analysis] = await Promise.all([store.armFigures(since(now, 24)), readAnalysis(now)]);
  const { config } = experiment();
  const [share1, share2] = percentages(arms);
  return {
    success: true as const,
    strategy: config.settings.strategy.kind,
    total_tests_24h: arms[1].count + arms[2].count,
    phase1_percentage: share1,
    phase2_percentage: share2,
    phase1_avg_confidence: round(arms[1].confidence.mean, 4),
    phase2_avg_confidence: round(arms[2].confidence.mean, 4),
    experiment_key: config.settings.experimentKey,
    config_version: config.version,
    share: shareAt(config.settings.strategy, strategyHour(now.getTime())),
    verdict: analysis.verdict,
    healthy: analysis.health.ok,
  };
}

export async function comparison(now: Date, hours: number) {
  const [arms, analysis] = await Promise.all([store.armFigures(since(now, hours)), readAnalysis(now)]);
  return {
    success: true as const,
    comparison: { period_hours: hours, phase1: block(arms[1]), phase2: block(arms[2]), comparison: comparisonBlock(arms[1].confidence.mean, arms[2].confidence.mean) },
    analysis,
  };
}

export async function dashboard(now: Date, hours: number) {
  const [arms, analysis] = await Promise.all([store.armFigures(since(now, hours)), readAnalysis(now)]);
  const [share1, share2] = percentages(arms);
  const range = ({ confidence }: store.ArmFigures) => ({ total: confidence.n, avg_confidence: round(confidence.mean, 4), confidence_range: { min: round(confidence.min, 4), max: round(confidence.max, 4) } });
  const { band } = confidenceSignal(arms[1].confidence.mean, arms[2].confidence.mean);
  return {
    success: true as const,
    report: {
      period: `Last ${hours} hours`,
      timestamp: now.toISOString(),
      summary: { total_requests: arms[1].count + arms[2].count, phase1_requests: arms[1].count, phase2_requests: arms[2].count, phase1_percentage: share1, phase2_percentage: share2 },
      phase1_metrics: range(arms[1]),
      phase2_metrics: range(arms[2]),
      comparison: comparisonBlock(arms[1].confidence.mean, arms[2].confidence.mean),
      strategy: analysis.strategy,
      recommendation: recommendationText(analysis.verdict, band),
    },
    analysis,
  };
}

export async function recommendation(now: Date, hours: number) {
  const [arms, analysis] = await Promise.all([store.armFigures(since(now, hours)), readAnalysis(now)]);
  const signal = confidenceSignal(arms[1].confidence.mean, arms[2].confidence.mean);
  return {
    success: true as const,
    recommendation: recommendationText(analysis.verdict, signal.band),
    period_hours: hours,
    data_available: arms[1].count + arms[2].count > 0,
    verdict: analysis.verdict,
    reasons: analysis.reasons,
    confidence_signal: { band: signal.band, difference: signal.difference, improvement_percent: signal.improvementPercent, basis: signal.basis },
  };
}

export async function metrics(now: Date, hours: number) {
  const arms = await store.armFigures(since(now, hours));
  const [share1, share2] = percentages(arms);
  const full = (arm: store.ArmFigures) => ({
    ...block(arm),
    latency_ms_mean: round(arm.latencyMs, 3),
    arrival_minutes_mean: round(arm.arrivalMinutes, 3),
    fallback_rate: round(arm.rates.fallback, 6),
    error_rate: round(arm.rates.error, 6),
    deadline_missed_rate: round(arm.rates.deadlineMissed, 6),
    optimal_rate: round(arm.rates.optimal, 6),
    on_time_rate: round(arm.rates.onTime, 6),
  });
  return {
    success: true as const,
    period_hours: hours,
    distribution: { phase1: { count: arms[1].count, percentage: share1 }, phase2: { count: arms[2].count, percentage: share2 } },
    phase1_metrics: full(arms[1]),
    phase2_metrics: full(arms[2]),
    improvement: comparisonBlock(arms[1].confidence.mean, arms[2].confidence.mean),
  };
}
