import { expect, it } from "vitest";
import { bucketsOf, runsOf } from "./buckets";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const to = Date.UTC(2026, 2, 2, 18, 3, 20);

it.each([
  ["15 minutes", 0.25, 5, 5],
  ["a day", 24, 5, 5],
  ["a day and a half", 36, 5, 10],
  ["a week", 7 * 24, 60, 60],
  ["30 days", 30 * 24, 360, 360],
  ["90 days", 90 * 24, 1_440, 1_440],
  ["400 days", 400 * 24, 1_440, 2_880],
])("%s: steps of round widths that cover it, out of few rows", (_, hours, width, step) => {
  const made = bucketsOf(to - hours * HOUR, to, 300);
  expect(made).toMatchObject({ widthMinutes: width, stepMinutes: step });
  expect(made.fromMinute * MINUTE).toBeLessThanOrEqual(to - hours * HOUR);
  expect(made.toMinute * MINUTE).toBeGreaterThanOrEqual(to);
  expect((to - hours * HOUR) / MINUTE - made.fromMinute).toBeLessThan(5);
  expect(made.firstMinute % step).toBe(0);
  expect((made.toMinute - made.firstMinute) / step).toBeLessThanOrEqual(300);

  const runs = runsOf(made.fromMinute, made.toMinute, made.widthMinutes);
  expect(runs[0]!.fromMinute).toBe(made.fromMinute);
  expect(runs.at(-1)!.toMinute).toBe(made.toMinute);
  for (const [i, run] of runs.entries()) {
    expect(run.widthMinutes).toBeLessThanOrEqual(width);
    expect([run.fromMinute % run.widthMinutes, run.toMinute % run.widthMinutes]).toEqual([0, 0]);
    expect(run.fromMinute).toBe(runs[i - 1]?.toMinute ?? made.fromMinute);
    expect(run.toMinute).toBeGreaterThan(run.fromMinute);
  }
  const rows = runs.reduce((sum, run) => sum + (run.toMinute - run.fromMinute) / run.widthMinutes, 0);
  expect(rows).toBeLessThanOrEqual(450);
});

it("no period, no rows", () => {
  expect(runsOf(100, 100)).toEqual([]);
});
