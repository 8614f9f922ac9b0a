import { normalCdf } from "@/lib/stats/normal";
import { severityRule } from "@/lib/dispatch/severity";
import { districts, distanceKm, localInstant } from "./city";
import type { Call } from "./demand";
import { ROAD_SIGMA, type Ranked } from "./rank";
import { feltTraffic, steps, traffic, travelMedian, urgency } from "./times";

/** Who advises: the rule (nearest fitting unit), the model, or, for exploration, chance among the nearest three. */
export const arms = ["A", "B", "R"] as const;
export type Arm = (typeof arms)[number];

/** What was advised, what the room did with it, and why. */
export type Choice = {
  arm: Arm;
  advisedUnitId: number;
  /** Probability with which chance picked the advised unit; 1 where it had no say. */
  advisedWith: number;
  accepted: boolean;
  reason: "accepted" | "own judgement";
};

/** Draws of a call that only a policy reads, in a stream of their own: another policy leaves the demand as it was. */
export type PolicyDraws = { accept: number; explore: number };

/** Of the best candidate's expected minutes: within this an assignment still counts as optimal. */
export const TOLERANCE = { urgent: 1, other: 2 };
const EXPLORED = 3;
const ACCEPT = { agreeing: 0.9, differing: 0.75 };
/** Within eight minutes of a base at usual speed: (8 - 1.2 - 1.6) / 1.6. */
const COVERED_KM = 3.25;
/** Minutes of lateness that uncovering the whole city would be worth. */
const COVERAGE_MINUTES = 6;
const RESPONSE_SIGMA = Math.hypot(steps.travelSigma, ROAD_SIGMA);

export type Situation = { call: Call; draws: PolicyDraws; choices: readonly Ranked[]; free: readonly Ranked[]; busyShare: number; nowMs: number };

/** The unit that goes. Without advice, and where the room does not follow it, it judges for itself. */
export function choose(arm: Arm, situation: Situation): { chosen: Ranked; choice: Choice } {
  const { call, draws, choices } = situation;
  const own = ownJudgement(situation);
  const nearest = choices[0]!;
  if (arm === "B") {
    const advised = modelAdvice(situation);
    const accepted = draws.accept < (advised === nearest ? ACCEPT.agreeing : ACCEPT.differing);
    return { chosen: accepted ? advised : own, choice: { arm, advisedUnitId: advised.id, advisedWith: 1, accepted, reason: accepted ? "accepted" : "own judgement" } };
  }
  if (arm === "R" && call.severity <= 3) {
    const among = Math.min(choices.length, EXPLORED);
    const chosen = choices[Math.min(among - 1, Math.floor(draws.explore * among))]!;
    return { chosen, choice: { arm, advisedUnitId: chosen.id, advisedWith: 1 / among, accepted: true, reason: "accepted" } };
  }
  return { chosen: own, choice: { arm: "A", advisedUnitId: nearest.id, advisedWith: 1, accepted: own === nearest, reason: own === nearest ? "accepted" : "own judgement" } };
}

/** The rule names the nearest; a busy room errs more often, and then a unit that is not the nearest is sent. */
function ownJudgement({ call, choices, busyShare }: Situation): Ranked {
  const erring = 0.07 + 0.25 * busyShare;
  return choices[call.override < erring ? Math.min(choices.length - 1, call.overrideChoice < 0.65 ? 1 : 2) : 0]!;
}

/**
 * Least expected lateness by the predicted distribution of responses, plus what the unit's leaving costs in coverage
 * (Jagtenberg, Bhulai, van der Mei 2017), among those whose response is as good as the best. A call of severity 5 never
 * waits for a better place of the others.
 */
function modelAdvice({ call, choices, free, nowMs }: Situation): Ranked {
  const local = localInstant(nowMs);
  const streets = feltTraffic(traffic(local.hour, local.day), call.severity) * districts[call.district]!.road * urgency(call.severity);
  const predicted = choices.map((unit) => ({ unit, minutes: unit.chuteMedian + travelMedian(unit.distanceKm) * streets }));
  const best = predicted.reduce((least, each) => Math.min(least, each.minutes), Number.POSITIVE_INFINITY);
  const tolerance = call.severity >= 4 ? TOLERANCE.urgent : TOLERANCE.other;
  const { targetMinutes } = severityRule(call.severity);
  let advised = predicted[0]!.unit;
  let least = Number.POSITIVE_INFINITY;
  for (const { unit, minutes } of predicted) {
    if (minutes > best + tolerance) continue;
    const cost = expectedLateness(minutes, targetMinutes) + (call.severity === 5 ? 0 : COVERAGE_MINUTES * coverageLoss(unit, free));
    if (cost < least - 1e-9) {
      least = cost;
      advised = unit;
    }
  }
  return advised;
}

/** E[(T - target)+] of a lognormal response around its median. */
export function expectedLateness(medianMinutes: number, targetMinutes: number): number {
  const mu = Math.log(medianMinutes);
  const z = (mu - Math.log(targetMinutes)) / RESPONSE_SIGMA;
  return Math.exp(mu + RESPONSE_SIGMA ** 2 / 2) * normalCdf(z + RESPONSE_SIGMA) - targetMinutes * normalCdf(z);
}

const population = districts.reduce((sum, each) => sum + each.population, 0);

/** Share of the people whom only this unit covers. */
function coverageLoss(unit: Ranked, free: readonly Ranked[]): number {
  let lost = 0;
  for (const district of districts) {
    if (distanceKm(unit, district) > COVERED_KM) continue;
    if (!free.some((other) => other.id !== unit.id && distanceKm(other, district) <= COVERED_KM)) lost += district.population;
  }
  return lost / population;
}
