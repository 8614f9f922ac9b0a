import TinyQueue from "tinyqueue";
import { severityRule } from "@/lib/dispatch/severity";
import { localInstant, makeBases, type Place } from "./city";
import { type Call, makeCalls } from "./demand";
import { isStaffed, makeFleet, makePeople, onDuty, type Unit, unitTypes } from "./fleet";
import { type AtHospital, type Outcome, outcomeOf } from "./outcome-of";
import { type Arm, type Choice, choose, type PolicyDraws, TOLERANCE } from "./policy";
import { randomStream } from "./random";
import { type Candidate, rank, type Ranked } from "./rank";
import { scenario as makeScenario, type Scenario, type ScenarioId } from "./scenario";

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

/** A call at the moment of its decision: what is known, before anybody advises. */
export type Question = {
  call: Call;
  t0Ms: number;
  sent: Sent;
  /** Free, staffed and of a fitting type at t0, nearest first. */
  candidates: Candidate[];
  freeParamedics: { id: number; level: "senior" | "junior" }[];
  freeNurses: number[];
  serviceDown: boolean;
};

/** One unit sent to one call: what was known at t0, what was decided, what came of it. */
export type Dispatch = Question & Outcome & {
  choice: Choice;
  unitId: number;
  /** Sent along to half of the calls of severity 5. */
  secondUnitId: number | null;
  unitDistanceKm: number;
  crewIds: number[];
  nurseId: number | null;
  crewComplete: boolean;
  /** Of the candidate that was sent, above the best one's, both as expected at t0. */
  regretMinutes: number;
  onTime: boolean | null;
  wasOptimal: boolean | null;
  travelKm: number;
  /** When the client can tell the service what became of it. */
  knownMs: number;
};

export type CityOptions = { seed: number; startMs: number; days: number; scenario?: ScenarioId; /** When the scenario sets in; half-way when left out. */ scenarioStartMs?: number; callsPerDay?: number; firstId?: number };
/** `armOf`: who advises on a call; the rule on all of them when left out. */
export type SimulationOptions = CityOptions & { armOf?: (question: Question) => Arm };
export type Simulation = { dispatches: Dispatch[]; calls: Call[]; waiting: number; staffedUnitMinutes: number; busyUnitMinutes: number; startMs: number; endMs: number; units: readonly Unit[]; /** When no unit said where it is. */ silent: readonly Gap[] };
type Gap = { fromMs: number; toMs: number };

/** A city that waits for advice: `answer` decides the present question, and the city goes on to the next one. */
export type OpenCity = { question: () => Question | null; answer: (arm: Arm) => Dispatch; soFar: () => Simulation };

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** A lower type goes first when it is this much nearer than the nearest fitting one. */
const MUCH_NEARER_KM = 1.5;

type Event = { ms: number; order: number; kind: "ready" | "free" | "look"; call: Call | null; unit: Unit | null };

/** Runs the city event by event. The same options give the same dispatches. */
export function simulate({ armOf, ...options }: SimulationOptions): Simulation {
  const city = openCity(options);
  for (let question = city.question(); question; question = city.question()) city.answer(armOf?.(question) ?? "A");
  return city.soFar();
}

export function openCity(options: CityOptions): OpenCity {
  const { seed, startMs, days } = options;
  const endMs = startMs + days * 24 * HOUR_MS;
  const scenario = makeScenario(options.scenario ?? "D0", options.scenarioStartMs ?? startMs + (days * 24 * HOUR_MS) / 2);
  const firstId = options.firstId ?? 1;
  const calls = makeCalls({ seed, startMs, days, callsPerDay: options.callsPerDay ?? 150, firstId, scenario });
  const units = makeFleet(seed, makeBases(randomStream(seed, "bases")), startMs, endMs + 7 * 24 * HOUR_MS);
  const random = randomStream(seed, "policy");
  const draws = calls.map((): PolicyDraws => ({ accept: random.uniform(), explore: random.uniform() }));
  const city: City = {
    scenario,
    units,
    people: makePeople(),
    drawsOf: (call) => draws[call.id - firstId]!,
    waiting: [],
    dispatches: [],
    arrivals: [],
    open: [],
    atHospital: new Map(),
    silent: feedGaps(seed, startMs, endMs),
    staffedUnitMinutes: 0,
    busyUnitMinutes: 0,
  };
  const steps = run(city, calls, startMs, endMs);
  let present = steps.next();
  return {
    question: () => (present.done ? null : present.value),
    answer: (arm) => {
      if (present.done) throw new Error("the city's time is over");
      const { call } = present.value;
      present = steps.next(arm);
      return city.dispatches.findLast((each) => each.call === call)!;
    },
    soFar: () => ({ dispatches: city.dispatches, calls, waiting: city.waiting.length, staffedUnitMinutes: city.staffedUnitMinutes, busyUnitMinutes: city.busyUnitMinutes, startMs, endMs, units, silent: city.silent }),
  };
}

