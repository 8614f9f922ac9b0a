import { chiSquareSf } from "@/lib/stats/chi-square";
import { quantile } from "@/lib/stats/quantile";
import { rocAuc } from "@/lib/stats/roc-auc";
import { distanceKm, localInstant } from "./city";
import { expectedCalls } from "./demand";
import type { Dispatch, Simulation } from "./simulate";
import { responseMinutes } from "./table";
import { MAX_KMH, steps } from "./times";

export type Check = { name: string; found: string; wanted: string; pass: boolean };

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const Z90 = 1.2816;

/** What must hold before anyone trusts the city. The relations to load and outcome need some weeks to show. */
export function checkSimulation(simulation: Simulation, callsPerDay: number): Check[] {
  const { dispatches, calls } = simulation;
  const arrived = dispatches.filter((each) => each.arrivedMs !== null);
  return [
    ...intervals(dispatches, arrived),
    hours(simulation, callsPerDay),
    dailyVariance(simulation, callsPerDay),
    cells(calls),
    between("cancelled on the way", 1 - arrived.length / dispatches.length, 0.085, 0.13),
    ...load(simulation),
    { name: "two calls on one unit", found: String(overlaps(dispatches)), wanted: "0", pass: overlaps(dispatches) === 0 },
    fastest(arrived),
    between("on time, severity 4-5", share(arrived.filter((each) => each.call.severity >= 4)), 0.7, 0.85),
    risesWithLoad(arrived),
    between("AUC of on time, by target over expected minutes", learnable(arrived), 0.7, 0.83),
  ];
}

function between(name: string, value: number, low: number, high: number): Check {
  return { name, found: value.toFixed(3), wanted: `${low} to ${high}`, pass: value >= low && value <= high };
}

const share = (rows: readonly Dispatch[]): number => rows.filter((each) => each.onTime).length / rows.length;

/** Median and 90th percentile of each interval against its table. */
function intervals(dispatches: readonly Dispatch[], arrived: readonly Dispatch[]): Check[] {
  const check = (name: string, values: number[], { median, sigma }: { median: number; sigma: number }): Check => {
    const found = [quantile(values, 0.5) ?? Number.NaN, quantile(values, 0.9) ?? Number.NaN];
    const wanted = [median, median * Math.exp(sigma * Z90)];
    // Two standard errors of a sample quantile of a lognormal come on top of the ten percent.
    const allowed = [0.1 + (2 * 1.253 * sigma) / Math.sqrt(values.length), 0.1 + (2 * 1.709 * sigma) / Math.sqrt(values.length)];
    return {
      name,
      found: found.map((value) => value.toFixed(2)).join(" / "),
      wanted: `${wanted.map((value) => value.toFixed(2)).join(" / ")} within 10 % and sampling error`,
      pass: found.every((value, at) => Math.abs(value / wanted[at]! - 1) <= allowed[at]!),
    };
  };
  const given = (values: (number | null)[]): number[] => values.filter((value): value is number => value !== null);
  const usual = arrived.filter((each) => each.call.trueSeverity < 5);
  return [
    check("call processing p50 / p90, severity 1-4", dispatches.filter((each) => each.call.severity < 5).map((each) => each.call.processingMinutes), steps.processing),
    check("on scene, transported", given(usual.filter((each) => each.hospital).map((each) => each.sceneMinutes)), steps.sceneTransported),
    check("on scene, not transported", given(arrived.filter((each) => !each.hospital).map((each) => each.sceneMinutes)), steps.sceneLeft),
    between("transported cycle, median minutes", quantile(arrived.filter((each) => each.hospital).map((each) => (each.freeMs - each.t0Ms) / MINUTE_MS), 0.5) ?? Number.NaN, 58, 77),
    between("handover, median minutes", quantile(given(arrived.map((each) => each.handoverMinutes)), 0.5) ?? Number.NaN, 28, 34),
  ];
}

type Days = { expected: Float64Array; observed: Float64Array };

function byDay({ calls, startMs, endMs }: Simulation, callsPerDay: number): Days {
  const days = Math.round((endMs - startMs) / DAY_MS);
  const expected = new Float64Array(days);
  const observed = new Float64Array(days);
  for (let hour = 0; hour < days * 24; hour++) expected[Math.floor(hour / 24)]! += expectedCalls(startMs + hour * HOUR_MS, callsPerDay);
  for (const call of calls) observed[Math.min(days - 1, Math.floor((call.receivedMs - startMs) / DAY_MS))]! += 1;
  return { expected, observed };
}

/** Chi-square of the 168 hours of the week, the calls of each day given: a busy day says nothing about its hours. */
function hours(simulation: Simulation, callsPerDay: number): Check {
  const { calls, startMs } = simulation;
  const days = byDay(simulation, callsPerDay);
  const expected = new Float64Array(168);
  const observed = new Float64Array(168);
  const slot = (ms: number): number => {
    const { day, hour } = localInstant(ms);
    return day * 24 + hour;
  };
  days.expected.forEach((usual, day) => {
    for (let hour = 0; hour < 24; hour++) {
      const ms = startMs + day * DAY_MS + hour * HOUR_MS;
      expected[slot(ms)]! += (expectedCalls(ms, callsPerDay) * days.observed[day]!) / usual;
    }
  });
  for (const call of calls) observed[slot(call.receivedMs)]! += 1;
  const statistic = expected.reduce((sum, value, at) => (value === 0 ? sum : sum + (observed[at]! - value) ** 2 / value), 0);
  const slots = expected.filter((value) => value > 0).length;
  const p = chiSquareSf(statistic, slots - Math.min(7, days.expected.length));
  return { name: "calls by hour of the week, chi-square p", found: p.toFixed(3), wanted: "above 0.001", pass: p > 0.001 };
}

