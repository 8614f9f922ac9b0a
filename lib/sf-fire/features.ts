import { haversineKm } from "@/lib/dispatch/haversine";
import { localClock } from "@/lib/dispatch/local-clock";
import type { ColumnSpec } from "@/lib/training/table";
import { isAmbulance, severityOf, type SfRecord } from "./record";

const column = (name: string, unit: string, kind: "integer" | "number" | "boolean", min: number | null, max: number | null, allowMissing: boolean, description: string): ColumnSpec => ({
  name,
  unit,
  kind,
  description,
  availableAt: name.startsWith("severity") || name.startsWith("hour") ? "request" : "decision",
  validRange: { min, max },
  allowMissing,
});

/** Every feature is known at t0, the instant of dispatch: it is made of what happened strictly before. */
export const sfColumns: readonly ColumnSpec[] = [
  column("severity_level", "level 1-5", "integer", 1, 5, false, "From the priority at the call's creation"),
  column("priority_code", "code 0-7", "integer", 0, 7, false, "Priority at the call's creation: 2, I, A to E, 3 as numbers"),
  column("hour_of_day", "hour 0-23", "integer", 0, 23, false, "Local hour of the dispatch"),
  column("day_of_week", "day 0-6", "integer", 0, 6, false, "Local day, 0 is Monday"),
  column("is_weekend", "0 or 1", "boolean", 0, 1, false, "1 on Saturday and Sunday"),
  column("call_processing_minutes", "minutes", "number", 0, 1_440, false, "From the call received to this dispatch"),
  column("entry_to_dispatch_minutes", "minutes", "number", -60, 1_440, true, "From the entry into the dispatch system to this dispatch"),
  column("unit_kind", "code 0-4", "integer", 0, 4, false, "City ambulance 0, contracted ambulance 1, engine 2, truck 3, other 4"),
  column("als_unit", "0 or 1", "boolean", 0, 1, false, "Advanced life support crew"),
  column("is_medical", "0 or 1", "boolean", 0, 1, false, "Call type Medical Incident"),
  column("units_on_call", "count", "integer", 0, 200, false, "Units dispatched to this call before this one"),
  column("ambulances_on_call", "count", "integer", 0, 200, false, "Of these, ambulances"),
  column("minutes_since_first_dispatch", "minutes", "number", 0, 1_440, true, "Since the call's first unit was dispatched"),
  column("active_dispatches_count", "count", "integer", 0, 10_000, false, "Calls with a unit that is not yet available again"),
  column("available_ambulances_count", "count", "integer", 0, 10_000, false, "Ambulances seen in the last 12 h and not busy"),
  column("ambulances_busy_percentage", "share 0-1", "number", 0, 1, true, "Busy part of the ambulances seen in the last 12 h"),
  column("average_response_time_minutes", "minutes", "number", 0, 1_440, true, "Mean response of the ambulance arrivals of the last 60 min"),
  column("zone_response_minutes", "minutes", "number", 0, 1_440, true, "Mean of the last 40 ambulance responses in the station area"),
  column("neighborhood_response_minutes", "minutes", "number", 0, 1_440, true, "Mean of the last 60 ambulance responses in the neighbourhood"),
  column("kind_response_minutes", "minutes", "number", 0, 1_440, true, "Mean of the last 60 responses of this kind of unit at this severity"),
  column("unit_response_minutes", "minutes", "number", 0, 1_440, true, "Mean of this unit's last 20 responses"),
  column("minutes_since_unit_cleared", "minutes", "number", 0, 720, true, "Since this unit became available"),
  column("last_job_distance_km", "km", "number", 0, 1_000, true, "From this unit's last incident to this one; a weak stand-in for its position"),
  column("home_distance_km", "km", "number", 0, 1_000, true, "From the home station, for engines and trucks"),
  column("latitude", "degrees", "number", -90, 90, true, "Incident, moved to the block"),
  column("longitude", "degrees", "number", -180, 180, true, "Incident, moved to the block"),
];

export type Station = { number: number; latitude: number; longitude: number };

