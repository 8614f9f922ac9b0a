import { expect, it } from "vitest";
import { toTicks } from "./to-ticks";

const clockIn = (timeZone: string) => (ms: number) => new Date(ms).toLocaleTimeString("es", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const HOUR = 3_600_000;
const from = Date.UTC(2026, 0, 5, 14, 37);

it.each([
  ["a day in hours of three", "America/La_Paz", 24, ["12:00", "15:00", "18:00", "21:00", "00:00", "03:00", "06:00", "09:00"]],
  ["a zone of a half hour", "Asia/Kolkata", 6, ["21:00", "22:00", "23:00", "00:00", "01:00", "02:00"]],
  ["an hour in tens", "UTC", 1, ["14:40", "14:50", "15:00", "15:10", "15:20", "15:30"]],
])("%s", (_, zone, hours, expected) => {
  expect(toTicks(from, from + hours * HOUR, clockIn(zone)).map(clockIn(zone))).toEqual(expected);
});

it("names each day of a week once", () => {
  const ticks = toTicks(from, from + 7 * 24 * HOUR, clockIn("America/La_Paz"));
  expect(ticks).toHaveLength(7);
  expect(new Set(ticks.map(clockIn("America/La_Paz")))).toEqual(new Set(["00:00"]));
});
