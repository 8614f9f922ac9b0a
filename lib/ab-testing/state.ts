import { noAipw, type Aipw } from "@/lib/stats/aipw";
import { noDetections } from "@/lib/stats/e-detector";
import { SHARE_TILTS } from "@/lib/stats/srm-e-value";
import { NO_MOMENTS, type Moments } from "@/lib/stats/welford";
import { noEvidence, type Evidence } from "./evidence";
import { emptyHistogram, type LogHistogram } from "./log-histogram";
import { CeilingMetric } from "./metric";
import { METRIC_NAMES, ruleOf, type Metric } from "./metric-rules";
import type { Analysis } from "./settings";

/**
 * Running state of an experiment: O(1) per decision and per outcome, changed in place by its one owner, equal to what
 * `rebuild` makes of the log. Counts and guardrails move with each event; estimate and evidence move when an hour closes.
 */
export type ExperimentState = {
  experimentKey: string;
  analysis: Analysis;
  periods: Record<string, Period>;
  anonymous: number;
  /** Decisions that the draw answered because the store did not. */
  degraded: number;
  firstDecidedAtMs: number | null;
  lastDecidedAtMs: number | null;
  lastSeenAtMs: [number | null, number | null];
  mismatch: Mismatch;
  outcomes: { n: number; crossover: number };
  ceilings: Partial<Record<CeilingMetric, Ceiling>>;
  hardStop: { streak: number; longest: number };
  metrics: Record<Metric, MetricState>;
  /** Decisions whose hour closed, with and without the outcome of the deciding goal, per arm. */
  matured: [Matured, Matured];
  /** Start of the next hour to close; null before the first decision. */
  cursors: { immediate: Cursor; late: Cursor };
};

export type Period = {
  version: number;
  startedAtMs: number;
  decisions: [number, number];
  sumShare: number;
  sumVariance: number;
  /** Coin decisions at the period's constant share, for the mismatch bet. */
  coin: { share: number; n1: number; n2: number; lnE: number } | null;
  /** `gaps`: turns that were taken although the draw had already answered. */
  turns: { n: number; min: number; max: number; wrong: number; gaps: number } | null;
};

export type Mismatch = {
  /** Σ over periods of constant share. */
  lnConstant: number;
  /** Bets decision by decision where the share changes often. */
  lnTilts: number[];
  peak: number;
  /** Decisions in an arm whose probability was 0. */
  impossible: number;
};

/** `value`: mean of M over the bets, to be compared with the run length. */
export type Ceiling = { bets: number[]; n: number; failures: number; value: number; peak: number };

export type ArmSummary = { moments: Moments; successes: number; histogram: LogHistogram | null };

export type MetricState = {
  arms: [ArmSummary, ArmSummary];
  aipw: Aipw;
  evidence: Evidence | null;
  /** Outcomes that came after their hour had closed: in the estimate, not in the evidence. */
  late: number;
  /** Decisions at share 0 or 1, which carry no comparison. */
  excluded: number;
  /** [slot start ms, ln E] for the chart. */
  path: [number, number][];
};

export type Matured = { n: number; withOutcome: number };
export type Cursor = { nextSlotMs: number | null; closedAtMs: number | null };

export function newState(experimentKey: string, analysis: Analysis): ExperimentState {
  return {
    experimentKey,
    analysis,
    periods: {},
    anonymous: 0,
    degraded: 0,
    firstDecidedAtMs: null,
    lastDecidedAtMs: null,
    lastSeenAtMs: [null, null],
    mismatch: { lnConstant: 0, lnTilts: SHARE_TILTS.map(() => 0), peak: 0, impossible: 0 },
    outcomes: { n: 0, crossover: 0 },
    ceilings: Object.fromEntries(CeilingMetric.options.filter((m) => analysis.ceilings[m] !== undefined).map((m) => [m, newCeiling()])),
    hardStop: { streak: 0, longest: 0 },
    metrics: Object.fromEntries(METRIC_NAMES.map((metric) => [metric, newMetric(metric)])) as Record<Metric, MetricState>,
    matured: [{ n: 0, withOutcome: 0 }, { n: 0, withOutcome: 0 }],
    cursors: { immediate: { nextSlotMs: null, closedAtMs: null }, late: { nextSlotMs: null, closedAtMs: null } },
  };
}

export const newCeiling = (): Ceiling => ({ bets: noDetections(), n: 0, failures: 0, value: 0, peak: 0 });

function newMetric(metric: Metric): MetricState {
  const { kind } = ruleOf(metric);
  const arm = (): ArmSummary => ({ moments: NO_MOMENTS, successes: 0, histogram: kind === "positive" ? emptyHistogram() : null });
  return { arms: [arm(), arm()], aipw: noAipw(), evidence: kind === "bounded" ? null : noEvidence(kind), late: 0, excluded: 0, path: [] };
}
