import { describe, expect, it } from "vitest";
import { calibrate, scaleInto, servedScore } from "./score";

describe("scaleInto", () => {
  it("subtracts and divides in float64 and rounds once", () => {
    const target = new Float32Array(3);
    scaleInto(target, 1, [16_777_217, Number.NaN], { mean: [16_777_216, 0], scale: [3, 1] });
    // In float32 the difference would be 0; by 1/scale the last bit may differ.
    expect(target[1]).toBe(Math.fround(1 / 3));
    expect(target[2]).toBeNaN();
  });

  it("rounds only, without a scaler", () => {
    const target = new Float32Array(2);
    scaleInto(target, 0, [0.1, -0], null);
    expect([...target]).toEqual([Math.fround(0.1), -0]);
  });
});

describe("calibrate", () => {
  it("gives Platt's p = 1 / (1 + exp(a logit(s) + b))", () => {
    expect(calibrate(0.3, { method: "platt", a: -1, b: 0 })).toBeCloseTo(0.3, 12);
    expect(calibrate(0.5, { method: "platt", a: -1, b: Math.log(3) })).toBeCloseTo(0.25, 12);
    expect(calibrate(0, { method: "platt", a: -1, b: 0 })).toBeGreaterThan(0);
  });

  it("interpolates between isotonic knots and clips outside", () => {
    const map = { method: "isotonic" as const, x: [0.2, 0.4, 0.4, 0.8], y: [0.1, 0.3, 0.5, 0.9] };
    expect(calibrate(0.1, map)).toBe(0.1);
    expect(calibrate(0.3, map)).toBeCloseTo(0.2, 12);
    expect(calibrate(0.6, map)).toBeCloseTo(0.7, 12);
    expect(calibrate(0.9, map)).toBe(0.9);
  });
});

describe("servedScore", () => {
  const identity = { method: "identity" as const };
  it.each([
    ["a probability as it is", 0.3, { task: "binary" as const, calibration: identity, targetTransform: "identity" as const }, 0.3],
    ["a value as it is", 7, { task: "regression" as const, calibration: identity, targetTransform: "identity" as const }, 7],
    ["a log target back in its unit", 2, { task: "regression" as const, calibration: identity, targetTransform: "log" as const }, Math.exp(2)],
  ])("gives %s", (_, raw, manifest, expected) => {
    expect(servedScore(raw, manifest)).toBe(expected);
  });
});
