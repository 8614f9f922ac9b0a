import { expect, it } from "vitest";
import type { RampOut } from "@/lib/ab-testing/contract";
import { readStart, readSteps, toRamp } from "./to-ramp";

const NOW = Date.UTC(2026, 0, 2);
const step = (share: number, approval = false) => ({ share, hold_minutes: 30, min_phase2: 200, approval });
const ramp = (given: Partial<RampOut>): RampOut => ({ version: 1, status: "running", steps: [step(0.05), step(0.25), step(1, true)], scheduled_at: null, step: 1, step_started_at: new Date(NOW - 10 * 60_000).toISOString(), hold_reason: null, approved: false, locked_until: null, phase2_in_step: 80, signals: [], ...given });

it("says what the present step waits for and when it ends at this rate", () => {
  const view = toRamp(ramp({}), 4_800, NOW);
  expect(view.steps.map((each) => each.state)).toEqual(["done", "current", "coming"]);
  expect(view.waits).toEqual({ decisions: 120, leftMs: 20 * 60_000, approval: true, last: false });
  expect(view.endsInMs).toBe(0.1 * 86_400_000);
  expect(toRamp(ramp({}), null, NOW).endsInMs).toBeNull();
});

it("offers only what the state allows", () => {
  expect(toRamp(ramp({}), null, NOW).may).toEqual({ start: false, hold: true, resume: false, rollback: true, approve: true, plan: false });
  expect(toRamp(ramp({ status: "held", step: 0 }), null, NOW).may).toMatchObject({ resume: true, hold: false, approve: false });
  const withdrawn = ramp({ status: "rolled_back", locked_until: new Date(NOW + 1_000).toISOString() });
  expect(toRamp(withdrawn, null, NOW)).toMatchObject({ locked: true, may: { start: false, rollback: false, plan: true } });
  expect(toRamp(withdrawn, null, NOW + 2_000).may.start).toBe(true);
});

it("tells how long a step takes at few dispatches", () => {
  expect(toRamp(ramp({ steps: [step(0.01)], step: 0 }), 150, NOW).steps[0]?.days).toBeCloseTo(133.3, 1);
});

it("reads steps as people write them", () => {
  expect(readSteps("1, 5, 10, 25")).toEqual([0.01, 0.05, 0.1, 0.25]);
  expect(readSteps("0,5 % 12.5 % 100 %")).toEqual([0.005, 0.125, 1]);
  expect(readSteps("10, 5")).toBeNull();
  expect(readSteps("")).toBeNull();
  expect(readSteps("50, 120")).toBeNull();
});

it("reads a day and time on the clock of the reader's zone", () => {
  expect(readStart("2026-01-15T14:30", "America/La_Paz")).toBe(Date.UTC(2026, 0, 15, 18, 30));
  expect(readStart("2026-07-15T14:30", "Europe/Madrid")).toBe(Date.UTC(2026, 6, 15, 12, 30));
  expect(readStart("", "UTC")).toBeNull();
});
