import { expect, it } from "vitest";
import { choosePhase } from "@/lib/ab-testing/choose-phase";
import { Strategy } from "@/lib/ab-testing/strategy";
import { readPhaseReason } from "./phase-reason";

const reasonOf = (strategy: unknown, turn: number | null = null): string => choosePhase(Strategy.parse(strategy), { experimentKey: "exp-1", dispatchId: "10231", localHour: 12, turn }).reason.slice(0, 60);

it.each([
  ["fair draw", reasonOf({ kind: "random_50_50" }), { code: "fair" }],
  ["weight", reasonOf({ kind: "weight_based", phase2Share: 0.25 }), { code: "share", share: 0.25 }],
  ["adaptive", reasonOf({ kind: "thompson", phase2Share: 0.61 }), { code: "adaptive", share: 0.61 }],
  ["peak hour", reasonOf({ kind: "time_based", zone: "America/Argentina/Buenos_Aires" }), { code: "peak", hour: 12 }],
  ["other hour", reasonOf({ kind: "time_based", zone: "UTC", peakStartHour: 13, peakEndHour: 15 }), { code: "offPeak", hour: 12 }],
  ["turn", reasonOf({ kind: "round_robin" }, 7), { code: "turn", turn: 7, share: 0.5 }],
  ["pair", reasonOf({ kind: "balanced_blocks" }, 7), { code: "pair", turn: 7, pair: 4 }],
  ["no turn", reasonOf({ kind: "round_robin" }), { code: "noTurn" }],
])("reads what the choice of a phase writes: %s", (_, text, expected) => {
  expect(readPhaseReason(text)).toEqual(expected);
});

it("leaves alone what it does not know", () => {
  expect(readPhaseReason("by hand")).toBeNull();
});
