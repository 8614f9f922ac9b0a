import { describe, expect, it } from "vitest";
import { ksAsymptoticP } from "./ks-one-sample";

/** From scipy 1.10, ks_2samp(method="asymp"). */
describe("ksAsymptoticP", () => {
  it.each([
    [0.4, 5, 5, 0.82],
    [1 / 3, 9, 9, 0.6620370370370369],
    [2 / 3, 1, 3, 0.6666666666666665],
    [0.38461538461538464, 13, 13, 0.2632984911990872],
  ])("d = %f of %i and %i values: halves are rounded to the even neighbour", (d, n, m, p) => {
    expect(Math.abs(ksAsymptoticP(d, n, m)! / p - 1)).toBeLessThan(1e-6);
  });

  it("is not defined for one value against one", () => {
    expect(ksAsymptoticP(1, 1, 1)).toBeNull();
  });
});
