import { choosePhase } from "../choose-phase";
import { draw } from "../draw";
import { aipwEstimate } from "@/lib/stats/aipw";
import { health } from "../health";
import { guardrailAlarms } from "../guardrails";
import type { Phase } from "../turn-phase";
import { BARE, feed, mayConclude, simulated, verdictNow, type Simulated } from "./experiment";
import { normalDraw, seededRandom } from "./seeded-random";

const LN_20 = Math.log(20);
const coin = (random: () => number, p: number): 0 | 1 => (random() < p ? 1 : 0);

/** First decision at which the verdict is `better` or `harmful`; looked at after every decision. */
export function firstConclusion(seed: number, looks: number, share: number, rates: readonly [number, number]): { at: number; verdict: "better" | "harmful" } | null {
  const random = seededRandom(seed);
  const run = simulated(BARE);
  for (let i = 1; i <= looks; i++) {
    const phase: Phase = random() < share ? 2 : 1;
    feed(run, { phase, share, strategy: "weight_based", values: { optimal: coin(random, rates[phase - 1]!) } });
    if (!mayConclude(run, LN_20)) continue;
    const verdict = verdictNow(run);
    if (verdict === "better" || verdict === "harmful") return { at: i, verdict };
  }
  return null;
}

/** Peak hours are slower and get more of phase 2: pooled means say loss where there is gain. Minutes, log-normal. */
export function timeBasedGain(seed: number, decisions: number, gainMinutes: number): { estimate: number; pooled: number; harmful: number; verdict: string } {
  const random = seededRandom(seed);
  const run = simulated({ ...BARE, goals: ["arrival_minutes"] });
  let harmful = 0;
  for (let i = 1; i <= decisions; i++) {
    // Half the traffic falls in the eight peak hours.
    const peak = random() < 0.5;
    const localHour = peak ? 9 + Math.floor(random() * 8) : Math.floor(17 + random() * 16) % 24;
    const share = peak ? 0.7 : 0.3;
    const phase: Phase = random() < share ? 2 : 1;
    const usual = (peak ? 12 : 8.5) * Math.exp(0.3 * normalDraw(random) - 0.045);
    const minutes = Math.max(0.1, phase === 2 ? usual - gainMinutes : usual);
    feed(run, { phase, share, strategy: "time_based", values: { arrival_minutes: minutes }, localHour });
    if (mayConclude(run, LN_20) || i % 500 === 0) harmful += verdictNow(run) === "harmful" ? 1 : 0;
  }
  const { arms, aipw } = run.state.metrics.arrival_minutes;
  return { estimate: aipwEstimate(aipw)!.estimate, pooled: arms[1].moments.mean - arms[0].moments.mean, harmful, verdict: verdictNow(run) };
}

/** First decision at which the experiment is `unhealthy` when the split really runs at `actual`. */
export function firstUnhealthy(seed: number, looks: number, promised: number, actual: number): number | null {
  const random = seededRandom(seed);
  const run = simulated(BARE);
  for (let i = 1; i <= looks; i++) {
    feed(run, { phase: random() < actual ? 2 : 1, share: promised, strategy: "weight_based", values: {} });
    const failing = health(run.state, run.nowMs).checks.some((check) => check.acts && !check.ok);
    if (failing) return verdictNow(run) === "unhealthy" ? i : Number.NaN;
  }
  return null;
}

export type DrawShare = { share: number; seen: number; standardErrors: number; nested: boolean; lagCorrelation: number };

/** Shares, nesting and independence of neighbours over ids counted up. */
export function drawShares(ids: number, shares: readonly number[]): DrawShare[] {
  const draws = Float64Array.from({ length: ids }, (_, i) => draw("verify", `D-${i}`));
  const sorted = [...shares].sort((a, b) => a - b);
  return sorted.map((share, at) => {
    const arms = Array.from(draws, (_, i): number => choosePhase({ kind: "weight_based", phase2Share: share }, { experimentKey: "verify", dispatchId: `D-${i}`, localHour: 0, turn: null }).phase - 1);
    const seen = arms.reduce((s, a) => s + a, 0) / ids;
    const smaller = sorted[at - 1];
    const nested = smaller === undefined || arms.every((arm, i) => arm === 1 || draws[i]! >= smaller);
    const covariance = arms.slice(1).reduce((s, arm, i) => s + (arm - seen) * (arms[i]! - seen), 0) / (ids - 1);
    return { share, seen, standardErrors: (seen - share) / Math.sqrt((share * (1 - share)) / ids), nested, lagCorrelation: covariance / (seen * (1 - seen)) };
  });
}

/** The share changed many times while dispatches arrive and old ones are asked again: how many stored answers moved. */
export function changesUnderLoad(seed: number, dispatches: number, changes: number): { stored: number; asked: number; moved: number; unlike: number } {
  const random = seededRandom(seed);
  const stored = new Map<string, Phase>();
  let [share, moved, asked, unlike] = [0.1, 0, 0, 0];
  for (let i = 0; i < dispatches; i++) {
    if (i % Math.ceil(dispatches / changes) === 0) share = random();
    const answer = (id: string): Phase => {
      const known = stored.get(id);
      if (known !== undefined) return known;
      const { phase } = choosePhase({ kind: "weight_based", phase2Share: share }, { experimentKey: "verify", dispatchId: id, localHour: 0, turn: null });
      stored.set(id, phase);
      return phase;
    };
    answer(`D-${i}`);
    const again = `D-${Math.floor(random() * (i + 1))}`;
    const before = stored.get(again)!;
    asked += 1;
    if (answer(again) !== before) moved += 1;
    // What a fresh draw under today's share would say: shows that the stored answer is what protects.
    if (choosePhase({ kind: "weight_based", phase2Share: share }, { experimentKey: "verify", dispatchId: again, localHour: 0, turn: null }).phase !== before) unlike += 1;
  }
  return { stored: stored.size, asked, moved, unlike };
}

/** Arm-2 decisions until a guardrail acts when every call of the model falls back at this share; null: none within `limit`. */
export function phase2UntilWithdrawn(seed: number, share: number, failureRate: number, limit: number): number | null {
  const random = seededRandom(seed);
  const run: Simulated = simulated({ hardStop: null });
  for (let phase2 = 0; phase2 < limit; ) {
    const phase: Phase = random() < share ? 2 : 1;
    if (phase === 2) phase2 += 1;
    feed(run, { phase, share, strategy: "weight_based", values: phase === 2 ? { fallback: coin(random, failureRate), error: 0 } : { error: 0 } });
    if (guardrailAlarms(run.state).length > 0) return phase2;
  }
  return null;
}
