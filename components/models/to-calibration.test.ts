import { expect, it } from "vitest";
import { toCalibration } from "./to-calibration";

it("names the largest distance from the diagonal", () => {
  const { gap, points } = toCalibration([
    { rows: 100, predicted: 0.2, observed: 0.25, low: 0.2, high: 0.3 },
    { rows: 100, predicted: 0.8, observed: 0.7, low: 0.6, high: 0.8 },
  ]);
  expect(gap).toBeCloseTo(0.1);
  expect(points[0]).toEqual({ x: 0.2, y: 0.25, low: 0.2, high: 0.3, rows: 100 });
});