/** Variance over mean of the daily counts, the rhythm of week and season taken out; 1.3 to 1.6 as far as so few days can tell. */
function dailyVariance(simulation: Simulation, callsPerDay: number): Check {
  const { expected, observed } = byDay(simulation, callsPerDay);
  const sum = observed.reduce((total, count, day) => total + (count - expected[day]!) ** 2 / expected[day]!, 0);
  const days = expected.length;
  const pass = chiSquareSf(sum / 1.6, days) > 0.001 && chiSquareSf(sum / 1.3, days) < 0.999;
  return { name: "daily variance over mean", found: (sum / days).toFixed(3), wanted: "1.3 to 1.6 within sampling error", pass };
}

function cells(calls: Simulation["calls"]): Check {
  const counts = new Map<string, number>();
  for (const { latitude, longitude } of calls) {
    const key = `${Math.floor((latitude + 18) / 0.0045)}:${Math.floor((longitude + 64) / 0.00472)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const sorted = [...counts.values()].sort((a, b) => b - a);
  const top = sorted.slice(0, Math.round(sorted.length / 10)).reduce((sum, count) => sum + count, 0);
  return between("calls in the busiest tenth of 500 m cells", top / calls.length, 0.4, 0.55);
}

/** Utilisation against arrivals times cycle, and Little's law on dispatches that run. */
function load({ dispatches, startMs, endMs, staffedUnitMinutes, busyUnitMinutes }: Simulation): Check[] {
  const minutes = (endMs - startMs) / MINUTE_MS;
  const within = (dispatch: Dispatch): number => (Math.min(dispatch.freeMs, endMs) - Math.min(dispatch.t0Ms, endMs)) / MINUTE_MS;
  // A second unit is busy as long as the first; whether one went is read from the busy minutes themselves.
  const busy = dispatches.reduce((sum, each) => sum + within(each) * (each.secondUnitId === null ? 1 : 2), 0);
  const utilisation = busyUnitMinutes / staffedUnitMinutes;
  const arithmetic = busy / staffedUnitMinutes;
  const little = busyUnitMinutes / minutes / (busy / minutes);
  return [
    { name: "time UHU", found: utilisation.toFixed(3), wanted: `${arithmetic.toFixed(3)} within 0.02`, pass: Math.abs(utilisation - arithmetic) <= 0.02 },
    { name: "Little's law: busy units over rate times cycle", found: little.toFixed(4), wanted: "1 within 2 %", pass: Math.abs(little - 1) <= 0.02 },
  ];
}

function overlaps(dispatches: readonly Dispatch[]): number {
  const freeAt = new Map<number, number>();
  let found = 0;
  for (const { unitId, secondUnitId, t0Ms, freeMs } of dispatches)
    for (const id of secondUnitId === null ? [unitId] : [unitId, secondUnitId]) {
      if ((freeAt.get(id) ?? 0) > t0Ms + 1) found++;
      freeAt.set(id, freeMs);
    }
  return found;
}

function fastest(arrived: readonly Dispatch[]): Check {
  const speed = arrived.reduce((most, each) => Math.max(most, (each.unitDistanceKm / each.travelMinutes) * 60), 0);
  return { name: "fastest trip, km/h", found: speed.toFixed(1), wanted: `at most ${MAX_KMH}`, pass: speed <= MAX_KMH + 1e-6 };
}

/** Mean response of the busiest third of decisions above that of the quietest. */
function risesWithLoad(arrived: readonly Dispatch[]): Check {
  const sorted = [...arrived].sort((a, b) => a.sent.ambulances_busy_percentage - b.sent.ambulances_busy_percentage);
  const third = Math.floor(sorted.length / 3);
  const mean = (rows: readonly Dispatch[]): number => rows.reduce((sum, each) => sum + responseMinutes(each)!, 0) / rows.length;
  const quiet = mean(sorted.slice(0, third));
  const busy = mean(sorted.slice(-third));
  return { name: "mean response, busiest over quietest third", found: `${busy.toFixed(2)} over ${quiet.toFixed(2)} min`, wanted: "higher", pass: busy > quiet };
}

/** How well the rule of thumb `target - expected minutes of the nearest` ranks arrivals on time: learnable, but noisy. */
function learnable(arrived: readonly Dispatch[]): number {
  const targets = [30, 20, 15, 8, 8];
  const rows = arrived.filter((each) => each.candidates.length > 0);
  const score = (each: Dispatch): number => Math.log(targets[each.call.severity - 1]! / (2.6 + 1.6 * distanceKm(each.candidates[0]!, each.call) * (each.call.severity <= 2 ? 1.6 : 1)));
  return rocAuc(rows.map((each) => (each.onTime ? 1 : 0)), rows.map(score)) ?? 0.5;
}
