import TinyQueue from "tinyqueue";
import { severityRule } from "@/lib/dispatch/severity";
import { districts, distanceKm, type Hospital, hospitals, localInstant, makeBases, type Place } from "./city";
import { type Call, makeCalls } from "./demand";
import { isStaffed, makeFleet, makePeople, onDuty, type Unit, type UnitType, unitTypes } from "./fleet";
import { randomStream } from "./random";
import { scenario as makeScenario, type Scenario, type ScenarioId } from "./scenario";
import { feltTraffic, isNight, MAX_KMH, NIGHT_CHUTE, steps, traffic, travelMedian, urgency } from "./times";

export type Candidate = Place & { id: number; type: UnitType; baseNumber: number; distanceKm: number; expectedMinutes: number };

/** What the client knows at t0 and says to the service. */
export type Sent = {
  severity_level: number;
  hour_of_day: number;
  day_of_week: number;
  is_weekend: number;
  available_ambulances_count: number;
  nearest_ambulance_distance_km: number | null;
  paramedics_available_count: number;
  paramedics_senior_count: number;
  paramedics_junior_count: number;
  nurses_available_count: number;
  active_dispatches_count: number;
  ambulances_busy_percentage: number;
  average_response_time_minutes: number | null;
};

/** One unit sent to one call: what was known at t0, what was decided, what came of it. */
export type Dispatch = {
  call: Call;
  t0Ms: number;
  sent: Sent;
  /** Free, staffed and of a fitting type at t0, nearest first. */
  candidates: Candidate[];
  freeParamedics: { id: number; level: "senior" | "junior" }[];
  freeNurses: number[];
  unitId: number;
  /** Sent along to half of the calls of severity 5. */
  secondUnitId: number | null;
  unitDistanceKm: number;
  crewIds: number[];
  nurseId: number | null;
  crewComplete: boolean;
  chuteMinutes: number;
  travelMinutes: number;
  /** Of the candidate that was sent, above the best one's, both as expected at t0. */
  regretMinutes: number;
  /** Null: cancelled on the way. */
  arrivedMs: number | null;
  cancelledMs: number | null;
  sceneMinutes: number | null;
  transportMinutes: number | null;
  handoverMinutes: number | null;
  hospital: Hospital | null;
  freeMs: number;
  onTime: boolean | null;
  wasOptimal: boolean | null;
  travelKm: number;
  /** When the client can tell the service what became of it. */
  knownMs: number;
  serviceDown: boolean;
};

export type SimulationOptions = { seed: number; startMs: number; days: number; scenario?: ScenarioId; /** When the scenario sets in; half-way when left out. */ scenarioStartMs?: number; callsPerDay?: number; firstId?: number };
export type Simulation = { dispatches: Dispatch[]; calls: Call[]; waiting: number; staffedUnitMinutes: number; busyUnitMinutes: number; startMs: number; endMs: number };

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const CANCEL_PER_MINUTE = 0.0095;
/** A lower type goes first when it is this much nearer than the nearest fitting one. */
const MUCH_NEARER_KM = 1.5;
/** What the way itself is worth, known to those who drive it and to no input. */
const ROAD_SIGMA = 0.32;
const TOLERANCE = { urgent: 1, other: 2 };

type Event = { ms: number; order: number; kind: "ready" | "free" | "look"; call: Call | null; unit: Unit | null };

