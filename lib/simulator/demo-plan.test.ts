import { expect, it } from "vitest";
import { aheadDispatchId, beginDemo, daysUntil, firstDispatchId, resumeDemo, toAsk, toTell } from "./demo-plan";
import { simulate } from "./simulate";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const nowMs = Date.parse("2026-11-25T15:20:00Z");
const begun = beginDemo(nowMs);
const city = simulate({ seed: begun.seed, startMs: begun.anchorMs + 27 * DAY_MS, days: 3 }).dispatches;

it("begins at local midnight four weeks ago and runs ahead of the clock", () => {
  expect(new Date(begun.anchorMs).toISOString()).toBe("2026-10-28T04:00:00.000Z");
  expect(begun.anchorMs + daysUntil(begun, nowMs) * DAY_MS).toBeGreaterThan(nowMs + 6 * DAY_MS);
});

it("asks about every dispatch that is still to come, and tells every outcome that is still to come", () => {
  expect(city.filter((each) => toAsk(begun, each)).map((each) => each.call.id)).toEqual(city.filter((each) => each.t0Ms > nowMs).map((each) => each.call.id));
  const told = city.filter((each) => toTell(begun, each));
  expect(told.map((each) => each.call.id)).toEqual(city.filter((each) => each.knownMs > nowMs).map((each) => each.call.id));
  expect(told.some((each) => each.t0Ms <= nowMs)).toBe(true);
});

it("after a pause neither asks nor tells of what happened in it, and tells the outcomes that came due", () => {
  const doneMs = nowMs + HOUR_MS;
  const backMs = nowMs + 3 * HOUR_MS;
  const back = resumeDemo({ ...begun, doneMs }, backMs);
  const inPause = city.filter((each) => each.t0Ms > doneMs && each.t0Ms <= backMs);
  expect(inPause.length).toBeGreaterThan(3);
  expect(inPause.filter((each) => toAsk(back, each) || toTell(back, each))).toEqual([]);
  const due = city.filter((each) => each.t0Ms <= doneMs && each.knownMs > doneMs);
  expect(due.length).toBeGreaterThan(0);
  expect(due.every((each) => toTell(back, each))).toBe(true);
});

it("makes a new city after months, with numbers of its own", () => {
  const later = resumeDemo({ ...begun, advised: [3] }, nowMs + 90 * DAY_MS);
  expect(later.seed).not.toBe(begun.seed);
  expect(later.advised).toEqual([]);
  expect(firstDispatchId(later.anchorMs)).toBeGreaterThan(firstDispatchId(begun.anchorMs) + 28 * 400);
  expect(firstDispatchId(nowMs + 10_000 * DAY_MS)).toBeLessThan(1_000_000_000);
});

it("never gives a city ahead of the clock the numbers of an earlier one, nor too large ones", () => {
  const first = aheadDispatchId(nowMs);
  expect(first).toBeGreaterThanOrEqual(1_000_000_000);
  // The busiest hour of 400 calls a day, in a second.
  expect(aheadDispatchId(nowMs + 1_000) - first).toBeGreaterThan(400 * 0.0556 * 1.5);
  for (let ms = nowMs; ms < nowMs + 400 * DAY_MS; ms += DAY_MS / 7) expect(aheadDispatchId(ms) + 40_000).toBeLessThan(2_147_483_647);
});
