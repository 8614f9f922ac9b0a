import fc from "fast-check";
import { expect, it } from "vitest";
import { choosePhase } from "./choose-phase";
import { draw } from "./draw";
import { hourInZone } from "./hour-in-zone";
import { Strategy } from "./strategy";
import { blockPhase, turnPhase } from "./turn-phase";

const choice = { experimentKey: "exp-1", dispatchId: "D-1003", localHour: 12, turn: null };

it.each([
  ["weight 0 is never phase 2", { kind: "weight_based", phase2Share: 0 }, 1, 0],
  ["weight 1 is always phase 2", { kind: "weight_based", phase2Share: 1 }, 2, 1],
  ["u = 0.0176 is under a half", { kind: "random_50_50" }, 2, 0.5],
  ["u = 0.0176 is over 0.0175", { kind: "weight_based", phase2Share: 0.0175 }, 1, 0.0175],
  ["noon is in the peak", { kind: "time_based", zone: "America/Bogota" }, 2, 0.7],
])("%s", (_, strategy, phase, share) => {
  expect(choosePhase(Strategy.parse(strategy), choice)).toMatchObject({ phase, share, deterministic: false, degraded: false });
});

it("trims ids and keeps their case", () => {
  const half = Strategy.parse({ kind: "weight_based", phase2Share: 0.45 });
  const phase = (dispatchId: string): number => choosePhase(half, { ...choice, dispatchId }).phase;
  expect(phase(" D-1002 ")).toBe(phase("D-1002"));
  expect(phase("D-1002")).toBe(2);
});

it("holds the hours half-open, in the zone of the service, across midnight too", () => {
  const day = Strategy.parse({ kind: "time_based", zone: "America/Bogota" });
  const shares = [8, 9, 16, 17].map((localHour) => choosePhase(day, { ...choice, localHour }).share);
  expect(shares).toEqual([0.3, 0.7, 0.7, 0.3]);
  const night = Strategy.parse({ kind: "time_based", zone: "UTC", peakStartHour: 22, peakEndHour: 6 });
  expect([21, 22, 0, 5, 6].map((localHour) => choosePhase(night, { ...choice, localHour }).share)).toEqual([0.3, 0.7, 0.7, 0.7, 0.3]);
  const hour = hourInZone();
  expect(hour("America/Bogota", Date.UTC(2026, 0, 5, 14, 0))).toBe(9);
  expect(hour("America/Bogota", Date.UTC(2026, 0, 5, 13, 59, 59, 999))).toBe(8);
  expect(hour("Asia/Kathmandu", Date.UTC(2026, 0, 5, 3, 15))).toBe(9);
});

it("alternates in turns and is exact at every share", () => {
  expect([1, 2, 3, 4].map((turn) => turnPhase(turn, 5000))).toEqual([1, 2, 1, 2]);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 1, max: 30_000 }), (share, turns) => {
      let count = 0;
      for (let turn = 1; turn <= turns; turn++) if (turnPhase(turn, share) === 2) count += 1;
      expect(count).toBe(Math.floor((turns * share) / 10_000));
    }),
    { numRuns: 50 },
  );
});

it("draws the order inside each pair", () => {
  let second = 0;
  for (let pair = 1; pair <= 2000; pair++) {
    const [first, other] = [blockPhase("exp-1", 2 * pair - 1), blockPhase("exp-1", 2 * pair)];
    expect(first + other).toBe(3);
    if (first === 2) second += 1;
  }
  expect(Math.abs(second - 1000)).toBeLessThan(4 * Math.sqrt(500));
});

it("falls back to the draw when no turn is to be had", () => {
  expect(choosePhase({ kind: "round_robin", phase2Share: 0.5 }, choice)).toMatchObject({ phase: 2, deterministic: false, degraded: true });
  expect(choosePhase({ kind: "round_robin", phase2Share: 0.5 }, { ...choice, turn: 1 })).toMatchObject({ phase: 1, deterministic: true });
});

it.each([
  ["a weight beside random_50_50", { kind: "random_50_50", phase2Share: 0.3 }],
  ["a share above 1", { kind: "weight_based", phase2Share: 1.1 }],
  ["a zone nobody knows", { kind: "time_based", zone: "Mars/Olympus" }],
  ["peak hours of no length", { kind: "time_based", zone: "UTC", peakStartHour: 9, peakEndHour: 9 }],
  ["turns finer than a ten-thousandth", { kind: "round_robin", phase2Share: 0.33333 }],
])("refuses %s", (_, strategy) => {
  expect(Strategy.safeParse(strategy).success).toBe(false);
});

it("draws the published numbers to the last bit", () => {
  expect(draw("exp-1", "D-1001")).toBe(0.7969016639451064);
  expect(draw("exp-1", "D-1003")).toBe(0.017567307959728606);
});
