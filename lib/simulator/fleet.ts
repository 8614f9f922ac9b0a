import { localInstant, type Place } from "./city";
import { randomStream } from "./random";

export const unitTypes = ["basica", "intermedia", "avanzada", "uci"] as const;
export type UnitType = (typeof unitTypes)[number];

/** When a unit has a crew: round the clock, 12-hour shifts by day and night, 12-hour shifts by day only, or 08 to 20 h. */
export type Roster = "always" | "day" | "office";

export type Unit = {
  id: number;
  type: UnitType;
  rank: number;
  base: Place;
  baseNumber: number;
  roster: Roster;
  /** Intervals in the workshop, in order. */
  down: { fromMs: number; toMs: number }[];
  busy: boolean;
  freeAtMs: number;
  /** Where it became free last; it goes home from there. */
  freeAt: Place;
};

const HOUR_MS = 3_600_000;
const typesOfFleet: readonly UnitType[] = [
  "avanzada", "basica", "intermedia", "uci", "intermedia", "avanzada", "uci", "basica", "intermedia", "avanzada", "basica", "intermedia",
  "intermedia", "avanzada", "avanzada", "basica", "uci", "basica", "avanzada", "intermedia", "basica", "uci", "intermedia", "avanzada",
];
/** Four units work by office hours and two by day shifts only: 24 by day, 18 at night. */
const rosterOf = (index: number): Roster => ([1, 10, 15, 19].includes(index) ? "office" : [7, 12].includes(index) ? "day" : "always");

export const FLEET = typesOfFleet.length;

export function makeFleet(seed: number, bases: readonly Place[], startMs: number, endMs: number): Unit[] {
  return typesOfFleet.map((type, index) => {
    const random = randomStream(seed, `unit ${index}`);
    const down: Unit["down"] = [];
    for (let at = startMs + random.exponential(12 * 24 * HOUR_MS); at < endMs; ) {
      const toMs = at + random.exponential(9 * HOUR_MS);
      down.push({ fromMs: at, toMs });
      at = toMs + random.exponential(12 * 24 * HOUR_MS);
    }
    const base = bases[index % bases.length]!;
    return { id: 101 + index, type, rank: unitTypes.indexOf(type), base, baseNumber: (index % bases.length) + 1, roster: rosterOf(index), down, busy: false, freeAtMs: startMs - 24 * HOUR_MS, freeAt: base };
  });
}

export function isStaffed(unit: Unit, ms: number, hour: number, workingUnits: number | null): boolean {
  if (workingUnits !== null && unit.id - 101 >= workingUnits) return false;
  if (unit.roster === "office" ? hour < 8 || hour >= 20 : unit.roster === "day" && (hour < 7 || hour >= 19)) return false;
  return !unit.down.some((each) => ms >= each.fromMs && ms < each.toMs);
}

/** People on duty. Numbers 1001… are paramedics (seniors first), 2001… nurses. */
export type People = { paramedics: { id: number; level: "senior" | "junior"; freeAtMs: number }[]; nurses: { id: number; freeAtMs: number }[] };

export const SENIORS = 22;
const JUNIORS = 38;
const NURSES = 16;

export function makePeople(): People {
  return {
    paramedics: Array.from({ length: SENIORS + JUNIORS }, (_, index) => ({ id: 1001 + index, level: index < SENIORS ? ("senior" as const) : ("junior" as const), freeAtMs: 0 })),
    nurses: Array.from({ length: NURSES }, (_, index) => ({ id: 2001 + index, freeAtMs: 0 })),
  };
}

/** By day 12 seniors, 20 juniors and 9 nurses are on duty, at night 9, 15 and 6; who it is turns with the date. */
export function onDuty(people: People, ms: number): People {
  const { hour, date } = localInstant(ms);
  const day = hour >= 7 && hour < 19;
  const turn = 2 * date + (day ? 0 : 1);
  const seniors = people.paramedics.slice(0, SENIORS);
  const juniors = people.paramedics.slice(SENIORS);
  const take = <T>(list: readonly T[], count: number): T[] => Array.from({ length: count }, (_, index) => list[(turn * count + index) % list.length]!);
  return { paramedics: [...take(seniors, day ? 12 : 9), ...take(juniors, day ? 20 : 15)], nurses: take(people.nurses, day ? 9 : 6) };
}
