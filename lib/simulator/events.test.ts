import { expect, it, vi } from "vitest";
import { distanceKm } from "./city";
import { cityEvents, eventLine } from "./events";
import { simulate } from "./simulate";

vi.setConfig({ testTimeout: 60_000 });
const startMs = Date.parse("2026-03-02T00:00:00-04:00");
const city = simulate({ seed: 8, startMs, days: 10, armOf: ({ call }) => (call.id % 2 === 0 ? "B" : "A") });
const events = [...cityEvents(city, 8, false)];
const grouped = (list: readonly (typeof events)[number][], key: (each: (typeof events)[number]) => number | null) => {
  const groups = new Map<number | null, (typeof events)[number][]>();
  for (const each of list) {
    const there = groups.get(key(each));
    if (there) there.push(each);
    else groups.set(key(each), [each]);
  }
  return groups;
};
const of = (type: string) => events.filter((each) => each.type === type);

it("gives the same lines for the same seed, and others for another", () => {
  const lines = (seed: number): string => [...cityEvents(city, seed, false)].map(eventLine).join("");
  expect(lines(8)).toBe(events.map(eventLine).join(""));
  expect(lines(9)).not.toBe(lines(8));
});

it("comes in the order of arrival", () => {
  expect(events.every((each, at) => at === 0 || each.receivedMs >= events[at - 1]!.receivedMs)).toBe(true);
  expect(events.every((each) => each.receivedMs >= each.atMs)).toBe(true);
});

it("says of each dispatch what happened to it, in order, whatever came in late", () => {
  const byCall = grouped(events, (each) => each.callId);
  for (const dispatch of city.dispatches.slice(0, 300)) {
    const said = byCall.get(dispatch.call.id)!.filter((each) => each.unitId === dispatch.unitId || each.unitId === null).sort((a, b) => a.atMs - b.atMs);
    const types = [...new Set(said.map((each) => each.type))];
    const expected = ["call_received", "call_triaged", "advice_requested", ...(dispatch.choice.advisedUnitId === dispatch.unitId ? ["advice_given"] : []), "unit_assigned"];
    for (const type of expected) expect(types).toContain(type);
    expect(types.includes("unit_on_scene")).toBe(dispatch.arrivedMs !== null);
    expect(types.includes("unit_cancelled")).toBe(dispatch.cancelledMs !== null);
    expect(types.includes("at_hospital")).toBe(dispatch.hospital !== null);
    expect(types).toContain("unit_available");
    expect(types).toContain("call_closed");
  }
});

it("is late, twice, or lost and repaired as often as it should be", () => {
  const seen = new Map<string, number>();
  for (const each of events) {
    const key = `${each.type} ${each.atMs} ${each.callId} ${each.unitId}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  const n = seen.size;
  const about = (found: number, share: number): void => expect(Math.abs(found - n * share)).toBeLessThan(4 * Math.sqrt(n * share));
  about([...seen.values()].filter((times) => times > 1).length, 0.002);
  about(events.filter((each) => !each.repaired && each.receivedMs > each.atMs + 4_000).length, 0.01);
  about(events.filter((each) => each.repaired).length, 0.001);
});

it("keeps the advice with its candidates, its features and how sure chance was, and what the room did", () => {
  expect(of("advice_given").length).toBeGreaterThan(1_000);
  for (const { more, atMs } of of("advice_given")) expect(more).toMatchObject({ as_of: new Date(atMs).toISOString(), probability: 1, policy: expect.stringMatching(/^[AB]$/) as string });
  const assigned = of("unit_assigned").filter(({ more }) => more.second === undefined);
  expect(new Set(assigned.map(({ more }) => more.reason))).toEqual(new Set(["accepted", "own judgement"]));
});

it("has crews come and go, units in the workshop, and gaps of the feed", () => {
  for (const type of ["shift_start", "shift_end", "unit_down", "unit_up", "feed_gap", "feedback_given"]) expect(of(type).length, type).toBeGreaterThan(0);
});

it("tells positions along the way: nowhere faster than a hundred and twenty, silent in gaps, and at the call when a unit is there", () => {
  const day = simulate({ seed: 8, startMs, days: 2 });
  const told = [...cityEvents(day, 8, true)].filter((each) => each.type === "unit_position" && !each.repaired).sort((a, b) => a.atMs - b.atMs);
  const place = (each: (typeof told)[number]) => ({ latitude: each.more.latitude as number, longitude: each.more.longitude as number });
  // A call that is cancelled leaves its unit half-way, however soon that was.
  const cancelled = day.dispatches.filter((each) => each.cancelledMs !== null);
  let pairs = 0;
  for (const [unitId, own] of grouped(told, (each) => each.unitId)) {
    for (let at = 1; at < own.length; at++) {
      if (cancelled.some((each) => each.unitId === unitId && own[at]!.atMs >= each.t0Ms && own[at - 1]!.atMs <= each.freeMs)) continue;
      pairs++;
      const hours = (own[at]!.atMs - own[at - 1]!.atMs) / 3_600_000;
      // Jitter of 15 m on either side comes on top.
      expect(distanceKm(place(own[at]!), place(own[at - 1]!))).toBeLessThan(120 * hours + 0.15);
    }
  }
  expect(pairs).toBeGreaterThan(20_000);
  for (const gap of day.silent) expect(told.some((each) => each.atMs >= gap.fromMs && each.atMs < gap.toMs)).toBe(false);
  const trip = day.dispatches.find((each) => each.hospital && each.sceneMinutes! > 5)!;
  const there = told.find((each) => each.unitId === trip.unitId && each.atMs > trip.arrivedMs! + 60_000)!;
  expect(distanceKm(place(there), trip.call)).toBeLessThan(0.1);
});
