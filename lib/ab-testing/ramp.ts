import { z } from "zod";
import type { Alarm } from "./guardrails";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const ERRORS_BEFORE_ALERT = 5;

export const RampStep = z.strictObject({
  share: z.number().gt(0).max(1),
  holdMinutes: z.number().min(0).max(60 * 24 * 60).default(30),
  minPhase2: z.int().min(0).max(1_000_000).default(200),
  /** A person has to approve before this step begins. */
  approval: z.boolean().default(false),
});
export const RampPlan = z.strictObject({
  steps: z
    .array(RampStep)
    .min(1)
    .max(20)
    .refine((steps) => steps.every((step, i) => i === 0 || step.share > steps[i - 1]!.share), "shares rise from step to step")
    .prefault([{ share: 0.01 }, { share: 0.05 }, { share: 0.1 }, { share: 0.25 }, { share: 0.5 }, { share: 1, approval: true }]),
  scheduledAtMs: z.number().nullable().default(null),
});
export type RampPlan = z.output<typeof RampPlan>;

export const RAMP_STATUSES = ["draft", "scheduled", "running", "held", "completed", "rolled_back", "aborted"] as const;
export type RampStatus = (typeof RAMP_STATUSES)[number];
export type HoldReason = "person" | "no-traffic" | "mismatch" | "health" | "query-error" | "signal";

export type Ramp = {
  version: number;
  status: RampStatus;
  plan: RampPlan;
  step: number;
  stepStartedAtMs: number | null;
  holdReason: HoldReason | null;
  approved: boolean;
  errorsInRow: number;
  quietSinceMs: number | null;
  quietAlerted: boolean;
  /** No restart before this, and then only by a person with a reason. */
  lockedUntilMs: number | null;
};

/** What the last evaluation saw. `phase2InStep`: arm-2 decisions since the step began. */
export type RampMeasured = { phase2InStep: number; failingChecks: readonly string[]; alarms: readonly Alarm[]; signals: readonly string[] };

export type RampEvent =
  | { kind: "schedule" }
  | { kind: "start"; by: string; reason: string }
  | { kind: "tick"; measured: RampMeasured }
  | { kind: "query-failed" }
  | { kind: "hold"; by: string; reason: string }
  | { kind: "resume"; by: string }
  | { kind: "approve"; by: string }
  | { kind: "rollback"; by: string; reason: string }
  | { kind: "abort"; by: string; reason: string };

export type RampEffect =
  | { kind: "set-share"; share: number; reason: string }
  | { kind: "alert"; type: "PERFORMANCE_DEGRADATION" | "DATA_QUALITY"; severity: "CRITICAL" | "HIGH" | "MEDIUM"; check: string; numbers: unknown }
  | { kind: "audit"; action: string; by: string; reason: string };

export type RampMove = { ramp: Ramp; effects: RampEffect[]; reason: string } | { refused: "not-in-this-state" | "locked" | "needs-reason" | "too-soon" };

export function newRamp(plan: RampPlan): Ramp {
  const nothing = { stepStartedAtMs: null, holdReason: null, quietSinceMs: null, lockedUntilMs: null } as const;
  return { version: 1, status: "draft", plan, step: 0, approved: false, errorsInRow: 0, quietAlerted: false, ...nothing };
}

