import { expect, it, vi } from "vitest";
import { draw } from "@/lib/ab-testing/draw";
import { checkSimulation } from "./checks";
import { expectedLateness } from "./policy";
import { scenario, scenarioIds } from "./scenario";
import { openCity, simulate, type Question } from "./simulate";
import { logHeader, logRow } from "./table";

// A city takes a while on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
const startMs = Date.parse("2026-03-02T00:00:00-04:00");
const DAY_MS = 86_400_000;
const fourWeeks = simulate({ seed: 1, startMs, days: 28 });

it.each(checkSimulation(fourWeeks, 150))("four weeks: $name is $found, wanted $wanted", ({ pass }) => {
  expect(pass).toBe(true);
});

it("gives the same rows for the same options, and others for another seed", () => {
  const rows = (seed: number): string => simulate({ seed, startMs, days: 2 }).dispatches.map((each) => logRow(each).join()).join("\n");
  expect(rows(5)).toBe(rows(5));
  expect(rows(5)).not.toBe(rows(6));
});

it("writes one cell per column", () => {
  expect(logRow(fourWeeks.dispatches[0]!)).toHaveLength(logHeader.length);
});

it("leaves the demand as it was when only the world changes", () => {
  const plain = simulate({ seed: 3, startMs, days: 2 });
  const roadWorks = simulate({ seed: 3, startMs, days: 2, scenario: "D2", scenarioStartMs: startMs });
  expect(roadWorks.calls.map((each) => [each.receivedMs, each.latitude, each.severity])).toEqual(plain.calls.map((each) => [each.receivedMs, each.latitude, each.severity]));
});

it("says optimal only of arrivals on time without a clearly better candidate", () => {
  for (const { wasOptimal, onTime, regretMinutes, arrivedMs, call } of fourWeeks.dispatches) {
    expect(wasOptimal).toBe(arrivedMs === null ? null : onTime! && regretMinutes <= (call.severity >= 4 ? 1 : 2));
  }
});

it("knows nothing at t0 of what comes later: a run that ends sooner says the same until then", () => {
  const sooner = simulate({ seed: 1, startMs, days: 2 }).dispatches.filter((each) => each.t0Ms < startMs + 1.5 * DAY_MS);
  expect(fourWeeks.dispatches.slice(0, sooner.length).map((each) => each.sent)).toEqual(sooner.map((each) => each.sent));
});

const mean = (values: (number | null)[]): number => {
  const known = values.filter((value) => value !== null);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
};
const run = (scenario: (typeof scenarioIds)[number]) => simulate({ seed: 2, startMs, days: 6, scenario, scenarioStartMs: startMs + 2 * DAY_MS });
const quiet = run("D0");
const minutes = ({ dispatches }: typeof quiet) => mean(dispatches.map((each) => (each.arrivedMs === null ? null : (each.arrivedMs - each.t0Ms) / 60_000)));

it.each<[string, (found: typeof quiet) => boolean]>([
  ["D1", (found) => found.calls.length > 1.04 * quiet.calls.length],
  ["D2", (found) => minutes(found) > minutes(quiet)],
  ["D3", (found) => minutes(found) > minutes(quiet) && found.calls.length > quiet.calls.length],
  ["D4", ({ dispatches }) => dispatches.filter((each) => each.sent.nearest_ambulance_distance_km === null).length > 0.1 * dispatches.length],
  ["D5", ({ dispatches }) => mean(dispatches.map((each) => each.sent.nearest_ambulance_distance_km)) < 0.85 * mean(quiet.dispatches.map((each) => each.sent.nearest_ambulance_distance_km))],
  ["D5b", ({ dispatches }) => dispatches.some((each) => each.sent.ambulances_busy_percentage > 1)],
  ["D6", ({ dispatches }) => dispatches.some((each, at) => (each.sent.hour_of_day - quiet.dispatches[at]!.sent.hour_of_day + 24) % 24 === 4)],
  ["D7", (found) => found.calls.filter((each) => each.severity === 3).length > quiet.calls.filter((each) => each.severity === 3).length],
  ["D8", (found) => found.calls.length > 1.05 * quiet.calls.length],
  ["D9", (found) => minutes(found) > 1.2 * minutes(quiet)],
  ["D11", (found) => found.calls.filter((each) => each.severity === 4).length < 0.9 * quiet.calls.filter((each) => each.severity === 4).length],
  ["D12", ({ dispatches }) => !dispatches.some((each) => each.t0Ms >= startMs + 2 * DAY_MS && each.candidates.length > 2 && each.candidates.find((one) => one.id === each.unitId)?.baseNumber === 7)],
  ["D13", ({ dispatches }) => dispatches.some((each) => each.knownMs - each.t0Ms > DAY_MS)],
  ["D14", (found) => found.calls.length < quiet.calls.length],
  ["D15", ({ dispatches }) => dispatches.some((each) => each.serviceDown)],
])("scenario %s shows", (id, shows) => {
  expect(shows(run(scenarioIds.find((each) => each === id)!))).toBe(true);
});