/** Runs the city event by event. The same options give the same dispatches. */
export function simulate(options: SimulationOptions): Simulation {
  const { seed, startMs, days } = options;
  const endMs = startMs + days * 24 * HOUR_MS;
  const scenario = makeScenario(options.scenario ?? "D0", options.scenarioStartMs ?? startMs + (days * 24 * HOUR_MS) / 2);
  const calls = makeCalls({ seed, startMs, days, callsPerDay: options.callsPerDay ?? 150, firstId: options.firstId ?? 1, scenario });
  const units = makeFleet(seed, makeBases(randomStream(seed, "bases")), startMs, endMs + 7 * 24 * HOUR_MS);
  const city: City = { scenario, units, people: makePeople(), waiting: [], dispatches: [], arrivals: [], open: [], atHospital: new Map(), silent: feedGaps(seed, startMs, endMs) };

  const events = new TinyQueue<Event>([], (a, b) => a.ms - b.ms || a.order - b.order);
  let order = 0;
  const push = (ms: number, kind: Event["kind"], call: Call | null, unit: Unit | null): void => {
    events.push({ ms, order: order++, kind, call, unit });
  };
  for (const call of calls) push(call.receivedMs + call.processingMinutes * MINUTE_MS, "ready", call, null);
  // Crews that come on duty look at the queue; so does everybody every five minutes.
  for (let ms = startMs; ms < endMs; ms += 5 * MINUTE_MS) push(ms, "look", null, null);

  let staffedUnitMinutes = 0;
  let busyUnitMinutes = 0;
  for (let event = events.pop(); event; event = events.pop()) {
    if (event.kind === "ready") city.waiting.push(event.call!);
    else if (event.kind === "free") event.unit!.busy = false;
    else {
      const { hour } = localInstant(event.ms);
      const busy = units.filter((unit) => unit.busy).length;
      busyUnitMinutes += 5 * busy;
      staffedUnitMinutes += 5 * units.filter((unit) => unit.busy || isStaffed(unit, event.ms, hour, scenario.fleet(event.ms))).length;
    }
    for (const { unit, freeMs } of serveQueue(city, event.ms)) push(freeMs, "free", null, unit);
  }
  return { dispatches: city.dispatches, calls, waiting: city.waiting.length, staffedUnitMinutes, busyUnitMinutes, startMs, endMs };
}

type City = {
  scenario: Scenario;
  units: Unit[];
  people: ReturnType<typeof makePeople>;
  waiting: Call[];
  dispatches: Dispatch[];
  arrivals: { ms: number; minutes: number }[];
  /** When each running dispatch will be closed. */
  open: number[];
  atHospital: Map<number, number[]>;
  silent: { fromMs: number; toMs: number }[];
};

/** The whole position feed is silent now and then: half a percent of the time, some minutes each. */
function feedGaps(seed: number, startMs: number, endMs: number): City["silent"] {
  const random = randomStream(seed, "feed");
  const gaps: City["silent"] = [];
  for (let at = startMs + random.exponential(33 * HOUR_MS); at < endMs; at += random.exponential(33 * HOUR_MS)) gaps.push({ fromMs: at, toMs: (at += random.exponential(10 * MINUTE_MS)) });
  return gaps;
}

/** Sends units to waiting calls, the most severe and then the oldest first, as far as there are any. */
function serveQueue(city: City, nowMs: number): { unit: Unit; freeMs: number }[] {
  const sent: { unit: Unit; freeMs: number }[] = [];
  if (city.waiting.length === 0) return sent;
  city.waiting.sort((a, b) => b.severity - a.severity || a.receivedMs - b.receivedMs || a.id - b.id);
  const local = localInstant(nowMs);
  const working = city.scenario.fleet(nowMs);
  const left: Call[] = [];
  for (const call of city.waiting) {
    const free = city.units.filter((unit) => !unit.busy && isStaffed(unit, nowMs, local.hour, working));
    const dispatch = free.length === 0 ? null : decide(city, call, free, nowMs);
    if (dispatch) sent.push(...dispatch);
    else left.push(call);
  }
  city.waiting = left;
  return sent;
}

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

type Ranked = Candidate & { unit: Unit; atBase: boolean; travelMedian: number; chuteMedian: number };

