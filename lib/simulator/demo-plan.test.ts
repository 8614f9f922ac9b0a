import { expect, it } from "vitest";
import { beginDemo, daysUntil, demoEvents, firstDispatchId, resumeDemo } from "./demo-plan";
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

it("asks about every dispatch that is still to come, tells every outcome that is still to come, in the order of time", () => {
  const events = demoEvents(begun, city);
  expect(events.filter(({ kind }) => kind === "ask")).toHaveLength(city.filter((each) => each.t0Ms > nowMs).length);
  expect(events.filter(({ kind }) => kind === "tell")).toHaveLength(city.filter((each) => each.knownMs > nowMs).length);
  expect(events.map(({ ms }) => ms)).toEqual(events.map(({ ms }) => ms).sort((a, b) => a - b));
});

it("after a pause neither asks nor tells of what happened in it, and tells the outcomes that came due", () => {
  const doneMs = nowMs + HOUR_MS;
  const backMs = nowMs + 3 * HOUR_MS;
  const events = demoEvents(resumeDemo({ ...begun, doneMs }, backMs), city);
  expect(events.some(({ dispatch }) => dispatch.t0Ms > doneMs && dispatch.t0Ms <= backMs)).toBe(false);
  expect(events.filter(({ kind, dispatch }) => kind === "tell" && dispatch.t0Ms <= doneMs)).toHaveLength(city.filter((each) => each.t0Ms <= doneMs && each.knownMs > doneMs).length);
});

it("makes a new city after months, with numbers of its own", () => {
  const later = resumeDemo(begun, nowMs + 90 * DAY_MS);
  expect(later.seed).not.toBe(begun.seed);
  expect(firstDispatchId(later.anchorMs)).toBeGreaterThan(firstDispatchId(begun.anchorMs) + 28 * 400);
  expect(firstDispatchId(nowMs + 10_000 * DAY_MS)).toBeLessThan(1_000_000_000);
});
