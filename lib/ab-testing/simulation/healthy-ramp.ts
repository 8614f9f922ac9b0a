import { guardrailAlarms } from "../guardrails";
import { health } from "../health";
import { newRamp, RampPlan, rampMove, type Ramp, type RampEffect, type RampEvent } from "../ramp";
import { draw } from "../draw";
import { warning } from "../signals";
import type { Phase } from "../turn-phase";
import { feed, simulated } from "./experiment";
import { normalDraw, seededRandom } from "./seeded-random";

export type RampOutcome = { status: Ramp["status"]; decisions: number; phase2: number; reason: string };

const TICK_MS = 60_000;
const GAP_MS = 10_000;

/**
 * A ramp over a model no worse than the rules (optimal 85 %, same arrivals, 2 % fallback, 1 % errors and late answers),
 * with the default plan and guardrails, a tick each minute and guardrails looked at with each outcome.
 */
export function healthyRamp(seed: number, most: number): RampOutcome {
  const random = seededRandom(seed);
  const run = simulated({ minimumDays: 0 });
  let [share, version, phase2, inStep, lastTickMs, reason] = [0, 1, 0, 0, 0, ""];
  let ramp = newRamp(RampPlan.parse({}));
  const apply = (event: RampEvent): void => {
    const move = rampMove(ramp, event, run.nowMs);
    if ("refused" in move) throw new Error(`the ramp refused ${event.kind}: ${move.refused}`);
    if (move.effects.some(setsShare)) [version, inStep] = [version + 1, 0];
    share = move.effects.find(setsShare)?.share ?? share;
    ({ ramp, reason } = move);
  };
  apply({ kind: "start", by: "sim", reason: "start" });
  while (run.n < most && (ramp.status === "running" || ramp.status === "held")) {
    const phase: Phase = draw(`ramp-${seed}`, String(run.n)) < share ? 2 : 1;
    if (phase === 2) [phase2, inStep] = [phase2 + 1, inStep + 1];
    feed(run, { phase, share, version, strategy: "weight_based", gapMs: GAP_MS, values: outcomes(random, phase) });
    const alarms = guardrailAlarms(run.state);
    if (alarms.length === 0 && run.nowMs - lastTickMs < TICK_MS) continue;
    lastTickMs = run.nowMs;
    const failingChecks = health(run.state, run.nowMs).checks.filter((c) => c.acts && !c.ok).map((c) => c.code);
    apply({ kind: "tick", measured: { phase2InStep: inStep, failingChecks, alarms, signals: warning(run.state) } });
    if (reason === "waits for approval" && !ramp.approved) apply({ kind: "approve", by: "sim" });
  }
  return { status: ramp.status, decisions: run.n, phase2, reason };
}

function outcomes(random: () => number, phase: Phase) {
  const flag = (p: number): 0 | 1 => (random() < p ? 1 : 0);
  return {
    optimal: flag(0.85),
    arrival_minutes: 9 * Math.exp(0.35 * normalDraw(random)),
    error: flag(0.01),
    deadline_missed: flag(0.01),
    ...(phase === 2 ? { fallback: flag(0.02) } : {}),
  };
}

function setsShare(effect: RampEffect): effect is Extract<RampEffect, { kind: "set-share" }> {
  return effect.kind === "set-share";
}