/** What an event makes of a ramp. Pure: the caller claims the row by its version and applies the effects in one transaction. */
export function rampMove(ramp: Ramp, event: RampEvent, nowMs: number): RampMove {
  switch (event.kind) {
    case "schedule":
      return ramp.status === "draft" && ramp.plan.scheduledAtMs !== null ? moved(ramp, { status: "scheduled" }, [], "scheduled") : refuse();
    case "start":
      return start(ramp, event, nowMs);
    case "tick":
      return tick(ramp, event.measured, nowMs);
    case "query-failed":
      return queryFailed(ramp);
    case "hold":
      if (ramp.status !== "running") return refuse();
      return moved(ramp, { status: "held", holdReason: "person" }, [audit("ramp.hold", event.by, event.reason)], event.reason);
    case "resume":
      if (ramp.status !== "held") return refuse();
      return moved(ramp, { ...running, errorsInRow: 0 }, [setShare(ramp, "resumed"), audit("ramp.resume", event.by, "")], "resumed");
    case "approve":
      if (!isLive(ramp) || ramp.step + 1 >= ramp.plan.steps.length || !ramp.plan.steps[ramp.step + 1]!.approval) return refuse();
      return moved(ramp, { approved: true }, [audit("ramp.approve", event.by, "")], "approved");
    case "rollback":
      return isLive(ramp) || ramp.status === "completed" ? rollBack(ramp, event.by, event.reason, null, nowMs) : refuse();
    case "abort":
      if (ramp.status === "aborted") return refuse();
      return moved(ramp, { status: "aborted", holdReason: null }, [{ kind: "set-share", share: 0, reason: event.reason }, audit("ramp.abort", event.by, event.reason)], event.reason);
  }
}

const running = { status: "running", holdReason: null, quietSinceMs: null, quietAlerted: false } as const;
const refuse = (): RampMove => ({ refused: "not-in-this-state" });
const isLive = ({ status }: Ramp): boolean => status === "running" || status === "held";
const audit = (action: string, by: string, reason: string): RampEffect => ({ kind: "audit", action, by, reason });
const setShare = ({ plan, step }: Ramp, reason: string): RampEffect => ({ kind: "set-share", share: plan.steps[step]!.share, reason });

function moved(ramp: Ramp, change: Partial<Ramp>, effects: RampEffect[], reason: string): RampMove {
  return { ramp: { ...ramp, ...change, version: ramp.version + 1 }, effects, reason };
}

function unchanged(ramp: Ramp, reason: string): RampMove {
  return { ramp, effects: [], reason };
}

function start(ramp: Ramp, { by, reason }: { by: string; reason: string }, nowMs: number): RampMove {
  if (ramp.status !== "draft" && ramp.status !== "scheduled" && ramp.status !== "rolled_back") return refuse();
  if (ramp.lockedUntilMs !== null && nowMs < ramp.lockedUntilMs) return { refused: "locked" };
  if (ramp.status === "rolled_back" && reason.trim() === "") return { refused: "needs-reason" };
  const first = { ...ramp, ...running, step: 0, stepStartedAtMs: nowMs, approved: false, errorsInRow: 0, lockedUntilMs: null };
  return moved(first, {}, [setShare(first, "ramp started"), audit("ramp.start", by, reason)], "started");
}

/** Guardrails first, then what holds, then what advances. A failed or missing measurement never counts as a pass. */
function tick(ramp: Ramp, measured: RampMeasured, nowMs: number): RampMove {
  if (ramp.status === "scheduled" && ramp.plan.scheduledAtMs !== null && nowMs >= ramp.plan.scheduledAtMs) {
    return start(ramp, { by: "system", reason: "scheduled" }, nowMs);
  }
  if (!isLive(ramp)) return unchanged(ramp, "nothing to do");
  if (measured.alarms.length > 0) return rollBack(ramp, "system", describe(measured.alarms), measured.alarms, nowMs);
  if (ramp.status === "held" && ramp.holdReason === "person") return unchanged(ramp, "held by a person");
  const reason = holdReasonOf(measured);
  if (reason !== null) return hold(ramp, reason, measured, nowMs);
  const released: Ramp = ramp.status === "held" || ramp.errorsInRow > 0 ? { ...ramp, ...running, errorsInRow: 0, version: ramp.version + 1 } : ramp;
  const effects = ramp.status === "held" ? [setShare(released, "released")] : [];
  return advance(released, measured, effects, nowMs);
}

function holdReasonOf({ failingChecks, signals }: RampMeasured): HoldReason | null {
  if (failingChecks.includes("mismatch")) return "mismatch";
  if (failingChecks.includes("no-traffic")) return "no-traffic";
  if (failingChecks.length > 0) return "health";
  return signals.length > 0 ? "signal" : null;
}

