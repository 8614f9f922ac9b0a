import { expect, it } from "vitest";
import { bucketsOf } from "./buckets";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const to = Date.UTC(2026, 2, 2, 18, 3, 20);

it.each([
  ["15 minutes", 0.25, 5, 5],
  ["a day", 24, 5, 5],
  ["a day and a half", 36, 5, 10],
  ["a week", 7 * 24, 60, 60],
  ["30 days", 30 * 24, 60, 180],
  ["90 days", 90 * 24, 60, 480],
  ["400 days", 400 * 24, 60, 2_880],
])("%s: rows and steps of round widths that cover it", (_, hours, width, step) => {
  const made = bucketsOf(to - hours * HOUR, to, 300);
  expect(made).toMatchObject({ widthMinutes: width, stepMinutes: step });
  expect(made.fromMinute * MINUTE).toBeLessThanOrEqual(to - hours * HOUR);
  expect(made.toMinute * MINUTE).toBeGreaterThanOrEqual(to);
  expect((to - hours * HOUR) / MINUTE - made.fromMinute).toBeLessThan(width);
  expect(made.firstMinute % step).toBe(0);
  expect((made.toMinute - made.firstMinute) / step).toBeLessThanOrEqual(300);
});