type Steps<T> = Generator<Question, T, Arm>;

function* run(city: City, calls: readonly Call[], startMs: number, endMs: number): Steps<void> {
  const events = new TinyQueue<Event>([], (a, b) => a.ms - b.ms || a.order - b.order);
  let order = 0;
  const push = (ms: number, kind: Event["kind"], call: Call | null, unit: Unit | null): void => {
    events.push({ ms, order: order++, kind, call, unit });
  };
  for (const call of calls) push(call.receivedMs + call.processingMinutes * MINUTE_MS, "ready", call, null);
  // Crews that come on duty look at the queue; so does everybody every five minutes.
  for (let ms = startMs; ms < endMs; ms += 5 * MINUTE_MS) push(ms, "look", null, null);
  for (let event = events.pop(); event; event = events.pop()) {
    if (event.kind === "ready") city.waiting.push(event.call!);
    else if (event.kind === "free") event.unit!.busy = false;
    else countUnits(city, event.ms);
    for (const { unit, freeMs } of yield* serveQueue(city, event.ms)) push(freeMs, "free", null, unit);
  }
}

function countUnits(city: City, nowMs: number): void {
  const { hour } = localInstant(nowMs);
  const { units, scenario } = city;
  city.busyUnitMinutes += 5 * units.filter((unit) => unit.busy).length;
  city.staffedUnitMinutes += 5 * units.filter((unit) => unit.busy || isStaffed(unit, nowMs, hour, scenario.fleet(nowMs))).length;
}

type City = {
  scenario: Scenario;
  units: Unit[];
  people: ReturnType<typeof makePeople>;
  drawsOf: (call: Call) => PolicyDraws;
  waiting: Call[];
  dispatches: Dispatch[];
  arrivals: { ms: number; minutes: number }[];
  /** When each running dispatch will be closed. */
  open: number[];
  atHospital: AtHospital;
  silent: Gap[];
  staffedUnitMinutes: number;
  busyUnitMinutes: number;
};

/** The whole position feed is silent now and then: half a percent of the time, some minutes each. */
function feedGaps(seed: number, startMs: number, endMs: number): City["silent"] {
  const random = randomStream(seed, "feed");
  const gaps: City["silent"] = [];
  for (let at = startMs + random.exponential(33 * HOUR_MS); at < endMs; at += random.exponential(33 * HOUR_MS)) gaps.push({ fromMs: at, toMs: (at += random.exponential(10 * MINUTE_MS)) });
  return gaps;
}

/** Sends units to waiting calls, the most severe and then the oldest first, as far as there are any. */
function* serveQueue(city: City, nowMs: number): Steps<{ unit: Unit; freeMs: number }[]> {
  const sent: { unit: Unit; freeMs: number }[] = [];
  if (city.waiting.length === 0) return sent;
  city.waiting.sort((a, b) => b.severity - a.severity || a.receivedMs - b.receivedMs || a.id - b.id);
  const local = localInstant(nowMs);
  const working = city.scenario.fleet(nowMs);
  const left: Call[] = [];
  for (const call of city.waiting) {
    const free = city.units.filter((unit) => !unit.busy && isStaffed(unit, nowMs, local.hour, working));
    const dispatch = free.length === 0 ? null : yield* decide(city, call, free, nowMs);
    if (dispatch) sent.push(...dispatch);
    else left.push(call);
  }
  city.waiting = left;
  return sent;
}

