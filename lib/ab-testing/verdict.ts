import { sampleSizeMeans, sampleSizeProportions } from "@/lib/stats/sample-size";
import type { Alarm } from "./guardrails";
import type { HealthCode } from "./health";

export const VERDICTS = ["unhealthy", "harmful", "too-early", "better", "equivalent", "undecided"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Matured outcomes of one arm for the deciding goal. `failures` and `successes` are read for 0/1 goals only. */
export type ArmCounts = { n: number; successes: number; failures: number };

export type VerdictInput = {
  failingChecks: readonly HealthCode[];
  alarms: readonly Alarm[];
  goal: { metric: string; kind: "binary" | "positive"; better: "up" | "down" };
  /** Peak of the two-sided ln E, and the ln E at which it decides: ln(goals / alpha). */
  lnEvidence: number;
  lnLimit: number;
  /** Arm 2 − arm 1 with the half width of the watched interval; null while nothing is comparable. */
  estimate: { value: number; halfWidth: number; sd: number } | null;
  arms: readonly [ArmCounts, ArmCounts];
  /** Mean of the goal in arm 1, for the sample still needed. */
  controlMean: number | null;
  margin: number;
  daysObserved: number;
  minimumDays: number;
  decisionsPerDay: number | null;
  share: number;
  caveats: readonly ("round-robin" | "unequal-shares" | "mixed-models")[];
};

export type ReasonCode =
  | "health-check-failed"
  | "guardrail-alarmed"
  | "evidence-of-harm"
  | "evidence-of-gain"
  | "evidence-short"
  | "few-matured"
  | "few-of-each-outcome"
  | "not-a-full-week"
  | "interval-inside-margin"
  | "interval-open"
  | "caveat";
export type Reason = { code: ReasonCode; values: Record<string, number | string | null> };

export type VerdictNumbers = {
  evidence: number;
  evidence_limit: number;
  estimate: number | null;
  low: number | null;
  high: number | null;
  decisions_needed: number | null;
  hours_needed: number | null;
  days_needed: number | null;
};
export type Judgement = { verdict: Verdict; reasons: Reason[]; numbers: VerdictNumbers };

export const MIN_PER_ARM = 100;
export const MIN_OF_EACH = 10;

/** The verdict on an experiment; the first that matches wins. */
export function verdict(input: VerdictInput): Judgement {
  const caveats: Reason[] = input.caveats.map((name) => ({ code: "caveat", values: { name } }));
  const answer = (found: Verdict, reasons: Reason[]): Judgement => ({ verdict: found, reasons: [...reasons, ...caveats], numbers: numbers(input, found) });
  if (input.failingChecks.length > 0) return answer("unhealthy", input.failingChecks.map((check) => ({ code: "health-check-failed", values: { check } })));

  const decided = input.lnEvidence >= input.lnLimit && input.estimate !== null && input.estimate.value !== 0;
  const gain = input.estimate === null ? 0 : input.estimate.value * (input.goal.better === "up" ? 1 : -1);
  const evidence = { lnE: input.lnEvidence, limit: input.lnLimit, estimate: input.estimate?.value ?? null };
  const alarms: Reason[] = input.alarms.map((alarm) => ({ code: "guardrail-alarmed", values: { ...alarm } }));
  if (alarms.length > 0 || (decided && gain < 0)) {
    return answer("harmful", [...alarms, ...(decided && gain < 0 ? [{ code: "evidence-of-harm" as const, values: evidence }] : [])]);
  }
  const early = tooEarly(input);
  if (early.length > 0) return answer("too-early", early);
  const fullWeek = input.daysObserved >= input.minimumDays;
  if (decided && fullWeek) return answer("better", [{ code: "evidence-of-gain", values: evidence }]);
  const { low, high } = numbers(input, "undecided");
  if (low !== null && high !== null && low > -input.margin && high < input.margin) {
    return answer("equivalent", [{ code: "interval-inside-margin", values: { low, high, margin: input.margin } }]);
  }
  const waiting: Reason = decided
    ? { code: "not-a-full-week", values: { days: input.daysObserved, minimum: input.minimumDays } }
    : { code: "evidence-short", values: evidence };
  return answer("undecided", [waiting, { code: "interval-open", values: { low, high, margin: input.margin } }]);
}

function tooEarly({ arms, goal, estimate }: VerdictInput): Reason[] {
  const [first, second] = arms;
  const reasons: Reason[] = [];
  if (Math.min(first.n, second.n) < MIN_PER_ARM) reasons.push({ code: "few-matured", values: { arm1: first.n, arm2: second.n, minimum: MIN_PER_ARM } });
  const rarest = Math.min(first.successes, first.failures, second.successes, second.failures);
  if (goal.kind === "binary" && rarest < MIN_OF_EACH) reasons.push({ code: "few-of-each-outcome", values: { rarest, minimum: MIN_OF_EACH } });
  if (reasons.length === 0 && estimate === null) reasons.push({ code: "few-matured", values: { arm1: 0, arm2: 0, minimum: MIN_PER_ARM } });
  return reasons;
}

/** The interval is shown only where it is a fair approximation; never with an unhealthy split or too few outcomes. */
function numbers(input: VerdictInput, found: Verdict): VerdictNumbers {
  const shown = input.estimate !== null && found !== "unhealthy" && tooEarly(input).length === 0 ? input.estimate : null;
  const needed = found === "too-early" ? untilInterval(input) : found === "undecided" ? untilDecided(input) : null;
  const days = needed !== null && input.decisionsPerDay !== null && input.decisionsPerDay > 0 ? needed / input.decisionsPerDay : null;
  return {
    evidence: Math.exp(Math.min(700, input.lnEvidence)),
    evidence_limit: Math.exp(input.lnLimit),
    estimate: shown?.value ?? null,
    low: shown ? shown.value - shown.halfWidth : null,
    high: shown ? shown.value + shown.halfWidth : null,
    decisions_needed: needed,
    hours_needed: days === null ? null : days * 24,
    days_needed: days,
  };
}

/** Decisions of both arms until each has 100 matured and, for 0/1 goals, 10 of each outcome at the rate seen so far. */
function untilInterval({ arms, share, goal }: VerdictInput): number | null {
  if (!(share > 0 && share < 1)) return null;
  let needed = 0;
  arms.forEach(({ n, successes, failures }, arm) => {
    const armShare = arm === 1 ? share : 1 - share;
    needed = Math.max(needed, (MIN_PER_ARM - n) / armShare);
    if (goal.kind !== "binary") return;
    for (const seen of [successes, failures]) {
      // Half a pseudo-count keeps a rate that was never seen from being 0.
      if (seen < MIN_OF_EACH) needed = Math.max(needed, (MIN_OF_EACH - seen) / (((seen + 0.5) / (n + 1)) * armShare));
    }
  });
  return Math.ceil(needed);
}

/**
 * max(0, 2 × fixed sample of both arms at 80 % power for the smallest effect that matters / (4w(1−w)) − n). The factor is
 * ((3.1 + 0.84)/(1.96 + 0.84))² = 1.98: what looking at any time costs.
 */
function untilDecided(input: VerdictInput): number | null {
  const { share, controlMean, estimate, margin, goal, arms } = input;
  if (!(share > 0 && share < 1) || controlMean === null || estimate === null) return null;
  const effect = goal.better === "up" ? margin : -margin;
  const p = Math.min(Math.max(controlMean, 0), 1);
  const inside = p + effect >= 0 && p + effect <= 1 ? effect : -effect;
  // ψ has variance of about sd²/w(1−w) at 4w(1−w) = 1: a quarter of it is the variance of one arm.
  const perArm = goal.kind === "binary" ? sampleSizeProportions(p, inside) : sampleSizeMeans(estimate.sd * Math.sqrt(share * (1 - share)), margin);
  return Math.max(0, Math.ceil((2 * 2 * perArm) / (4 * share * (1 - share))) - arms[0].n - arms[1].n);
}