function rank(city: City, call: Call, free: readonly Unit[], nowMs: number): Ranked[] {
  const local = localInstant(nowMs);
  const streets = traffic(local.hour, local.day);
  return free
    .map((unit): Ranked => {
      const { at, atBase } = positionOf(unit, nowMs, streets);
      const km = distanceKm(at, call);
      const road = districts[call.district]!.road * Math.exp(ROAD_SIGMA * call.road) * city.scenario.travel(nowMs, crossesSector(at, call));
      const travel = travelMedian(km) * feltTraffic(streets, call.severity) * road * urgency(call.severity);
      const chute = atBase ? steps.chuteAtBase.median * (isNight(local.hour) ? NIGHT_CHUTE : 1) : steps.chuteOnRoad.median;
      return { ...at, id: unit.id, type: unit.type, baseNumber: unit.baseNumber, distanceKm: km, expectedMinutes: chute + travel, unit, atBase, travelMedian: travel, chuteMedian: chute };
    })
    .sort((a, b) => a.distanceKm - b.distanceKm || a.id - b.id);
}

function decide(city: City, call: Call, free: readonly Unit[], nowMs: number): { unit: Unit; freeMs: number }[] | null {
  const { scenario } = city;
  const needed = unitTypes.indexOf(severityRule(call.severity).unitType);
  const ranked = rank(city, call, free, nowMs);
  const fitting = ranked.filter((each) => each.unit.rank >= needed);
  // For severity 4 and 5 a lower type goes first when it is much nearer, or when no fitting one is free.
  const firstFitting = fitting[0]?.distanceKm ?? Number.POSITIVE_INFINITY;
  const eligible = call.severity >= 4 ? ranked.filter((each) => each.unit.rank >= needed || each.distanceKm < firstFitting - MUCH_NEARER_KM) : fitting;
  if (eligible.length === 0) return null;
  const avoid = scenario.avoidBase(nowMs);
  const considered = avoid === null ? eligible : eligible.filter((each) => each.baseNumber !== avoid);
  const choices = considered.length > 0 ? considered : eligible;

  city.open = city.open.filter((freeMs) => freeMs > nowMs);
  const active = city.open.length;
  const busyShare = city.units.filter((unit) => unit.busy).length / Math.max(1, city.units.filter((unit) => unit.busy).length + free.length);
  // A busy room errs more often: a unit that is not the nearest one is sent.
  const erring = 0.07 + 0.25 * busyShare;
  const chosen = choices[call.override < erring ? Math.min(choices.length - 1, call.overrideChoice < 0.65 ? 1 : 2) : 0]!;

  const people = onDuty(city.people, nowMs);
  const paramedics = people.paramedics.filter((each) => each.freeAtMs <= nowMs);
  const nurses = people.nurses.filter((each) => each.freeAtMs <= nowMs);
  const crew = takeCrew(call.severity, paramedics, nurses);

  const at = outcomeOf(city, call, chosen, crew.complete, nowMs);
  const local = localInstant(nowMs + scenario.sent.hoursAhead(nowMs) * HOUR_MS);
  const silent = city.silent.some((gap) => nowMs >= gap.fromMs && nowMs < gap.toMs) || call.faulty < scenario.sent.noDistance(nowMs);
  const seniors = paramedics.filter((each) => each.level === "senior").length;
  const recent = city.arrivals.filter((each) => each.ms > nowMs - HOUR_MS && each.ms < nowMs);
  const dispatch: Dispatch = {
    call,
    t0Ms: Math.round(nowMs),
    sent: {
      severity_level: call.severity,
      hour_of_day: local.hour,
      day_of_week: local.day,
      is_weekend: local.day >= 5 ? 1 : 0,
      available_ambulances_count: eligible.length,
      nearest_ambulance_distance_km: silent ? null : round(eligible[0]!.distanceKm * scenario.sent.distanceFactor(nowMs), 3),
      paramedics_available_count: paramedics.length,
      paramedics_senior_count: seniors,
      paramedics_junior_count: paramedics.length - seniors,
      nurses_available_count: nurses.length,
      active_dispatches_count: active,
      ambulances_busy_percentage: round(busyShare, 4),
      average_response_time_minutes: recent.length === 0 ? null : round(recent.reduce((sum, each) => sum + each.minutes, 0) / recent.length, 2),
    },
    candidates: eligible.map(({ latitude, longitude, id, type, baseNumber, distanceKm: km, expectedMinutes }) => ({ latitude, longitude, id, type, baseNumber, distanceKm: km, expectedMinutes })),
    freeParamedics: paramedics.map(({ id, level }) => ({ id, level })),
    freeNurses: nurses.map(({ id }) => id),
    unitId: chosen.id,
    secondUnitId: (call.secondUnit ? choices.find((each) => each.unit !== chosen.unit) : undefined)?.id ?? null,
    unitDistanceKm: chosen.distanceKm,
    crewIds: crew.paramedics.map(({ id }) => id),
    nurseId: crew.nurse?.id ?? null,
    crewComplete: crew.complete,
    regretMinutes: chosen.expectedMinutes - eligible.reduce((least, each) => Math.min(least, each.expectedMinutes), Number.POSITIVE_INFINITY),
    ...at,
    onTime: null,
    wasOptimal: null,
    travelKm: chosen.distanceKm * (1.28 + 0.06 * Math.abs(call.road)),
    knownMs: Math.round((at.arrivedMs ?? at.cancelledMs ?? at.freeMs) + scenario.labelDelayHours(nowMs) * HOUR_MS),
    serviceDown: scenario.serviceDown(nowMs),
  };
  if (at.arrivedMs !== null) {
    dispatch.onTime = (at.arrivedMs - dispatch.t0Ms) / MINUTE_MS <= severityRule(call.severity).targetMinutes;
    dispatch.wasOptimal = dispatch.onTime && dispatch.regretMinutes <= (call.severity >= 4 ? TOLERANCE.urgent : TOLERANCE.other);
    city.arrivals.push({ ms: at.arrivedMs, minutes: (at.arrivedMs - dispatch.t0Ms) / MINUTE_MS });
    if (city.arrivals.length > 400) city.arrivals.splice(0, 200);
  }
  city.dispatches.push(dispatch);
  city.open.push(at.freeMs);
  const sentUnits = choices.filter((each) => each === chosen || each.id === dispatch.secondUnitId).map((each) => each.unit);
  for (const person of [...crew.paramedics, ...(crew.nurse ? [crew.nurse] : [])]) person.freeAtMs = at.freeMs;
  return sentUnits.map((unit) => {
    unit.busy = true;
    unit.freeAtMs = at.freeMs;
    unit.freeAt = at.hospital ?? (at.arrivedMs === null ? halfWay(chosen, call) : call);
    return { unit, freeMs: at.freeMs };
  });
}

