import { addDecision, addOutcome } from "../add-decision";
import { enterOutcome } from "../close-slot";
import { judge } from "../judge";
import type { LogRow } from "../log-row";
import type { Metric } from "../metric";
import { Analysis } from "../settings";
import { newState, type ExperimentState } from "../state";
import type { StrategyName } from "../strategy";
import type { Phase } from "../turn-phase";
import type { Verdict } from "../verdict";

/** A simulated experiment: the product's own state and verdict, fed outcome by outcome as if every hour closed at once. */
export type Simulated = { state: ExperimentState; n: number; nowMs: number; share: number };

export const START_MS = Date.UTC(2026, 0, 5);

export function simulated(analysis: object): Simulated {
  return { state: newState("sim", Analysis.parse(analysis)), n: 0, nowMs: START_MS, share: 0.5 };
}

/** No guardrails and no waiting for a week: what the error rate of the verdict alone is measured with. */
export const BARE = { ceilings: {}, relative: [], hardStop: null, minimumDays: 0 };

export type Step = { phase: Phase; share: number; strategy: StrategyName; values: Partial<Record<Metric, number>>; version?: number; localHour?: number; gapMs?: number };

export function feed(run: Simulated, { phase, share, strategy, values, version = 1, localHour = 0, gapMs = 60_000 }: Step): void {
  run.n += 1;
  run.nowMs += gapMs;
  run.share = share;
  const row: LogRow = {
    dispatchId: "",
    phase,
    share,
    strategy,
    deterministic: false,
    version,
    turn: null,
    degraded: false,
    decidedAtMs: run.nowMs,
    localHour,
    anonymous: false,
    executedPhase: phase,
    executedAtMs: run.nowMs,
    outcomes: {},
  };
  addDecision(run.state, row);
  addOutcome(run.state, row, { executedPhase: phase, atMs: run.nowMs, values });
  for (const metric in values) {
    const name = metric as Metric;
    enterOutcome(run.state.metrics[name], row, name, values[name]!);
  }
}

/** The verdict now. */
export function verdictNow({ state, share, nowMs }: Simulated): Verdict {
  return judge(state, share, nowMs).judgement.verdict;
}

/**
 * Whether the verdict could be `better` or `harmful` at all: without guardrails both need the peak of ln E at its limit
 * (a test holds the verdict to that), so the rest of the judgement is worked out only then. Every decision is looked at.
 */
export function mayConclude({ state }: Simulated, lnLimit: number): boolean {
  return (state.metrics[state.analysis.goals[0]!].evidence?.peak ?? 0) >= lnLimit;
}
