import { districts, distanceKm, localInstant, type Place } from "./city";
import type { Call } from "./demand";
import type { Unit, UnitType } from "./fleet";
import type { Scenario } from "./scenario";
import { feltTraffic, isNight, NIGHT_CHUTE, steps, traffic, travelMedian, urgency } from "./times";

export type Candidate = Place & { id: number; type: UnitType; baseNumber: number; distanceKm: number; expectedMinutes: number };
export type Ranked = Candidate & { unit: Unit; atBase: boolean; travelMedian: number; chuteMedian: number };

const MINUTE_MS = 60_000;
/** What the way itself is worth, known to those who drive it and to no input. */
export const ROAD_SIGMA = 0.32;

/** Every free unit as it stands to a call, nearest first. */
export function rank(scenario: Scenario, call: Call, free: readonly Unit[], nowMs: number): Ranked[] {
  const local = localInstant(nowMs);
  const streets = traffic(local.hour, local.day);
  return free
    .map((unit): Ranked => {
      const { at, atBase } = positionOf(unit, nowMs, streets);
      const km = distanceKm(at, call);
      const road = districts[call.district]!.road * Math.exp(ROAD_SIGMA * call.road) * scenario.travel(nowMs, crossesSector(at, call));
      const travel = travelMedian(km) * feltTraffic(streets, call.severity) * road * urgency(call.severity);
      const chute = chuteMedian(atBase, local.hour);
      return { ...at, id: unit.id, type: unit.type, baseNumber: unit.baseNumber, distanceKm: km, expectedMinutes: chute + travel, unit, atBase, travelMedian: travel, chuteMedian: chute };
    })
    .sort((a, b) => a.distanceKm - b.distanceKm || a.id - b.id);
}

export const chuteMedian = (atBase: boolean, hour: number): number => (atBase ? steps.chuteAtBase.median * (isNight(hour) ? NIGHT_CHUTE : 1) : steps.chuteOnRoad.median);

/** Where a free unit is: on its way home from where it became free, or there. */
function positionOf(unit: Unit, nowMs: number, roadFactor: number): { at: Place; atBase: boolean } {
  const km = distanceKm(unit.freeAt, unit.base);
  const share = km < 0.05 ? 1 : (nowMs - unit.freeAtMs) / (travelMedian(km) * 1.6 * roadFactor * MINUTE_MS);
  if (share >= 1) return { at: unit.base, atBase: true };
  const along = (from: number, to: number): number => from + (to - from) * share;
  return { at: { latitude: along(unit.freeAt.latitude, unit.base.latitude), longitude: along(unit.freeAt.longitude, unit.base.longitude) }, atBase: false };
}

/** A sector of a ring avenue: from the second to the fifth ring, to the east. */
function crossesSector(from: Place, to: Place): boolean {
  const middle = { latitude: (from.latitude + to.latitude) / 2, longitude: (from.longitude + to.longitude) / 2 };
  return [from, middle, to].some((place) => place.longitude > -63.165 && place.longitude < -63.125 && place.latitude > -17.83 && place.latitude < -17.75);
}