const halfWay = (a: Place, b: Place): Place => ({ latitude: (a.latitude + b.latitude) / 2, longitude: (a.longitude + b.longitude) / 2 });
const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;

type Paramedics = ReturnType<typeof makePeople>["paramedics"];
type Nurses = ReturnType<typeof makePeople>["nurses"];

function takeCrew(severity: number, paramedics: Paramedics, nurses: Nurses): { paramedics: Paramedics; nurse: Nurses[number] | null; complete: boolean } {
  const rule = severityRule(severity);
  const seniors = paramedics.filter((each) => each.level === "senior").slice(0, rule.seniorParamedics);
  const juniors = paramedics.filter((each) => each.level === "junior").slice(0, rule.juniorParamedics);
  const nurse = rule.nurse ? (nurses[0] ?? null) : null;
  return { paramedics: [...seniors, ...juniors], nurse, complete: seniors.length === rule.seniorParamedics && juniors.length === rule.juniorParamedics && (!rule.nurse || nurse !== null) };
}

type Outcome = Pick<Dispatch, "chuteMinutes" | "travelMinutes" | "arrivedMs" | "cancelledMs" | "sceneMinutes" | "transportMinutes" | "handoverMinutes" | "hospital" | "freeMs">;

function outcomeOf(city: City, call: Call, chosen: Ranked, crewComplete: boolean, nowMs: number): Outcome {
  // A crew that is not complete waits for its last member.
  const chute = chosen.chuteMedian * Math.exp((chosen.atBase ? steps.chuteAtBase.sigma : steps.chuteOnRoad.sigma) * call.chute) + (crewComplete ? 0 : 1.5);
  const fastest = (chosen.distanceKm / MAX_KMH) * 60;
  const travel = Math.max(fastest, chosen.travelMedian * Math.exp(steps.travelSigma * call.travel) * call.delay);
  const response = chute + travel;
  const none = { sceneMinutes: null, transportMinutes: null, handoverMinutes: null, hospital: null };
  const waited = (nowMs - call.receivedMs) / MINUTE_MS + response;
  if (call.cancelled < 1 - Math.exp(-CANCEL_PER_MINUTE * waited)) {
    const cancelledMs = Math.round(nowMs + Math.max(0.2, response * call.cancelledWhen) * MINUTE_MS);
    return { chuteMinutes: chute, travelMinutes: travel, arrivedMs: null, cancelledMs, ...none, freeMs: cancelledMs };
  }
  const arrivedMs = Math.round(nowMs + response * MINUTE_MS);
  const arrived = { chuteMinutes: chute, travelMinutes: travel, arrivedMs, cancelledMs: null };
  const share = [0.85, 0.65, 0.75, 0.85, 0.8][call.trueSeverity - 1]! * city.scenario.transport(nowMs);
  if (call.transported >= share) {
    const scene = steps.sceneLeft.median * Math.exp(steps.sceneLeft.sigma * call.scene);
    return { ...arrived, ...none, sceneMinutes: scene, freeMs: Math.round(arrivedMs + scene * MINUTE_MS) };
  }
  const { median, sigma } = call.trueSeverity === 5 ? steps.sceneTransportedCritical : steps.sceneTransported;
  const scene = median * Math.exp(sigma * call.scene);
  const leaveMs = arrivedMs + scene * MINUTE_MS;
  const hospital = chooseHospital(city, call, leaveMs);
  const local = localInstant(leaveMs);
  const drive = travelMedian(distanceKm(call, hospital)) * traffic(local.hour, local.day) * 1.25 * Math.exp(steps.travelSigma * call.drive);
  const thereMs = leaveMs + drive * MINUTE_MS;
  const queue = city.atHospital.get(hospital.id) ?? [];
  const ahead = queue.filter((ms) => ms > thereMs).length;
  const handover = (steps.handover.median * Math.exp(steps.handover.sigma * call.handover) + 2 * ahead) * city.scenario.turnaround(nowMs);
  const freeMs = Math.round(thereMs + handover * MINUTE_MS);
  city.atHospital.set(hospital.id, [...queue.filter((ms) => ms > nowMs), freeMs]);
  return { ...arrived, sceneMinutes: scene, transportMinutes: drive, handoverMinutes: handover, hospital, freeMs };
}

/** The nearest with the needed level; 15 % go elsewhere; one where more than five wait is passed by. */
function chooseHospital(city: City, call: Call, atMs: number): Hospital {
  const level = call.trueSeverity >= 4 ? 3 : 2;
  const near = hospitals.filter((each) => each.level >= level && each.level < 4).sort((a, b) => distanceKm(a, call) - distanceKm(b, call));
  const open = near.filter((each) => (city.atHospital.get(each.id) ?? []).filter((ms) => ms > atMs).length <= 5);
  const list = open.length > 0 ? open : near;
  return list[call.hospital < 0.15 ? Math.min(list.length - 1, 1 + Math.floor((call.hospital / 0.15) * 3)) : 0]!;
}
