import { expect, it } from "vitest";
import { percentileOf } from "./percentile";

const levels = [0, 0.25, 0.5, 0.75, 1];

it.each([
  ["between two quantiles", 15, [0, 10, 20, 30, 40], 0.375],
  ["on a quantile", 20, [0, 10, 20, 30, 40], 0.5],
  ["below all", -1, [0, 10, 20, 30, 40], 0],
  ["above all", 41, [0, 10, 20, 30, 40], 1],
  ["a value that many rows share", 1, [0, 1, 1, 1, 5], 0.5],
])("%s", (_, value, quantiles, expected) => {
  expect(percentileOf(value, levels, quantiles)).toBeCloseTo(expected, 12);
});

it("is not known without a reference", () => {
  expect(percentileOf(1, [], [])).toBeNull();
});
