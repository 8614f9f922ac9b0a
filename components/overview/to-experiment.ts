import type { AnalysisOut, RampOut } from "@/lib/ab-testing/contract";
import type { GoalMetric } from "@/lib/ab-testing/metric";

export type ExperimentView = {
  verdict: AnalysisOut["verdict"];
  goal: GoalMetric;
  /** Phase 2 minus phase 1; null while it is too early for an interval. */
  difference: { estimate: number; low: number; high: number } | null;
  /** Decisions of each phase so far. */
  decisions: [number, number];
  needed: { decisions: number; days: number | null } | null;
  ramp: { step: number; steps: number; held: boolean; doneShare: number } | null;
  /** The figures were last counted then, too long ago to be today's. */
  staleSince: string | null;
};

/** The analysis keeps its hold on the test every few seconds: counted longer ago than this, nobody counts. */
const STALE_MS = 5 * 60_000;

/** What the overview says of the test; null before its first decision. */
export function toExperiment(analysis: AnalysisOut, ramp: RampOut | null, nowMs: number): ExperimentView | null {
  const { decisions, numbers, verdict, as_of: asOf } = analysis;
  if (decisions.phase1 + decisions.phase2 === 0) return null;
  const { estimate, low, high, decisions_needed: needed, days_needed: days } = numbers;
  const live = ramp !== null && (ramp.status === "running" || ramp.status === "held");
  const open = verdict === "too-early" || verdict === "undecided";
  return {
    verdict,
    goal: analysis.goal as GoalMetric,
    difference: estimate === null || low === null || high === null ? null : { estimate, low, high },
    decisions: [decisions.phase1, decisions.phase2],
    needed: open && needed !== null ? { decisions: Math.ceil(needed), days } : null,
    ramp: live ? { step: ramp.step + 1, steps: ramp.steps.length, held: ramp.status === "held", doneShare: (ramp.step + 1) / ramp.steps.length } : null,
    staleSince: asOf !== null && nowMs - Date.parse(asOf) > STALE_MS ? asOf : null,
  };
}
