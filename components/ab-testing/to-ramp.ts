import type { RampOut } from "@/lib/ab-testing/contract";
import { instantOf } from "@/lib/console/zone";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export type RampStepView = { share: number; state: "done" | "current" | "coming"; approval: boolean; holdMinutes: number; minPhase2: number; /** Days the decisions of the step take at the present rate. */ days: number | null };
export type RampView = {
  steps: RampStepView[];
  live: boolean;
  /** What the present step still waits for; null unless the ramp runs or is held. */
  waits: { decisions: number | null; leftMs: number; approval: boolean; last: boolean } | null;
  /** When the step ends at the present rate; null where that is not known. */
  endsInMs: number | null;
  locked: boolean;
  may: { start: boolean; hold: boolean; resume: boolean; rollback: boolean; approve: boolean; plan: boolean };
};

export function toRamp(ramp: RampOut, decisionsPerDay: number | null, nowMs: number): RampView {
  const live = ramp.status === "running" || ramp.status === "held";
  const begun = live || ramp.status === "completed";
  const current = ramp.steps[ramp.step];
  const next = ramp.steps[ramp.step + 1];
  const locked = ramp.locked_until !== null && nowMs < Date.parse(ramp.locked_until);
  const needsApproval = live && next !== undefined && next.approval && !ramp.approved;
  const waits =
    live && current
      ? {
          decisions: ramp.phase2_in_step === null ? null : Math.max(0, current.min_phase2 - ramp.phase2_in_step),
          leftMs: ramp.step_started_at === null ? 0 : Math.max(0, Date.parse(ramp.step_started_at) + current.hold_minutes * MINUTE_MS - nowMs),
          approval: needsApproval,
          last: next === undefined,
        }
      : null;
  return {
    steps: ramp.steps.map((step, index) => ({
      share: step.share,
      state: !begun ? "coming" : index < ramp.step || ramp.status === "completed" ? "done" : index === ramp.step ? "current" : "coming",
      approval: step.approval,
      holdMinutes: step.hold_minutes,
      minPhase2: step.min_phase2,
      days: daysOf(step.min_phase2, step.share, decisionsPerDay),
    })),
    live,
    waits,
    endsInMs: waits && current && ramp.status === "running" && waits.decisions !== null ? endOf(waits.decisions, current.share, waits.leftMs, decisionsPerDay) : null,
    locked,
    may: {
      start: ramp.status === "draft" || ramp.status === "scheduled" || (ramp.status === "rolled_back" && !locked),
      hold: ramp.status === "running",
      resume: ramp.status === "held",
      rollback: begun,
      approve: needsApproval,
      plan: !live,
    },
  };
}

export function daysOf(decisions: number, share: number, decisionsPerDay: number | null): number | null {
  return decisionsPerDay === null || decisionsPerDay <= 0 || share <= 0 ? null : decisions / (share * decisionsPerDay);
}

function endOf(decisions: number, share: number, leftMs: number, decisionsPerDay: number | null): number | null {
  if (decisions === 0) return leftMs;
  const days = daysOf(decisions, share, decisionsPerDay);
  return days === null ? null : Math.max(leftMs, days * DAY_MS);
}

/** "1, 5, 10, 25" in percent, rising, from 0 (left out) to 100; null when it cannot be read so. */
export function readSteps(text: string): number[] | null {
  const parts = text.split(/[;\s]+|,(?=\s)|,(?!\d)/).map((part) => part.replace("%", "").replace(",", ".").trim()).filter((part) => part !== "");
  const shares = parts.map((part) => Number(part) / 100);
  const rising = shares.every((share, i) => share > (shares[i - 1] ?? 0) && share <= 1);
  return shares.length > 0 && shares.length <= 20 && rising ? shares : null;
}

/** What a field for day and time holds, "2026-01-15T14:30" on the clock of a zone; null when it holds nothing. */
export function readStart(text: string, zone: string): number | null {
  const [, year, month, day, hour, minute] = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})/.exec(text) ?? [];
  return year === undefined ? null : instantOf({ year: Number(year), month: Number(month), day: Number(day), hour: Number(hour), minute: Number(minute) }, zone);
}
