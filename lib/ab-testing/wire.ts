import type { AnalysisOut, ComparisonBlock, ConfigOut, PlanWire, RampOut } from "./contract";
import { compareMetric, type ArmNumbers, type MetricComparison } from "./compare";
import { guardrailAlarms } from "./guardrails";
import { judge } from "./judge";
import { METRIC_NAMES } from "./metric-rules";
import type { Ramp } from "./ramp";
import { confidenceSignal, type ConfidenceBand } from "./recommend";
import type { ConfigVersion, Settings } from "./settings";
import type { Signal } from "./signals";
import type { ExperimentState } from "./state";
import { shareAt } from "./share-at";
import type { Verdict } from "./verdict";

/** The only place that knows both the names on the wire and ours. */

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
/** Names of members only: inside are names of metrics, which are the same on both sides. */
const renamed = (value: object, rename: (name: string) => string): Record<string, unknown> => Object.fromEntries(Object.entries(value).map(([name, member]) => [rename(name), member as unknown]));

export function configOut({ version, settings, at, by, reason }: ConfigVersion): ConfigOut {
  return { version, experiment_key: settings.experimentKey, strategy: renamed(settings.strategy, snake) as ConfigOut["strategy"], analysis: renamed(settings.analysis, snake), changed_at: at, changed_by: by, reason };
}

/** What a request would make of the settings, still to be parsed. */
export function proposedSettings(present: Settings, given: { experiment_key?: string | undefined; strategy?: object | undefined; analysis?: object | undefined }): unknown {
  const defined = (value: object): Record<string, unknown> => Object.fromEntries(Object.entries(renamed(value, camel)).filter(([, member]) => member !== undefined));
  return {
    experimentKey: given.experiment_key ?? present.experimentKey,
    strategy: given.strategy ? defined(given.strategy) : present.strategy,
    analysis: given.analysis ? { ...present.analysis, ...defined(given.analysis) } : present.analysis,
  };
}

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

export function rampOut(ramp: Ramp, phase2InStep: number | null, seen: readonly Signal[] = []): RampOut {
  return {
    version: ramp.version,
    status: ramp.status,
    steps: ramp.plan.steps.map((step) => ({ share: step.share, hold_minutes: step.holdMinutes, min_phase2: step.minPhase2, approval: step.approval })),
    scheduled_at: iso(ramp.plan.scheduledAtMs),
    step: ramp.step,
    step_started_at: iso(ramp.stepStartedAtMs),
    hold_reason: ramp.holdReason,
    approved: ramp.approved,
    locked_until: iso(ramp.lockedUntilMs),
    phase2_in_step: phase2InStep,
    signals: seen.map((signal) => ({ ...signal })),
  };
}

export function toPlan({ steps, scheduled_at }: PlanWire): unknown {
  return {
    ...(steps ? { steps: steps.map((step) => Object.fromEntries(Object.entries(renamed(step, camel)).filter(([, member]) => member !== undefined))) } : {}),
    scheduledAtMs: scheduled_at ? Date.parse(scheduled_at) : null,
  };
}

const armOut = ({ n, mean, sd, median, p90, p95 }: ArmNumbers) => ({ n, mean, sd, median, p90, p95 });

function metricOut(each: MetricComparison): AnalysisOut["metrics"][number] {
  return {
    metric: each.metric,
    kind: each.kind,
    better: each.better,
    role: each.role,
    arms: [armOut(each.arms[0]), armOut(each.arms[1])],
    plain_difference: each.plainDifference,
    estimate: each.estimate,
    interval: each.interval && { low: each.interval.low, high: each.interval.high, always_valid_p: each.interval.alwaysValidP },
    evidence: each.evidence && { ln_e: each.evidence.lnE, peak_ln_e: each.evidence.peakLnE, p: each.evidence.p },
    at_plan: each.atPlan,
    bayes: each.bayes && { lift: each.bayes.lift, sd: each.bayes.sd, chance: each.bayes.chanceBetter, low: each.bayes.low, high: each.bayes.high, expected_loss: each.bayes.expectedLoss, chance_from_counts: each.bayes.chanceFromCounts },
    late: each.late,
    excluded: each.excluded,
  };
}

/** The verdict and all that it rests on, from the running state. */
export function analysisOut(state: ExperimentState, config: ConfigVersion, asOf: Date | null, localHour: number, nowMs: number): AnalysisOut {
  const { settings } = config;
  const { health, judgement } = judge(state, shareAt(settings.strategy, localHour), nowMs);
  const goal = state.analysis.goals[0]!;
  const periods = Object.values(state.periods);
  const confidence = compareMetric(state, "confidence").arms;
  const signal = confidenceSignal(confidence[0].mean, confidence[1].mean);
  return {
    experiment_key: state.experimentKey,
    config_version: config.version,
    strategy: settings.strategy.kind,
    as_of: asOf?.toISOString() ?? null,
    decisions: {
      phase1: periods.reduce((sum, period) => sum + period.decisions[0], 0),
      phase2: periods.reduce((sum, period) => sum + period.decisions[1], 0),
      anonymous: state.anonymous,
      outcomes: state.outcomes.n,
      crossover: state.outcomes.crossover,
    },
    verdict: judgement.verdict,
    reasons: judgement.reasons,
    numbers: judgement.numbers,
    health,
    alarms: guardrailAlarms(state).map((alarm) => ({ ...alarm })),
    goal,
    metrics: METRIC_NAMES.map((metric) => metricOut(compareMetric(state, metric))),
    evidence_path: state.metrics[goal].path.map(([atMs, lnE]) => ({ at: new Date(atMs).toISOString(), ln_e: lnE })),
    confidence_signal: { band: signal.band, difference: signal.difference, improvement_percent: signal.improvementPercent, basis: signal.basis },
  };
}

const bandText: Record<ConfidenceBand, string> = {
  "no-data": "Not enough data.",
  "gradual-rollout": "Phase 2 reports clearly more confidence: consider a gradual roll-out, and decide by outcomes.",
  "go-on": "Phase 2 reports moderately more confidence: continue the test.",
  "more-data": "Phase 2 reports slightly more confidence: collect more data.",
  rules: "Phase 1 reports more confidence: the rules are the safe choice.",
};

/** The published block: confidence, computed per assigned arm. A signal, not an outcome. */
export function comparisonBlock(mean1: number | null, mean2: number | null): ComparisonBlock {
  const { difference, improvementPercent, band } = confidenceSignal(mean1, mean2);
  return {
    confidence_difference: difference === null ? null : Math.round(difference * 1e4) / 1e4,
    confidence_improvement_percent: improvementPercent,
    phase2_better: difference === null ? null : difference > 0,
    recommendation: bandText[band],
  };
}

const verdictText: Record<Verdict, string> = {
  unhealthy: "No conclusion: the test does not split as it says. Mend that first.",
  harmful: "Stop: go back to the rules.",
  "too-early": "Too early to say: more decisions are needed.",
  better: "Phase 2 is better: raise its share.",
  equivalent: "No difference that matters.",
  undecided: "Undecided: keep the test running.",
};

/** Outcomes decide. The words on confidence follow only where they do not speak against the verdict. */
export function recommendationText(verdict: Verdict, band: ConfidenceBand): string {
  const quiet = verdict === "unhealthy" || verdict === "harmful" || verdict === "better" || band === "no-data";
  return quiet ? verdictText[verdict] : `${verdictText[verdict]} ${bandText[band]}`;
}
