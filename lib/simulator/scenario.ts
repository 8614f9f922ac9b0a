import { localInstant } from "./city";

/** Drifts and faults with a known truth. Everything is a function of time, and neutral before the scenario starts. */
export type Scenario = {
  id: string;
  title: string;
  startMs: number;
  endMs: number;
  calls: (ms: number) => number;
  collisions: (ms: number) => number;
  /** Calls of a cluster 9 km to the south-east, as a share of the others. */
  newDistrict: (ms: number) => number;
  travel: (ms: number, crossesSector: boolean) => number;
  transport: (ms: number) => number;
  turnaround: (ms: number) => number;
  /** Units in working order; null is all. */
  fleet: (ms: number) => number | null;
  /** Share of severity 4 that a new protocol calls 3. */
  retriage: (ms: number) => number;
  /** Severity 3 fevers. */
  fever: (ms: number) => number;
  /** Number of a base whose units are never sent; null is none. */
  avoidBase: (ms: number) => number | null;
  labelDelayHours: (ms: number) => number;
  /** The service itself does not answer. */
  serviceDown: (ms: number) => boolean;
  sent: {
    noDistance: (ms: number) => number;
    distanceFactor: (ms: number) => number;
    busyFactor: (ms: number) => number;
    hoursAhead: (ms: number) => number;
  };
};

const DAY_MS = 86_400_000;
const titles = {
  D0: "nothing happens",
  D1: "a new district opens: 12 % more calls, 9 km to the south-east, no base near",
  D2: "road works on a ring avenue: travel x 1.4 across one sector, three weeks",
  D3: "rain and flooding for two days",
  D4: "the position feed dies: no distance in 30 % of requests",
  D5: "unit error: distances in miles",
  D5b: "unit error: the busy share sent as 0 to 100",
  D6: "clock error: UTC sent as local time",
  D7: "season: fevers x 1.5 over eight weeks",
  D8: "surge: nights x 1.5 from 20 to 05 h, three days",
  D9: "the fleet falls from 24 to 8 units within a day",
  D10: "stale model: travel + 2 % a week",
  D11: "new triage: 30 % of severity 4 become 3",
  D12: "feedback loop: units of base 7 are never sent",
  D13: "outcomes arrive 24 h late",
  D14: "fewer calls, fewer transports, longer turnaround",
  D15: "the service itself is down for an hour each day",
} as const;

export type ScenarioId = keyof typeof titles;
export const scenarioIds = Object.keys(titles) as ScenarioId[];

/** `startMs` is when it sets in; scenarios with a length of their own end by themselves. */
export function scenario(id: ScenarioId, startMs: number): Scenario {
  const days: Partial<Record<ScenarioId, number>> = { D2: 21, D3: 2, D7: 56, D8: 3 };
  const endMs = startMs + (days[id] ?? Number.POSITIVE_INFINITY) * DAY_MS;
  const on = (ms: number): boolean => id !== "D0" && ms >= startMs && ms < endMs;
  const when =
    (...ids: ScenarioId[]) =>
    <T>(then: T | ((ms: number) => T), otherwise: T) =>
    (ms: number): T =>
      ids.includes(id) && on(ms) ? (typeof then === "function" ? (then as (ms: number) => T)(ms) : then) : otherwise;
  const since = (ms: number): number => (ms - startMs) / DAY_MS;
  const night = (ms: number): boolean => {
    const { hour } = localInstant(ms);
    return hour >= 20 || hour < 5;
  };
  const calls: Partial<Record<ScenarioId, (ms: number) => number>> = { D3: () => 1.15, D7: () => 1.05, D8: (ms) => (night(ms) ? 1.5 : 1), D14: () => 0.85 };
  return {
    id,
    title: titles[id],
    startMs,
    endMs,
    calls: (ms) => (on(ms) ? (calls[id]?.(ms) ?? 1) : 1),
    collisions: when("D3")(2, 1),
    newDistrict: when("D1")(0.12, 0),
    travel: (ms, crosses) => {
      if (!on(ms)) return 1;
      if (id === "D2") return crosses ? 1.4 : 1;
      if (id === "D3") return 1.25;
      return id === "D10" ? 1.02 ** (since(ms) / 7) : 1;
    },
    transport: when("D14")(0.83, 1),
    turnaround: when("D14")(1.12, 1),
    fleet: when("D9")<number | null>((ms) => Math.round(Math.max(8, 24 - 16 * since(ms))), null),
    retriage: when("D11")(0.3, 0),
    // A season comes slowly: to the middle and back.
    fever: when("D7")((ms) => 1 + 0.5 * Math.sin((Math.PI * since(ms)) / 56), 1),
    avoidBase: when("D12")<number | null>(7, null),
    labelDelayHours: when("D13")(24, 0),
    serviceDown: when("D15")((ms) => localInstant(ms).hour === 10, false),
    sent: {
      noDistance: when("D4")(0.3, 0),
      distanceFactor: when("D5")(0.621_371, 1),
      busyFactor: when("D5b")(100, 1),
      hoursAhead: when("D6")(4, 0),
    },
  };
}