const MINUTE_MS = 60_000;
const DUTY_MS = 12 * 60 * MINUTE_MS;
/** A unit whose end is not recorded counts as busy for a usual whole job. */
const USUAL_JOB_MS = 65 * MINUTE_MS;
const priorityCodes: Record<string, number> = { "2": 0, I: 1, A: 2, B: 3, C: 4, D: 5, E: 6, "3": 7 };

/** Running mean of the newest `size` values. */
class Recent {
  private values: number[] = [];
  private sum = 0;
  constructor(private readonly size: number) {}
  add(value: number): void {
    this.values.push(value);
    this.sum += value;
    if (this.values.length > this.size) this.sum -= this.values.shift()!;
  }
  mean(): number {
    return this.values.length < 3 ? Number.NaN : this.sum / this.values.length;
  }
}

export function unitKind(unitType: string): number {
  const kinds: Record<string, number> = { MEDIC: 0, PRIVATE: 1, ENGINE: 2, TRUCK: 3 };
  return kinds[unitType] ?? 4;
}

type Past = { atMs: number; apply: () => void };

/**
 * Replays the records in time order and gives each its features. What happened enters the state only when the clock of the
 * dispatch in hand is past it: arrivals, ends of jobs, and also dispatches of the same instant stay out.
 */
export function sfFeatures(records: readonly SfRecord[], stations: readonly Station[]): Float64Array[] {
  const clock = localClock("America/Los_Angeles");
  const order = records.map((_, index) => index).sort((a, b) => records[a]!.dispatchMs - records[b]!.dispatchMs || a - b);
  const home = new Map(stations.map((station) => [station.number, station]));
  const events: Past[] = [];
  for (const record of records) {
    if (record.onSceneMs !== null && record.onSceneMs > record.dispatchMs) events.push({ atMs: record.onSceneMs, apply: () => state.arrived(record) });
    events.push({ atMs: record.availableMs !== null && record.availableMs > record.dispatchMs ? record.availableMs : record.dispatchMs + USUAL_JOB_MS, apply: () => state.cleared(record) });
    events.push({ atMs: record.dispatchMs, apply: () => state.dispatched(record) });
  }
  events.sort((a, b) => a.atMs - b.atMs);
  const state = newState();
  const rows: Float64Array[] = new Array<Float64Array>(records.length);
  let next = 0;
  for (const index of order) {
    const record = records[index]!;
    while (next < events.length && events[next]!.atMs < record.dispatchMs) events[next++]!.apply();
    rows[index] = state.describe(record, clock, home);
  }
  return rows;
}

