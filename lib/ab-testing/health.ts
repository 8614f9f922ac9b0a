import { chiSquareSf } from "@/lib/stats/chi-square";
import { srmChiSquare } from "@/lib/stats/srm-e-value";
import { twoProportionZ } from "@/lib/stats/two-proportion-z";
import type { ExperimentState, Period } from "./state";

export type HealthCode = "mismatch" | "mismatch-shown" | "turn-order" | "crossover" | "missing-outcomes" | "no-traffic" | "arms-alive";
export type HealthCheck = {
  code: HealthCode;
  ok: boolean;
  /** A failing check that acts turns the verdict into `unhealthy`. */
  acts: boolean;
  values: Record<string, number | null>;
  remedy: HealthRemedy | null;
};
export type HealthRemedy = "find-lost-decisions" | "check-turn-counter" | "check-executed-phase" | "check-outcome-delivery" | "check-callers" | "check-configuration";
export type Health = { ok: boolean; checks: HealthCheck[] };

export const LN_MISMATCH = Math.log(1000);
const SMALL_P = 0.001;
const MIN_EXPECTED = 8;
const CROSSOVER_SHARE = 0.01;
const CROSSOVER_COUNT = 10;
const QUIET_MS = 15 * 60_000;
const ALIVE_MS = 24 * 3_600_000;

/** The checks of an experiment, before any verdict. */
export function health(state: ExperimentState, nowMs: number): Health {
  const checks = [mismatch(state), mismatchShown(state), turnOrder(state), crossover(state), missingOutcomes(state), traffic(state, nowMs), armsAlive(state, nowMs)];
  return { ok: checks.every((check) => check.ok || !check.acts), checks };
}

/** Peak of the mismatch bet: a split that was once proved broken stays broken for this experiment key. */
function mismatch({ mismatch: { peak, impossible } }: ExperimentState): HealthCheck {
  const ok = peak < LN_MISMATCH && impossible === 0;
  return { code: "mismatch", ok, acts: true, values: { lnE: peak, limit: LN_MISMATCH, impossible }, remedy: ok ? null : "find-lost-decisions" };
}

function mismatchShown(state: ExperimentState): HealthCheck {
  const coins = Object.values(state.periods).filter((period) => period.turns === null);
  const n = sum(coins, (p) => p.decisions[0] + p.decisions[1]);
  const n2 = sum(coins, (p) => p.decisions[1]);
  const expected = sum(coins, (p) => p.sumShare);
  const enough = Math.min(expected, n - expected) >= MIN_EXPECTED;
  const chi2 = enough ? srmChiSquare(n2, expected, sum(coins, (p) => p.sumVariance)) : null;
  const p = chi2 === null ? null : chiSquareSf(chi2, 1);
  const ok = p === null || p >= SMALL_P;
  const values = { chi2, p, expectedShare: n > 0 ? expected / n : null, seenShare: n > 0 ? n2 / n : null, n };
  return { code: "mismatch-shown", ok, acts: false, values, remedy: ok ? null : "find-lost-decisions" };
}

/**
 * Turns of a period without gaps, each arm as the turn promises. Turns are taken in the transaction of the row. A turn whose
 * dispatch the draw had answered by then leaves a gap in the alternation: counted and shown, not a broken counter.
 */
function turnOrder(state: ExperimentState): HealthCheck {
  const turns = Object.values(state.periods).flatMap((period) => (period.turns ? [period.turns] : []));
  const missing = sum(turns, (t) => t.max - t.min + 1 - t.n);
  const wrong = sum(turns, (t) => t.wrong);
  const ok = missing === 0 && wrong === 0;
  return { code: "turn-order", ok, acts: true, values: { turns: sum(turns, (t) => t.n), missing, wrong, gaps: sum(turns, (t) => t.gaps), degraded: state.degraded }, remedy: ok ? null : "check-turn-counter" };
}

function crossover({ outcomes: { n, crossover: crossed } }: ExperimentState): HealthCheck {
  const share = n > 0 ? crossed / n : 0;
  const ok = !(share > CROSSOVER_SHARE && crossed >= CROSSOVER_COUNT);
  return { code: "crossover", ok, acts: true, values: { share, crossed, n }, remedy: ok ? null : "check-executed-phase" };
}

function missingOutcomes({ matured: [first, second] }: ExperimentState): HealthCheck {
  const bothSeen = first.n > 0 && second.n > 0;
  const missing = [first.n - first.withOutcome, second.n - second.withOutcome] as const;
  const p = bothSeen ? (twoProportionZ(missing[0], first.n, missing[1], second.n)?.p ?? 1) : null;
  const ok = p === null || p >= SMALL_P;
  const values = { p, missing1: missing[0], matured1: first.n, missing2: missing[1], matured2: second.n };
  return { code: "missing-outcomes", ok, acts: true, values, remedy: ok ? null : "check-outcome-delivery" };
}

function traffic(state: ExperimentState, nowMs: number): HealthCheck {
  const { firstDecidedAtMs: first, lastDecidedAtMs: last } = state;
  const n = sum(Object.values(state.periods), (p) => p.decisions[0] + p.decisions[1]);
  const usualGapMs = first !== null && last !== null && n > 1 ? (last - first) / (n - 1) : 0;
  const limitMs = Math.max(QUIET_MS, 10 * usualGapMs);
  const quietMs = last === null ? null : nowMs - last;
  const ok = quietMs === null || quietMs <= limitMs;
  return { code: "no-traffic", ok, acts: true, values: { quietMs, limitMs }, remedy: ok ? null : "check-callers" };
}

/** Expected decisions of an arm from which its absence cannot be chance: exp(−7) < 0.001. */
const MISSED = 7;

/**
 * Each arm seen since the present period began, from 24 h on. An arm that had no real chance to be seen (share 0, or a
 * 1 % step with few dispatches) is not called dead.
 */
function armsAlive(state: ExperimentState, nowMs: number): HealthCheck {
  const period = latestPeriod(state);
  if (!period) return { code: "arms-alive", ok: true, acts: true, values: {}, remedy: null };
  const n = period.decisions[0] + period.decisions[1];
  const expected = [n - period.sumShare, period.sumShare] as const;
  const dead = nowMs - period.startedAtMs >= ALIVE_MS && [0, 1].some((arm) => expected[arm]! >= MISSED && period.decisions[arm] === 0);
  const values = { decisions1: period.decisions[0], decisions2: period.decisions[1], expected1: expected[0], expected2: expected[1] };
  return { code: "arms-alive", ok: !dead, acts: true, values, remedy: dead ? "check-configuration" : null };
}

export function latestPeriod(state: ExperimentState): Period | null {
  return Object.values(state.periods).reduce<Period | null>((latest, period) => (!latest || period.version > latest.version ? period : latest), null);
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