it("scenario D10 grows too slowly for a week to show it, and is two thirds after half a year", () => {
  const { travel } = scenario("D10", startMs);
  expect(travel(startMs + 7 * DAY_MS, false)).toBeCloseTo(1.02);
  expect(travel(startMs + 182 * DAY_MS, false)).toBeCloseTo(1.02 ** 26);
});

const byDraw = ({ call }: Question): "A" | "B" => (draw("test", String(call.id)) < 0.5 ? "B" : "A");
const rule = simulate({ seed: 1, startMs, days: 14 });
const mixed = simulate({ seed: 1, startMs, days: 14, armOf: byDraw });
const arrivals = (arm: string) => mixed.dispatches.filter((each) => each.choice.arm === arm && each.arrivedMs !== null);
const optimal = (rows: typeof mixed.dispatches): number => rows.filter((each) => each.wasOptimal).length / rows.length;

it("calls the same, whoever advises", () => {
  expect(mixed.calls).toEqual(rule.calls);
  expect(mixed.dispatches.map((each) => each.t0Ms)).not.toEqual(rule.dispatches.map((each) => each.t0Ms));
});

it("goes the same way again with the same advice, asked one by one or all at once", () => {
  const city = openCity({ seed: 1, startMs, days: 14 });
  for (let question = city.question(); question; question = city.question()) {
    const { call, choice } = city.answer(byDraw(question));
    expect([call, choice.arm]).toEqual([question.call, byDraw(question)]);
  }
  expect(city.soFar().dispatches.map(logRow)).toEqual(mixed.dispatches.map(logRow));
});

it("has better assignments where the model advises, by no miracle", () => {
  const gain = optimal(arrivals("B")) - optimal(arrivals("A"));
  expect(gain).toBeGreaterThan(0.02);
  expect(gain).toBeLessThan(0.12);
});

it("has the room follow advice that agrees with the rule in nine of ten, other advice in three of four", () => {
  const advised = mixed.dispatches.filter((each) => each.choice.arm === "B");
  const followed = (rows: typeof advised): number => rows.filter((each) => each.choice.accepted).length / rows.length;
  const agrees = (each: (typeof advised)[number]): boolean => each.choice.advisedUnitId === each.candidates[0]!.id;
  expect(followed(advised.filter(agrees))).toBeCloseTo(0.9, 1);
  const differing = advised.filter((each) => !agrees(each));
  expect(differing.length).toBeGreaterThan(20);
  expect(Math.abs(followed(differing) - 0.75)).toBeLessThan(3 * Math.sqrt((0.75 * 0.25) / differing.length));
  for (const each of advised) if (each.choice.accepted) expect(each.unitId).toBe(each.choice.advisedUnitId);
});

it("explores among the nearest three, with the probability it did so, and never with severity 4 and 5", () => {
  const { dispatches } = simulate({ seed: 1, startMs, days: 7, armOf: () => "R" });
  const counts = [0, 0, 0];
  for (const { call, choice, candidates, unitId } of dispatches) {
    if (call.severity > 3) expect(choice.arm).toBe("A");
    else {
      const place = candidates.findIndex((each) => each.id === unitId);
      expect(place).toBeLessThan(3);
      expect(choice.advisedWith).toBeCloseTo(1 / Math.min(3, candidates.length));
      if (candidates.length >= 3) counts[place]! += 1;
    }
  }
  const n = counts.reduce((sum, count) => sum + count, 0);
  expect(counts.reduce((sum, count) => sum + (count - n / 3) ** 2 / (n / 3), 0)).toBeLessThan(13.8); // chi-square, 2 df, p 0.001
});

it("expects the lateness of a lognormal response", () => {
  // E[(T - 8)+] with median 6 and sigma 0.467 of the logarithm, by a Riemann sum.
  const sigma = Math.hypot(0.34, 0.32);
  let sum = 0;
  for (let t = 8; t < 200; t += 0.001) sum += (t - 8 + 0.0005) * (Math.exp(-(Math.log((t + 0.0005) / 6) ** 2) / (2 * sigma * sigma)) / ((t + 0.0005) * sigma * Math.sqrt(2 * Math.PI))) * 0.001;
  expect(expectedLateness(6, 8)).toBeCloseTo(sum, 5);
  expect(expectedLateness(12, 8)).toBeGreaterThan(4);
});
