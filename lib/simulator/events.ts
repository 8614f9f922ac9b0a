import TinyQueue from "tinyqueue";
import { UTC_OFFSET_MS } from "./city";
import type { Roster, Unit } from "./fleet";
import type { Happening } from "./happening";
import { positions } from "./positions";
import { randomStream } from "./random";
import type { Dispatch, Simulation } from "./simulate";
import { afterOutcome } from "./table";

/** As it came in: late, twice or after the next one now and then. */
type CityEvent = Happening & { receivedMs: number; repaired: boolean };

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LATE = 0.01;
const TWICE = 0.002;
const LOST = 0.001;

/**
 * What the dispatch centre's systems say, in the order in which it comes in: one in a hundred 5 to 120 s late, two in a
 * thousand twice, one in a thousand only with the next thing that its call or unit says.
 */
export function* cityEvents(simulation: Simulation, seed: number, withPositions: boolean): Generator<CityEvent> {
  const random = randomStream(seed, "events");
  const waiting = new TinyQueue<CityEvent & { order: number }>([], (a, b) => a.receivedMs - b.receivedMs || a.order - b.order);
  const lost = new Map<string, Happening[]>();
  let order = 0;
  const receive = (happening: Happening, receivedMs: number, repaired = false): void => {
    waiting.push({ ...happening, receivedMs: Math.round(receivedMs), repaired, order: order++ });
  };
  const out = ({ order: _, ...event }: CityEvent & { order: number }): CityEvent => event;
  for (const happening of inOrder(withPositions ? [happenings(simulation, seed), ...positions(simulation, seed)] : [happenings(simulation, seed)])) {
    while ((waiting.peek()?.receivedMs ?? Number.POSITIVE_INFINITY) <= happening.atMs) yield out(waiting.pop()!);
    const key = happening.callId === null ? `u${happening.unitId}` : `c${happening.callId}`;
    const chance = random.uniform();
    const late = random.uniform() < LATE ? (5 + 115 * random.uniform()) * 1_000 : 0;
    if (chance < LOST) {
      lost.set(key, [...(lost.get(key) ?? []), happening]);
      continue;
    }
    for (const each of lost.get(key) ?? []) receive(each, happening.atMs + late, true);
    lost.delete(key);
    receive(happening, happening.atMs + late);
    if (chance < LOST + TWICE) receive(happening, happening.atMs + late + 1_000);
  }
  while (waiting.length > 0) yield out(waiting.pop()!);
}

/** Merges sources that are each in the order of time. */
function* inOrder(sources: readonly Iterable<Happening>[]): Generator<Happening> {
  const heads = new TinyQueue<{ from: Iterator<Happening>; head: Happening; place: number }>([], (a, b) => a.head.atMs - b.head.atMs || a.place - b.place);
  const push = (from: Iterator<Happening>, place: number): void => {
    const next = from.next();
    if (!next.done) heads.push({ from, head: next.value, place });
  };
  sources.forEach((source, place) => {
    push(source[Symbol.iterator](), place);
  });
  for (let first = heads.pop(); first; first = heads.pop()) {
    yield first.head;
    push(first.from, first.place);
  }
}

function happenings(simulation: Simulation, seed: number): Happening[] {
  const { dispatches, calls, units, silent } = simulation;
  const random = randomStream(seed, "feedback");
  const all: Happening[] = [];
  for (const { id, receivedMs, latitude, longitude, processingMinutes, severity, emergencyType } of calls) {
    all.push({ type: "call_received", atMs: receivedMs, callId: id, unitId: null, more: { latitude, longitude } });
    all.push({ type: "call_triaged", atMs: Math.round(receivedMs + 0.6 * processingMinutes * MINUTE_MS), callId: id, unitId: null, more: { severity_level: severity, emergency_type: emergencyType } });
  }
  for (const dispatch of dispatches) all.push(...ofDispatch(dispatch, (1 + random.uniform()) * DAY_MS));
  for (const unit of units) all.push(...ofUnit(unit, simulation));
  for (const { fromMs, toMs } of silent) all.push({ type: "feed_gap", atMs: Math.round(toMs), callId: null, unitId: null, more: { feed: "positions", from: new Date(fromMs).toISOString() } });
  return all.sort((a, b) => a.atMs - b.atMs);
}