function newState() {
  const busyUnits = new Map<string, number>();
  const lastSeen = new Map<string, number>();
  const openCalls = new Map<string, number>();
  const unitsOnCall = new Map<string, { units: number; ambulances: number; firstMs: number }>();
  const clearedAt = new Map<string, { atMs: number; latitude: number | null; longitude: number | null }>();
  const lastHour: { atMs: number; minutes: number }[] = [];
  const means = new Map<string, Recent>();
  const recent = (key: string, size: number): Recent => {
    let found = means.get(key);
    if (!found) means.set(key, (found = new Recent(size)));
    return found;
  };
  const bump = (map: Map<string, number>, key: string, by: number): void => {
    const value = (map.get(key) ?? 0) + by;
    if (value <= 0) map.delete(key);
    else map.set(key, value);
  };
  const kindKey = (record: SfRecord): string => `kind ${unitKind(record.unitType)} ${severityOf(record.originalPriority, record.callType)}`;

  return {
    dispatched(record: SfRecord): void {
      bump(busyUnits, record.unit, 1);
      bump(openCalls, record.call, 1);
      if (isAmbulance(record.unitType)) lastSeen.set(record.unit, record.dispatchMs);
      const call = unitsOnCall.get(record.call) ?? { units: 0, ambulances: 0, firstMs: record.dispatchMs };
      call.units++;
      if (isAmbulance(record.unitType)) call.ambulances++;
      unitsOnCall.set(record.call, call);
    },
    cleared(record: SfRecord): void {
      bump(busyUnits, record.unit, -1);
      bump(openCalls, record.call, -1);
      clearedAt.set(record.unit, { atMs: record.availableMs ?? record.dispatchMs + USUAL_JOB_MS, latitude: record.latitude, longitude: record.longitude });
      if (isAmbulance(record.unitType)) lastSeen.set(record.unit, Math.max(lastSeen.get(record.unit) ?? 0, record.availableMs ?? record.dispatchMs));
    },
    arrived(record: SfRecord): void {
      const minutes = (record.onSceneMs! - record.dispatchMs) / MINUTE_MS;
      if (minutes > 60) return;
      recent(kindKey(record), 60).add(minutes);
      recent(`unit ${record.unit}`, 20).add(minutes);
      if (!isAmbulance(record.unitType)) return;
      lastHour.push({ atMs: record.onSceneMs!, minutes });
      recent(`zone ${record.stationArea}`, 40).add(minutes);
      recent(`neighborhood ${record.neighborhood}`, 60).add(minutes);
    },
    describe(record: SfRecord, clock: ReturnType<typeof localClock>, home: ReadonlyMap<number, Station>): Float64Array {
      const t0 = record.dispatchMs;
      const local = clock(t0);
      while (lastHour.length > 0 && lastHour[0]!.atMs < t0 - 60 * MINUTE_MS) lastHour.shift();
      let onDuty = 0;
      let busy = 0;
      for (const [unit, seenMs] of lastSeen) {
        if (seenMs < t0 - DUTY_MS && !busyUnits.has(unit)) continue;
        onDuty++;
        if (busyUnits.has(unit)) busy++;
      }
      const call = unitsOnCall.get(record.call);
      const cleared = clearedAt.get(record.unit);
      const sinceCleared = cleared ? (t0 - cleared.atMs) / MINUTE_MS : Number.NaN;
      const stationNumber = /^[ET](\d+)$/.exec(record.unit)?.[1];
      const base = stationNumber === undefined ? undefined : home.get(Number(stationNumber));
      const distance = (from: { latitude: number | null; longitude: number | null } | undefined): number =>
        from && from.latitude !== null && from.longitude !== null && record.latitude !== null && record.longitude !== null
          ? haversineKm(from.latitude, from.longitude, record.latitude, record.longitude)
          : Number.NaN;
      return Float64Array.of(
        severityOf(record.originalPriority, record.callType),
        priorityCodes[record.originalPriority] ?? 0,
        local.hour,
        local.day,
        local.day >= 5 ? 1 : 0,
        Math.min(1_440, Math.max(0, (t0 - record.receivedMs) / MINUTE_MS)),
        record.entryMs === null ? Number.NaN : Math.min(1_440, Math.max(-60, (t0 - record.entryMs) / MINUTE_MS)),
        unitKind(record.unitType),
        record.als ? 1 : 0,
        record.callType === "Medical Incident" ? 1 : 0,
        call?.units ?? 0,
        call?.ambulances ?? 0,
        call ? Math.min(1_440, (t0 - call.firstMs) / MINUTE_MS) : Number.NaN,
        openCalls.size,
        onDuty - busy,
        onDuty === 0 ? Number.NaN : busy / onDuty,
        lastHour.length === 0 ? Number.NaN : lastHour.reduce((sum, each) => sum + each.minutes, 0) / lastHour.length,
        means.get(`zone ${record.stationArea}`)?.mean() ?? Number.NaN,
        means.get(`neighborhood ${record.neighborhood}`)?.mean() ?? Number.NaN,
        means.get(kindKey(record))?.mean() ?? Number.NaN,
        means.get(`unit ${record.unit}`)?.mean() ?? Number.NaN,
        sinceCleared >= 0 && sinceCleared <= 720 ? sinceCleared : Number.NaN,
        sinceCleared >= 0 && sinceCleared <= 720 ? distance(cleared) : Number.NaN,
        distance(base),
        record.latitude ?? Number.NaN,
        record.longitude ?? Number.NaN,
      );
    },
  };
}
