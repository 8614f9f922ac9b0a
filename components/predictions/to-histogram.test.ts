import { expect, it } from "vitest";
import { toHistogram } from "./to-histogram";

const bin = (at: string, phase1: number, phase2: number) => ({ at, phase1, phase2, partial: false });

it("places bars by time, so that a missing hour is a gap", () => {
  const { bars, phase1, phase2, highest } = toHistogram({ bucket_seconds: 3_600, bins: [bin("2026-01-01T00:00:00Z", 3, 1), bin("2026-01-01T03:00:00Z", 0, 2)] });
  expect(bars.map(({ left, width }) => [left, width])).toEqual([[0, 250], [750, 250]]);
  expect(bars.map(({ low, high }) => [low, high])).toEqual([[75, 25], [0, 50]]);
  expect([phase1, phase2, highest]).toEqual([3, 3, 4]);
});

it("draws nothing of nothing", () => {
  expect(toHistogram({ bucket_seconds: 60, bins: [] })).toEqual({ bars: [], phase1: 0, phase2: 0, highest: 0 });
});
