import { expect, it } from "vitest";
import { REST_MS, counted, waitMs, type Attempts } from "./throttle";

const policy = { free: 3, firstWaitMs: 1_000, longestWaitMs: 5_000 };
const after = (attempts: number): Attempts => ({ attempts, lastAtMs: 0 });

it.each([
  ["no attempt yet", null, 0, 0],
  ["below the free ones", after(2), 0, 0],
  ["the last free one was used", after(3), 0, 1_000],
  ["halfway through the wait", after(3), 500, 500],
  ["the wait is over", after(3), 1_000, 0],
  ["doubles", after(4), 0, 2_000],
  ["up to the longest", after(60), 0, 5_000],
])("%s", (_, counter, nowMs, wait) => {
  expect(waitMs(counter, policy, nowMs)).toBe(wait);
});

it("counts, and starts again after a rest", () => {
  expect(counted(null, 5)).toEqual({ attempts: 1, lastAtMs: 5 });
  expect(counted(after(3), REST_MS)).toEqual({ attempts: 4, lastAtMs: REST_MS });
  expect(counted(after(3), REST_MS + 1)).toEqual({ attempts: 1, lastAtMs: REST_MS + 1 });
});
