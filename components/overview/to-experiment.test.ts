import { expect, it } from "vitest";
import type { AnalysisOut, RampOut } from "@/lib/ab-testing/contract";
import { toExperiment } from "./to-experiment";

const nowMs = Date.parse("2026-03-02T12:00:00Z");
const numbers: AnalysisOut["numbers"] = { evidence: 1, evidence_limit: 20, estimate: null, low: null, high: null, decisions_needed: null, hours_needed: null, days_needed: null };
const analysis = (part: Partial<AnalysisOut> = {}): AnalysisOut => ({
  experiment_key: "e", config_version: 2, strategy: "weight_based", as_of: "2026-03-02T11:59:57Z", decisions: { phase1: 210, phase2: 190, anonymous: 0, outcomes: 380, crossover: 0 }, verdict: "undecided", reasons: [], numbers,
  health: { ok: true, checks: [] }, alarms: [], goal: "optimal", metrics: [], evidence_path: [], confidence_signal: { band: "no-data", difference: null, improvement_percent: null, basis: "" }, ...part,
});
const ramp = (part: Partial<RampOut> = {}): RampOut => ({
  version: 3, status: "running", steps: [1, 5, 25, 50, 100].map((percent) => ({ share: percent / 100, hold_minutes: 60, min_phase2: 100, approval: false })), scheduled_at: null, step: 2, step_started_at: null, hold_reason: null, approved: false, locked_until: null, phase2_in_step: 40, signals: [], ...part,
});

it("is nothing before the first decision", () => {
  expect(toExperiment(analysis({ decisions: { phase1: 0, phase2: 0, anonymous: 4, outcomes: 0, crossover: 0 } }), null, nowMs)).toBeNull();
});

it("has no difference while it is too early for an interval, and says what is missing", () => {
  expect(toExperiment(analysis({ verdict: "too-early", numbers: { ...numbers, decisions_needed: 90.2, days_needed: 0.6 } }), null, nowMs)).toMatchObject({ difference: null, decisions: [210, 190], needed: { decisions: 91, days: 0.6 }, ramp: null, staleSince: null });
});

it("has the difference with its interval, and nothing missing once there is a verdict", () => {
  const decided = toExperiment(analysis({ verdict: "better", numbers: { ...numbers, estimate: 0.07, low: 0.034, high: 0.106, decisions_needed: 12 } }), null, nowMs);
  expect(decided).toMatchObject({ verdict: "better", goal: "optimal", difference: { estimate: 0.07, low: 0.034, high: 0.106 }, needed: null });
});

it.each([
  ["running", "running", { step: 3, steps: 5, held: false, doneShare: 0.6 }],
  ["held", "held", { step: 3, steps: 5, held: true, doneShare: 0.6 }],
  ["completed: none", "completed", null],
  ["rolled back: none", "rolled_back", null],
] as const)("ramp %s", (_, status, expected) => {
  expect(toExperiment(analysis(), ramp({ status }), nowMs)?.ramp).toEqual(expected);
});

it("says when nobody has counted for five minutes", () => {
  expect(toExperiment(analysis({ as_of: "2026-03-02T11:55:00Z" }), null, nowMs)?.staleSince).toBeNull();
  expect(toExperiment(analysis({ as_of: "2026-03-02T11:54:59Z" }), null, nowMs)?.staleSince).toBe("2026-03-02T11:54:59Z");
});
