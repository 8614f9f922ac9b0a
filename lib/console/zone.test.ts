import { expect, it } from "vitest";
import { instantOf, partsOf } from "./zone";

const iso = (ms: number): string => new Date(ms).toISOString();
const at = (year: number, month: number, day: number, hour: number, minute = 0) => ({ year, month, day, hour, minute });

it.each([
  ["no change of clocks", at(2026, 1, 15, 8), "America/La_Paz", "2026-01-15T12:00:00.000Z"],
  ["day 32 is the first of the next month", at(2026, 1, 32, 0), "America/La_Paz", "2026-02-01T04:00:00.000Z"],
  ["summer", at(2026, 7, 1, 12), "Europe/Madrid", "2026-07-01T10:00:00.000Z"],
  ["winter", at(2026, 12, 1, 12), "Europe/Madrid", "2026-12-01T11:00:00.000Z"],
  ["the morning after the clocks went forward", at(2026, 3, 29, 9), "Europe/Madrid", "2026-03-29T07:00:00.000Z"],
  ["the morning after the clocks went back", at(2026, 10, 25, 9), "Europe/Madrid", "2026-10-25T08:00:00.000Z"],
  ["a time that exists twice is the first", at(2026, 10, 25, 2, 30), "Europe/Madrid", "2026-10-25T00:30:00.000Z"],
  ["a skipped time moves on by the gap", at(2026, 3, 29, 2, 30), "Europe/Madrid", "2026-03-29T01:30:00.000Z"],
])("%s", (_, wall, zone, expected) => expect(iso(instantOf(wall, zone))).toBe(expected));

it("reads the clock of a zone", () => {
  expect(partsOf(Date.parse("2026-01-01T02:03:04Z"), "America/La_Paz")).toEqual({ year: 2025, month: 12, day: 31, hour: 22, minute: 3, second: 4 });
});