function hold(ramp: Ramp, reason: HoldReason, measured: RampMeasured, nowMs: number): RampMove {
  const quietSinceMs = reason === "no-traffic" ? (ramp.quietSinceMs ?? nowMs) : null;
  const quietTooLong = quietSinceMs !== null && nowMs - quietSinceMs >= DAY_MS && !ramp.quietAlerted;
  if (ramp.status === "held" && ramp.holdReason === reason && !quietTooLong) return unchanged(ramp, `held: ${reason}`);
  const effects: RampEffect[] = [];
  if (reason === "mismatch" && ramp.holdReason !== "mismatch") effects.push({ kind: "alert", type: "DATA_QUALITY", severity: "HIGH", check: "ab-mismatch", numbers: measured });
  if (quietTooLong) effects.push({ kind: "alert", type: "DATA_QUALITY", severity: "MEDIUM", check: "ab-no-traffic", numbers: { quietMs: nowMs - quietSinceMs } });
  if (ramp.holdReason !== reason) effects.push(audit("ramp.hold", "system", reason));
  return moved(ramp, { status: "held", holdReason: reason, quietSinceMs, quietAlerted: ramp.quietAlerted || quietTooLong }, effects, `held: ${reason}`);
}

/** One step at a time, whatever is overdue: the next step counts its own time and decisions from now. */
function advance(ramp: Ramp, measured: RampMeasured, effects: RampEffect[], nowMs: number): RampMove {
  const step = ramp.plan.steps[ramp.step]!;
  const heldMs = nowMs - (ramp.stepStartedAtMs ?? nowMs);
  if (heldMs < step.holdMinutes * MINUTE_MS) return { ramp, effects, reason: "hold time of the step" };
  if (measured.phase2InStep < step.minPhase2) return { ramp, effects, reason: "too few decisions in the step" };
  const next = ramp.plan.steps[ramp.step + 1];
  if (!next) return moved(ramp, { status: "completed" }, [...effects, audit("ramp.complete", "system", "last step passed")], "completed");
  if (next.approval && !ramp.approved) return { ramp, effects, reason: "waits for approval" };
  const advanced: Ramp = { ...ramp, step: ramp.step + 1, stepStartedAtMs: nowMs, approved: false };
  const reason = `step ${advanced.step + 1} of ${ramp.plan.steps.length}`;
  return moved(advanced, {}, [...effects, setShare(advanced, reason), audit("ramp.advance", "system", reason)], reason);
}

function queryFailed(ramp: Ramp): RampMove {
  if (!isLive(ramp)) return unchanged(ramp, "nothing to do");
  const errorsInRow = ramp.errorsInRow + 1;
  const effects: RampEffect[] = errorsInRow === ERRORS_BEFORE_ALERT ? [{ kind: "alert", type: "DATA_QUALITY", severity: "HIGH", check: "ab-query", numbers: { errorsInRow } }] : [];
  const held = ramp.holdReason === "person" ? {} : ({ status: "held", holdReason: "query-error" } as const);
  return moved(ramp, { ...held, errorsInRow }, effects, "held: query-error");
}

function rollBack(ramp: Ramp, by: string, reason: string, alarms: readonly Alarm[] | null, nowMs: number): RampMove {
  const effects: RampEffect[] = [{ kind: "set-share", share: 0, reason }, audit("ramp.rollback", by, reason)];
  if (alarms) effects.push({ kind: "alert", type: "PERFORMANCE_DEGRADATION", severity: "CRITICAL", check: "ab-guardrail", numbers: alarms });
  return moved(ramp, { status: "rolled_back", holdReason: null, approved: false, lockedUntilMs: nowMs + DAY_MS }, effects, reason);
}

function describe(alarms: readonly Alarm[]): string {
  return alarms.map((alarm) => (alarm.kind === "hard-stop" ? `${alarm.streak} failures in a row` : `${alarm.kind} guardrail on ${alarm.metric}`)).join("; ");
}