function ofDispatch(dispatch: Dispatch, feedbackAfterMs: number): Happening[] {
  const { call, t0Ms, sent, candidates, choice, unitId, secondUnitId, chuteMinutes, arrivedMs, cancelledMs, sceneMinutes, transportMinutes, hospital, freeMs, crewIds, nurseId } = dispatch;
  const of = (type: string, atMs: number, unit: number | null, more: Record<string, unknown> = {}): Happening => ({ type, atMs: Math.round(atMs), callId: call.id, unitId: unit, more });
  const found: Happening[] = [
    of("advice_requested", t0Ms, null, { features: sent, as_of: new Date(t0Ms).toISOString() }),
    of("advice_given", t0Ms, choice.advisedUnitId, {
      policy: choice.arm,
      model: choice.arm === "B" ? "policy-b" : null,
      probability: choice.advisedWith,
      as_of: new Date(t0Ms).toISOString(),
      candidates: candidates.map((each) => ({ unit_id: each.id, type: each.type, distance_km: Number(each.distanceKm.toFixed(3)), score: Number(each.expectedMinutes.toFixed(3)) })),
    }),
  ];
  for (const unit of secondUnitId === null ? [unitId] : [unitId, secondUnitId]) {
    found.push(of("unit_assigned", t0Ms, unit, unit === unitId ? { accepted: choice.accepted, reason: choice.reason, crew: crewIds, nurse: nurseId } : { second: true }));
    const enRouteMs = t0Ms + chuteMinutes * MINUTE_MS;
    if (cancelledMs === null || enRouteMs < cancelledMs) found.push(of("unit_en_route", enRouteMs, unit));
    if (cancelledMs !== null) found.push(of("unit_cancelled", cancelledMs, unit));
    if (arrivedMs !== null) found.push(of("unit_on_scene", arrivedMs, unit, { final_severity: call.trueSeverity }));
    if (arrivedMs !== null && hospital) {
      const leftMs = arrivedMs + sceneMinutes! * MINUTE_MS;
      found.push(of("left_scene", leftMs, unit, { hospital_id: hospital.id }), of("at_hospital", leftMs + transportMinutes! * MINUTE_MS, unit, { hospital_id: hospital.id }));
    }
    found.push(of("unit_available", freeMs, unit));
  }
  found.push(of("call_closed", freeMs, null, { arrived: arrivedMs !== null, transported: hospital !== null }));
  const after = afterOutcome(dispatch);
  if (after) found.push(of("feedback_given", freeMs + feedbackAfterMs, null, { paramedic_satisfaction_rating: after.paramedic_satisfaction_rating, patient_satisfaction_rating: after.patient_satisfaction_rating }));
  return found;
}

/** Local hours at which a crew comes and goes; those who are always there change at 7 and 19. */
const shifts: Record<Roster, readonly [number, number]> = { always: [7, 19], day: [7, 19], office: [8, 20] };

function ofUnit({ id, roster, down }: Unit, { startMs, endMs }: Simulation): Happening[] {
  const found: Happening[] = [];
  const of = (type: string, atMs: number): void => {
    if (atMs >= startMs && atMs < endMs) found.push({ type, atMs: Math.round(atMs), callId: null, unitId: id, more: {} });
  };
  const [from, to] = shifts[roster];
  for (let dayMs = Math.floor((startMs + UTC_OFFSET_MS) / DAY_MS) * DAY_MS - UTC_OFFSET_MS; dayMs < endMs; dayMs += DAY_MS) {
    if (roster === "always") of("shift_end", dayMs + from * HOUR_MS);
    of("shift_start", dayMs + from * HOUR_MS);
    of("shift_end", dayMs + to * HOUR_MS);
    if (roster === "always") of("shift_start", dayMs + to * HOUR_MS);
  }
  for (const { fromMs, toMs } of down) {
    of("unit_down", fromMs);
    of("unit_up", toMs);
  }
  return found;
}

/** A line of `events.jsonl`. */
export function eventLine({ type, atMs, receivedMs, callId, unitId, repaired, more }: CityEvent): string {
  const iso = (ms: number): string => new Date(ms).toISOString();
  return `${JSON.stringify({ type, at: iso(atMs), received_at: iso(receivedMs), ...(callId === null ? {} : { call_id: callId }), ...(unitId === null ? {} : { unit_id: unitId }), ...(repaired ? { repaired } : {}), ...more })}\n`;
}

