import { aipwEstimate } from "@/lib/stats/aipw";
import { mixtureHalfWidth, mixtureRho } from "@/lib/stats/mixture-interval";
import { guardrailAlarms } from "./guardrails";
import { health, latestPeriod, type Health } from "./health";
import { ruleOf } from "./metric-rules";
import type { ExperimentState } from "./state";
import { verdict, type ArmCounts, type Judgement, type VerdictInput } from "./verdict";

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/** Health and verdict of an experiment at an instant, from its running state. `share` is what new dispatches get now. */
export function judge(state: ExperimentState, share: number, nowMs: number): { health: Health; judgement: Judgement } {
  const found = health(state, nowMs);
  return { health: found, judgement: verdict(verdictInput(state, found, share, nowMs)) };
}

function verdictInput(state: ExperimentState, found: Health, share: number, nowMs: number): VerdictInput {
  const { analysis } = state;
  const goal = analysis.goals[0]!;
  const { kind, better } = ruleOf(goal);
  const metric = state.metrics[goal];
  const counts = metric.arms.map(({ moments: { n }, successes }): ArmCounts => ({ n, successes, failures: n - successes }));
  const alpha = analysis.alpha / analysis.goals.length;
  const result = aipwEstimate(metric.aipw);
  return {
    failingChecks: found.checks.filter((check) => check.acts && !check.ok).map((check) => check.code),
    alarms: guardrailAlarms(state),
    goal: { metric: goal, kind: kind === "positive" ? "positive" : "binary", better: better === "down" ? "down" : "up" },
    lnEvidence: metric.evidence?.peak ?? 0,
    lnLimit: -Math.log(alpha),
    estimate: result && { value: result.estimate, sd: result.sd, halfWidth: mixtureHalfWidth(result.sd, result.n, mixtureRho(analysis.nStar, alpha), alpha) },
    arms: [counts[0]!, counts[1]!],
    controlMean: metric.arms[0].moments.n > 0 ? metric.arms[0].moments.mean : null,
    margin: analysis.margins[goal],
    daysObserved: state.firstDecidedAtMs === null ? 0 : (nowMs - state.firstDecidedAtMs) / DAY_MS,
    minimumDays: analysis.minimumDays,
    decisionsPerDay: decisionsPerDay(state, nowMs),
    share,
    caveats: caveatsOf(state),
  };
}

/** Rate since the first decision, over the last week at most as far as periods allow. */
function decisionsPerDay(state: ExperimentState, nowMs: number): number | null {
  const recent = Object.values(state.periods).filter((period) => nowMs - period.startedAtMs <= WEEK_MS);
  const periods = recent.length > 0 ? recent : Object.values(state.periods);
  if (periods.length === 0) return null;
  const since = Math.min(...periods.map((period) => period.startedAtMs));
  const n = periods.reduce((total, { decisions }) => total + decisions[0] + decisions[1], 0);
  return nowMs > since ? (n * DAY_MS) / (nowMs - since) : null;
}

function caveatsOf(state: ExperimentState): VerdictInput["caveats"] {
  const periods = Object.values(state.periods);
  // Turns at one half are not a coin: the guarantee rests on arrivals not following the same rhythm.
  const latest = latestPeriod(state);
  const shares = new Set(periods.filter((p) => p.sumVariance > 0).map((p) => (p.sumShare / (p.decisions[0] + p.decisions[1])).toFixed(4)));
  return [...(latest?.turns ? (["round-robin"] as const) : []), ...(shares.size > 1 ? (["unequal-shares"] as const) : [])];
}
