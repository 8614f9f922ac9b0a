import { expect, it } from "vitest";
import { confirms, toEffect } from "./to-effect";
import { ofKind, toStrategy, toWire } from "./to-strategy";

const weight = (phase2Share: number) => ({ kind: "weight_based", phase2Share }) as const;

it("says how many dispatches a day would change", () => {
  expect(toEffect(weight(0.25), weight(0.3), 1_200)).toMatchObject({ unchanged: false, perDayBefore: 300, perDayAfter: 360, risePoints: 5, bold: false });
  expect(toEffect(weight(0.25), weight(0.25), null)).toMatchObject({ unchanged: true, perDayBefore: null });
});

it("calls a rise of more than 25 points bold, at whichever hour it happens", () => {
  expect(toEffect(weight(0.25), weight(0.5), null).bold).toBe(false);
  expect(toEffect(weight(0.25), weight(0.51), null)).toMatchObject({ bold: true, percent: 51 });
  expect(toEffect(weight(0.3), ofKind("time_based", 0.3, "America/La_Paz"), null)).toMatchObject({ bold: true, percent: 70, risePoints: 40 });
  expect(toEffect(weight(0.9), weight(0), null).bold).toBe(false);
});

it("takes the typed number with either decimal sign", () => {
  expect(confirms("33,5 %", 33.5)).toBe(true);
  expect(confirms("50", 50)).toBe(true);
  expect(confirms("", 0)).toBe(false);
  expect(confirms("5", 50)).toBe(false);
});

it("goes to the wire and back", () => {
  for (const kind of ["random_50_50", "weight_based", "time_based", "round_robin", "balanced_blocks", "thompson"] as const) {
    const strategy = ofKind(kind, 0.2, "America/La_Paz");
    expect(toStrategy(toWire(strategy))).toEqual(strategy);
  }
  expect(toStrategy({ kind: "weight_based", phase2_share: 7 })).toBeNull();
});
