import { detect } from "@/lib/stats/e-detector";
import { addShareTilts, srmStep } from "@/lib/stats/srm-e-value";
import { logMeanExp } from "@/lib/stats/randomisation-e-process";
import type { Decision, Outcome } from "./log-row";
import { CeilingMetric } from "./metric";
import type { ExperimentState, Period } from "./state";
import { blockPhase, SHARE_UNITS, turnPhase } from "./turn-phase";

/** Counts one decision, in place: shares, mismatch bets, turn order. */
export function addDecision(state: ExperimentState, decision: Decision): void {
  if (decision.anonymous) {
    state.anonymous += 1;
    return;
  }
  const { phase, share, decidedAtMs } = decision;
  const period = periodOf(state, decision);
  period.decisions[phase - 1]! += 1;
  period.sumShare += share;
  period.sumVariance += share * (1 - share);
  state.firstDecidedAtMs = Math.min(state.firstDecidedAtMs ?? decidedAtMs, decidedAtMs);
  state.lastDecidedAtMs = Math.max(state.lastDecidedAtMs ?? decidedAtMs, decidedAtMs);
  state.lastSeenAtMs[phase - 1] = Math.max(state.lastSeenAtMs[phase - 1] ?? decidedAtMs, decidedAtMs);
  if (decision.degraded) state.degraded += 1;
  if (decision.turn !== null) addTurn(state, period, decision, decision.turn);
  if (decision.turn === null || decision.degraded) addCoin(state, period, decision);
}

/** Counts one logged outcome, in place, in the order of the log: crossover, ceilings and hard stop, as assigned. */
export function addOutcome(state: ExperimentState, decision: Decision, outcome: Outcome): void {
  if (decision.anonymous) return;
  state.outcomes.n += 1;
  if (outcome.executedPhase !== decision.phase) state.outcomes.crossover += 1;
  if (decision.phase === 2) addToGuards(state, outcome);
}

/** What the acting guardrails of an outcome need to know. */
export type Guards = Pick<ExperimentState, "analysis" | "ceilings" | "hardStop">;

/** One logged outcome of arm 2, in place. */
export function addToGuards(guards: Guards, outcome: Outcome): void {
  for (const metric of CeilingMetric.options) {
    const [ceiling, limit, value] = [guards.ceilings[metric], guards.analysis.ceilings[metric], outcome.values[metric]];
    if (!ceiling || limit === undefined || value === undefined) continue;
    ceiling.n += 1;
    ceiling.failures += value;
    ceiling.value = detect(ceiling.bets, value, limit);
    ceiling.peak = Math.max(ceiling.peak, ceiling.value);
  }
  addToStreak(guards, outcome);
}

/** An error or a fallback is a failed decision of arm 2; only outcomes that say so count. */
function addToStreak({ hardStop }: Guards, { values }: Outcome): void {
  if (values.error === undefined && values.fallback === undefined) return;
  hardStop.streak = values.error === 1 || values.fallback === 1 ? hardStop.streak + 1 : 0;
  hardStop.longest = Math.max(hardStop.longest, hardStop.streak);
}

function periodOf(state: ExperimentState, { version, decidedAtMs }: Decision): Period {
  const period = (state.periods[String(version)] ??= {
    version,
    startedAtMs: decidedAtMs,
    decisions: [0, 0],
    sumShare: 0,
    sumVariance: 0,
    coin: null,
    turns: null,
  });
  period.startedAtMs = Math.min(period.startedAtMs, decidedAtMs);
  return period;
}

function addTurn(state: ExperimentState, period: Period, { phase, share, strategy, degraded }: Decision, turn: number): void {
  const turns = (period.turns ??= { n: 0, min: turn, max: turn, wrong: 0, gaps: 0 });
  const promised = strategy === "balanced_blocks" ? blockPhase(state.experimentKey, turn) : turnPhase(turn, Math.round(share * SHARE_UNITS));
  turns.n += 1;
  turns.min = Math.min(turns.min, turn);
  turns.max = Math.max(turns.max, turn);
  if (degraded) turns.gaps += 1;
  else if (promised !== phase) turns.wrong += 1;
}

function addCoin({ mismatch }: ExperimentState, period: Period, { phase, share, strategy }: Decision): void {
  if (share === 0 || share === 1) {
    if (phase !== (share === 1 ? 2 : 1)) mismatch.impossible += 1;
    return;
  }
  if (strategy === "time_based" || strategy === "thompson") addShareTilts(mismatch.lnTilts, share, phase);
  else {
    const coin = (period.coin ??= { share, n1: 0, n2: 0, lnE: 0 });
    // A version fixes one share; a row that says otherwise is bet on by itself, so that it cannot spoil the period.
    if (coin.share === share) {
      const step = Math.log(srmStep(coin.n1, coin.n2, share, phase));
      coin.lnE += step;
      mismatch.lnConstant += step;
      if (phase === 2) coin.n2 += 1;
      else coin.n1 += 1;
    } else addShareTilts(mismatch.lnTilts, share, phase);
  }
  mismatch.peak = Math.max(mismatch.peak, mismatch.lnConstant + logMeanExp(mismatch.lnTilts));
}
