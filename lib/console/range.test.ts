import { describe, expect, it } from "vitest";
import { readRange, step, toInstants, typedRange } from "./range";

const now = Date.parse("2026-03-10T14:05:00.000Z");
const zone = "America/La_Paz"; // UTC-4, no change of clocks

describe("the period in the URL", () => {
  it.each([
    ["nothing said: the last 24 hours", { range: null, from: null, to: null }, { kind: "rolling", words: "24h" }],
    ["rolling stays words", { range: "7d", from: null, to: null }, { kind: "rolling", words: "7d" }],
    ["unknown words", { range: "soon", from: null, to: null }, null],
    ["zero length", { range: "0h", from: null, to: null }, null],
    ["longer than any screen keeps", { range: "9999d", from: null, to: null }, null],
    ["only one end", { range: null, from: "2026-03-01T00:00:00Z", to: null }, null],
    ["a day that does not exist", { range: null, from: "2026-02-30T00:00:00Z", to: "2026-03-05T00:00:00Z" }, null],
    ["an instant without a zone", { range: null, from: "2026-03-01T00:00:00", to: "2026-03-02T00:00:00Z" }, null],
    ["ends before it starts", { range: null, from: "2026-03-02T00:00:00Z", to: "2026-03-01T00:00:00Z" }, null],
    ["two instants", { range: null, from: "2026-03-01T00:00:00Z", to: "2026-03-02T00:00:00Z" }, { kind: "fixed", from: "2026-03-01T00:00:00Z", to: "2026-03-02T00:00:00Z" }],
  ])("%s", (_, query, expected) => expect(readRange(query)).toEqual(expected));
});

it("computes rolling words from the given clock", () => {
  expect(toInstants({ kind: "rolling", words: "1h" }, now)).toEqual({ from: "2026-03-10T13:05:00.000Z", to: "2026-03-10T14:05:00.000Z" });
});

it("steps back to instants, and forward again to rolling words", () => {
  const back = step({ kind: "rolling", words: "1h" }, -1, now);
  expect(back).toEqual({ kind: "fixed", from: "2026-03-10T12:05:00.000Z", to: "2026-03-10T13:05:00.000Z" });
  expect(step(back, 1, now)).toEqual({ kind: "rolling", words: "1h" });
});

describe("what a person types", () => {
  it.each([
    ["2h", { kind: "rolling", words: "2h" }],
    ["15 min", { kind: "rolling", words: "15m" }],
    ["ayer", { kind: "fixed", from: "2026-03-09T04:00:00.000Z", to: "2026-03-10T04:00:00.000Z" }],
    ["15/01 08:00 - 12:00", { kind: "fixed", from: "2026-01-15T12:00:00.000Z", to: "2026-01-15T16:00:00.000Z" }],
    ["15/01", { kind: "fixed", from: "2026-01-15T04:00:00.000Z", to: "2026-01-16T04:00:00.000Z" }],
    ["15/01 - 16/01", { kind: "fixed", from: "2026-01-15T04:00:00.000Z", to: "2026-01-17T04:00:00.000Z" }],
    ["31/02", null],
    ["15/01 25:00 - 26:00", null],
    ["mañana", null],
  ])("%s", (text, expected) => expect(typedRange(text, now, zone)).toEqual(expected));
});
