import { expect, it } from "vitest";
import { normalQuantile, normalSf } from "./normal";

it("keeps relative precision in the far tail (scipy 1.10 norm.sf)", () => {
  expect(Math.abs(normalSf(36.56506574847082) / 5.137863207835229e-293 - 1)).toBeLessThan(1e-11);
});

it("inverts the tail", () => {
  for (const p of [1e-300, 1e-50, 0.001, 0.3]) expect(Math.abs(normalSf(-normalQuantile(p)) / p - 1)).toBeLessThan(1e-10);
});
