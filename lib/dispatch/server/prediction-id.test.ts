import { expect, it } from "vitest";
import { firstPredictionId, msOfId } from "../prediction-id";
import { predictionId } from "./prediction-id";

const NOW = Date.UTC(2026, 2, 2, 18, 3, 20, 123);

it("makes ids of UUID version 7 that follow one another within a millisecond", () => {
  for (let run = 0; run < 20; run++) {
    // At least so many fit above the highest beginning of the counter.
    const ids = Array.from({ length: 2_000 }, () => predictionId(NOW + run));
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([...ids].sort()).toEqual(ids);
    expect(msOfId(ids[0]!)).toBe(NOW + run);
    expect(ids[0]! >= firstPredictionId(NOW + run)).toBe(true);
  }
});

it("never makes the same id twice, also where the counter of a millisecond has begun again", () => {
  const count = 50_000;
  expect(new Set(Array.from({ length: count }, () => predictionId(NOW))).size).toBe(count);
  const last = new Set(Array.from({ length: count }, () => predictionId(NOW).slice(-12)));
  expect(last.size).toBe(count);
});