function* decide(city: City, call: Call, free: readonly Unit[], nowMs: number): Steps<{ unit: Unit; freeMs: number }[] | null> {
  const { scenario } = city;
  const needed = unitTypes.indexOf(severityRule(call.severity).unitType);
  const ranked = rank(scenario, call, free, nowMs);
  const fitting = ranked.filter((each) => each.unit.rank >= needed);
  // For severity 4 and 5 a lower type goes first when it is much nearer, or when no fitting one is free.
  const firstFitting = fitting[0]?.distanceKm ?? Number.POSITIVE_INFINITY;
  const eligible = call.severity >= 4 ? ranked.filter((each) => each.unit.rank >= needed || each.distanceKm < firstFitting - MUCH_NEARER_KM) : fitting;
  if (eligible.length === 0) return null;
  const avoid = scenario.avoidBase(nowMs);
  const considered = avoid === null ? eligible : eligible.filter((each) => each.baseNumber !== avoid);
  const choices = considered.length > 0 ? considered : eligible;

  city.open = city.open.filter((freeMs) => freeMs > nowMs);
  const busy = city.units.filter((unit) => unit.busy).length;
  const busyShare = busy / Math.max(1, busy + free.length);
  const people = onDuty(city.people, nowMs);
  const paramedics = people.paramedics.filter((each) => each.freeAtMs <= nowMs);
  const nurses = people.nurses.filter((each) => each.freeAtMs <= nowMs);
  const question: Question = {
    call,
    t0Ms: Math.round(nowMs),
    sent: whatIsSent(city, call, eligible, { paramedics, nurses, busyShare }, nowMs),
    candidates: eligible.map(({ latitude, longitude, id, type, baseNumber, distanceKm: km, expectedMinutes }) => ({ latitude, longitude, id, type, baseNumber, distanceKm: km, expectedMinutes })),
    freeParamedics: paramedics.map(({ id, level }) => ({ id, level })),
    freeNurses: nurses.map(({ id }) => id),
    serviceDown: scenario.serviceDown(nowMs),
  };
  const { chosen, choice } = choose(yield question, { call, draws: city.drawsOf(call), choices, free: ranked, busyShare, nowMs });
  const crew = takeCrew(call.severity, paramedics, nurses);
  const at = outcomeOf(city, call, chosen, crew.complete, nowMs);
  const dispatch: Dispatch = {
    ...question,
    choice,
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

/** What the client says at t0; scenarios spoil it on its way. */
function whatIsSent({ scenario, silent, arrivals, open }: City, call: Call, eligible: readonly Ranked[], { paramedics, nurses, busyShare }: { paramedics: Paramedics; nurses: Nurses; busyShare: number }, nowMs: number): Sent {
  const local = localInstant(nowMs + scenario.sent.hoursAhead(nowMs) * HOUR_MS);
  const noFix = silent.some((gap) => nowMs >= gap.fromMs && nowMs < gap.toMs) || call.faulty < scenario.sent.noDistance(nowMs);
  const seniors = paramedics.filter((each) => each.level === "senior").length;
  const recent = arrivals.filter((each) => each.ms > nowMs - HOUR_MS && each.ms < nowMs);
  return {
    severity_level: call.severity,
    hour_of_day: local.hour,
    day_of_week: local.day,
    is_weekend: local.day >= 5 ? 1 : 0,
    available_ambulances_count: eligible.length,
    nearest_ambulance_distance_km: noFix ? null : round(eligible[0]!.distanceKm * scenario.sent.distanceFactor(nowMs), 3),
    paramedics_available_count: paramedics.length,
    paramedics_senior_count: seniors,
    paramedics_junior_count: paramedics.length - seniors,
    nurses_available_count: nurses.length,
    active_dispatches_count: open.length,
    ambulances_busy_percentage: round(busyShare * scenario.sent.busyFactor(nowMs), 4),
    average_response_time_minutes: recent.length === 0 ? null : round(recent.reduce((sum, each) => sum + each.minutes, 0) / recent.length, 2),
  };
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
