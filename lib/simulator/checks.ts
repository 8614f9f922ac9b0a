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
    return {
      name,
      found: found.map((value) => value.toFixed(2)).join(" / "),
      wanted: `${wanted.map((value) => value.toFixed(2)).join(" / ")} within 10 %`,
      pass: found.every((value, at) => Math.abs(value / wanted[at]! - 1) <= 0.1),
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

/** Chi-square of the 168 hours of the week, the total given. */
function hours({ calls, startMs, endMs }: Simulation, callsPerDay: number): Check {
  const expected = new Float64Array(168);
  const observed = new Float64Array(168);
  const slot = (ms: number): number => {
    const { day, hour } = localInstant(ms);
    return day * 24 + hour;
  };
  for (let ms = startMs; ms < endMs; ms += 3_600_000) expected[slot(ms)]! += expectedCalls(ms, callsPerDay);
  for (const call of calls) observed[slot(call.receivedMs)]! += 1;
  const scale = calls.length / expected.reduce((sum, value) => sum + value, 0);
  let statistic = 0;
  let slots = 0;
  expected.forEach((value, at) => {
    if (value === 0) return;
    slots++;
    statistic += (observed[at]! - value * scale) ** 2 / (value * scale);
  });
  // The day's own factor makes counts a little more dispersed than Poisson: a p-value of 0.001 allows for it.
  const p = chiSquareSf(statistic, slots - 1);
  return { name: "calls by hour of the week, chi-square p", found: p.toFixed(3), wanted: "above 0.001", pass: p > 0.001 };
}

/** Variance over mean of the daily counts, the week's and the season's rhythm taken out. */
function dailyVariance({ calls, startMs, endMs }: Simulation, callsPerDay: number): Check {
  const days = Math.round((endMs - startMs) / 86_400_000);
  const expected = new Float64Array(days);
  const observed = new Float64Array(days);
  for (let hour = 0; hour < days * 24; hour++) expected[Math.floor(hour / 24)]! += expectedCalls(startMs + hour * 3_600_000, callsPerDay);
  for (const call of calls) observed[Math.min(days - 1, Math.floor((call.receivedMs - startMs) / 86_400_000))]! += 1;
  const ratio = observed.reduce((sum, count, day) => sum + (count - expected[day]!) ** 2 / expected[day]!, 0) / days;
  // Its own sampling error at this number of days, two standard errors either way of 1.3 to 1.6.
  const error = 2 * 1.45 * Math.sqrt(2 / days);
  return between("daily variance over mean", ratio, Number(Math.max(0.3, 1.3 - error).toFixed(2)), Number((1.6 + error).toFixed(2)));
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
