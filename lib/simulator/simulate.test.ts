import { expect, it, vi } from "vitest";
import { checkSimulation } from "./checks";
import { scenario, scenarioIds } from "./scenario";
import { simulate } from "./simulate";
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
