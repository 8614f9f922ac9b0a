import { distanceKm, localInstant, moved, type Place } from "./city";
import { isStaffed, type Unit } from "./fleet";
import type { Happening } from "./happening";
import { type Random, randomStream } from "./random";
import type { Dispatch, Simulation } from "./simulate";
import { travelMedian } from "./times";

/** A unit on its way from one place to another, or standing at one. */
type Leg = { fromMs: number; toMs: number; from: Place; to: Place };

const MINUTE_MS = 60_000;
const MOVING_MS = 15_000;
const IDLE_MS = 60_000;
const JITTER_KM = 0.015;

/** Where each unit says it is: every 15 s on its way, every minute standing, within some 15 m; nothing off duty or while the feed is silent. */
export function positions(simulation: Simulation, seed: number): Iterable<Happening>[] {
  const trips = new Map<number, Dispatch[]>();
  for (const dispatch of simulation.dispatches)
    for (const id of dispatch.secondUnitId === null ? [dispatch.unitId] : [dispatch.unitId, dispatch.secondUnitId]) {
      const own = trips.get(id);
      if (own) own.push(dispatch);
      else trips.set(id, [dispatch]);
    }
  return simulation.units.map((unit) => track(unit, trips.get(unit.id) ?? [], simulation, randomStream(seed, `position ${unit.id}`)));
}

function* track(unit: Unit, trips: readonly Dispatch[], { startMs, endMs, silent }: Simulation, random: Random): Generator<Happening> {
  let at: Place = unit.base;
  let nowMs = startMs;
  for (const trip of [...trips, null]) {
    const untilMs = trip?.t0Ms ?? endMs;
    for (const leg of [homeward(unit, at, nowMs, trip), { fromMs: 0, toMs: Number.POSITIVE_INFINITY, from: unit.base, to: unit.base }]) {
      yield* told({ ...leg, fromMs: Math.max(leg.fromMs, nowMs), toMs: Math.min(leg.toMs, untilMs) }, leg, true);
      nowMs = Math.max(nowMs, Math.min(leg.toMs, untilMs));
    }
    if (!trip) return;
    for (const leg of journey(trip, unit.id)) yield* told(leg, leg, false);
    nowMs = trip.freeMs;
    at = trip.hospital ?? (trip.arrivedMs === null ? halfWay(trip, unit.id) : trip.call);
  }

  /** `whole` is the leg that the part shown belongs to. */
  function* told(shown: Leg, whole: Leg, free: boolean): Generator<Happening> {
    const moves = distanceKm(whole.from, whole.to) > 0.05;
    const share = (ms: number): number => (moves ? (ms - whole.fromMs) / (whole.toMs - whole.fromMs) : 0);
    for (let ms = shown.fromMs; ms < shown.toMs; ms += moves ? MOVING_MS : IDLE_MS) {
      if (silent.some((gap) => ms >= gap.fromMs && ms < gap.toMs)) continue;
      if (free && !isStaffed(unit, ms, localInstant(ms).hour, null)) continue;
      const { latitude, longitude } = moved(between(whole, share(ms)), JITTER_KM * random.normal(), JITTER_KM * random.normal());
      yield { type: "unit_position", atMs: Math.round(ms), callId: null, unitId: unit.id, more: { latitude: Number(latitude.toFixed(6)), longitude: Number(longitude.toFixed(6)), moving: moves } };
    }
  }
}

const between = ({ from, to }: { from: Place; to: Place }, share: number): Place => ({ latitude: from.latitude + (to.latitude - from.latitude) * share, longitude: from.longitude + (to.longitude - from.longitude) * share });

const originOf = ({ candidates }: Dispatch, unitId: number): Place => candidates.find((each) => each.id === unitId)!;
const halfWay = (trip: Dispatch, unitId: number): Place => between({ from: originOf(trip, unitId), to: trip.call }, 0.5);

/** Home, or as far as the unit came before the next call. */
function homeward(unit: Unit, from: Place, fromMs: number, next: Dispatch | null): Leg {
  const reached = next ? originOf(next, unit.id) : unit.base;
  if (next && distanceKm(reached, unit.base) > 0.05) return { fromMs, toMs: next.t0Ms, from, to: reached };
  const toMs = fromMs + travelMedian(distanceKm(from, unit.base)) * 1.6 * MINUTE_MS;
  return { fromMs, toMs: next ? Math.min(toMs, next.t0Ms) : toMs, from, to: unit.base };
}

/** From the order to the release: out, at the patient, to the hospital, there. */
function journey(trip: Dispatch, unitId: number): Leg[] {
  const { t0Ms, chuteMinutes, arrivedMs, cancelledMs, sceneMinutes, transportMinutes, hospital, freeMs, call } = trip;
  const origin = originOf(trip, unitId);
  const outMs = Math.min(t0Ms + chuteMinutes * MINUTE_MS, cancelledMs ?? Number.POSITIVE_INFINITY);
  const waiting: Leg = { fromMs: t0Ms, toMs: outMs, from: origin, to: origin };
  if (arrivedMs === null) return [waiting, { fromMs: outMs, toMs: cancelledMs!, from: origin, to: halfWay(trip, unitId) }];
  const legs: Leg[] = [waiting, { fromMs: outMs, toMs: arrivedMs, from: origin, to: call }];
  if (!hospital) return [...legs, { fromMs: arrivedMs, toMs: freeMs, from: call, to: call }];
  const leftMs = arrivedMs + sceneMinutes! * MINUTE_MS;
  const thereMs = leftMs + transportMinutes! * MINUTE_MS;
  return [...legs, { fromMs: arrivedMs, toMs: leftMs, from: call, to: call }, { fromMs: leftMs, toMs: thereMs, from: call, to: hospital }, { fromMs: thereMs, toMs: freeMs, from: hospital, to: hospital }];
}
