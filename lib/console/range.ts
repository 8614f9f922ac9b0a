import { instantOf, partsOf } from "./zone";

/**
 * The period a screen shows. A rolling range stays words (`24h`) in the URL and is computed anew at each reading; only a
 * custom one is frozen to instants. Half-open: [from, to).
 */
export const presets = ["15m", "1h", "3h", "24h", "7d", "30d", "90d"] as const;
export type Preset = (typeof presets)[number];
export const DEFAULT_RANGE: Preset = "24h";

export type Range = { kind: "rolling"; words: string } | { kind: "fixed"; from: string; to: string };
export type Instants = { from: string; to: string };

const MINUTE = 60_000;
const unitMs: Record<string, number> = { m: MINUTE, h: 60 * MINUTE, d: 1_440 * MINUTE };
/** Longer asks are refused: no screen keeps more. */
const LONGEST_MS = 400 * 1_440 * MINUTE;

/** Length of rolling words such as `90m`, `2h`, `7d`; null when they are not. */
export function lengthMs(words: string): number | null {
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(words) ?? [];
  if (count === undefined || unit === undefined) return null;
  const length = Number(count) * unitMs[unit]!;
  return length > 0 && length <= LONGEST_MS ? length : null;
}

/** Reads the URL; null when what it says cannot be a period. */
export function readRange(query: { range: string | null; from: string | null; to: string | null }): Range | null {
  if (query.from !== null || query.to !== null) return fixed(query.from, query.to);
  if (query.range === null) return { kind: "rolling", words: DEFAULT_RANGE };
  return lengthMs(query.range) === null ? null : { kind: "rolling", words: query.range };
}

function fixed(from: string | null, to: string | null): Range | null {
  if (from === null || to === null || !isInstant(from) || !isInstant(to)) return null;
  const length = Date.parse(to) - Date.parse(from);
  return length > 0 && length <= LONGEST_MS ? { kind: "fixed", from, to } : null;
}

/** An instant as the API takes it, of a day that exists. */
function isInstant(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z$/.test(text)) return false;
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text.slice(0, 16));
}

export function toInstants(range: Range, nowMs: number): Instants {
  if (range.kind === "fixed") return { from: range.from, to: range.to };
  const length = lengthMs(range.words) ?? lengthMs(DEFAULT_RANGE)!;
  return { from: new Date(nowMs - length).toISOString(), to: new Date(nowMs).toISOString() };
}

/** One length earlier or later; later than now becomes rolling again. */
export function step(range: Range, direction: -1 | 1, nowMs: number): Range {
  const { from, to } = toInstants(range, nowMs);
  const length = Date.parse(to) - Date.parse(from);
  const end = Date.parse(to) + direction * length;
  if (end >= nowMs) return { kind: "rolling", words: wordsOf(length) ?? DEFAULT_RANGE };
  return { kind: "fixed", from: new Date(end - length).toISOString(), to: new Date(end).toISOString() };
}

function wordsOf(ms: number): string | null {
  for (const [unit, size] of [["d", unitMs.d!], ["h", unitMs.h!], ["m", MINUTE]] as const) {
    if (ms % size === 0) return `${ms / size}${unit}`;
  }
  return null;
}

/**
 * What a person types: `2h`, `ayer`, `yesterday`, `hoy`, `today`, `15/01`, `15/01 08:00 - 12:00`, `15/01/2026 08:00 - 16/01/2026 09:30`.
 * Day before month, 24-hour clock, in the given zone. Null when it is none of these.
 */
export function typedRange(text: string, nowMs: number, zone: string): Range | null {
  const words = text.trim().toLowerCase().replace(/\s+/g, " ");
  const compact = words.replace(/ /g, "").replace(/min$/, "m");
  if (lengthMs(compact) !== null) return { kind: "rolling", words: compact };
  const today = partsOf(nowMs, zone);
  if (/^(hoy|today)$/.test(words)) return days(today, 0, 1, zone);
  if (/^(ayer|yesterday)$/.test(words)) return days(today, -1, 0, zone);
  const [, left, right] = /^(.+?)(?: ?[-–] ?(.+))?$/.exec(words) ?? [];
  const start = typedMoment(left ?? "", today.year);
  if (!start) return null;
  if (right === undefined) return start.time ? null : days(start, 0, 1, zone);
  const end = typedMoment(right, today.year) ?? withTime(start, right);
  if (!end) return null;
  // An end without a time of its own means the whole of that day.
  const endMs = end.time ? instantOf(end, zone) : instantOf({ ...end, day: end.day + 1 }, zone);
  return fixed(new Date(instantOf(start, zone)).toISOString(), new Date(endMs).toISOString());
}

type Moment = { year: number; month: number; day: number; hour: number; minute: number; time: boolean };

function typedMoment(text: string, thisYear: number): Moment | null {
  const [, day, month, year, hour, minute] = /^(\d{1,2})\/(\d{1,2})(?:\/(\d{4}))?(?: (\d{1,2}):(\d{2}))?$/.exec(text) ?? [];
  if (day === undefined || month === undefined) return null;
  const moment = { year: Number(year ?? thisYear), month: Number(month), day: Number(day), hour: Number(hour ?? 0), minute: Number(minute ?? 0), time: hour !== undefined };
  const valid = moment.month >= 1 && moment.month <= 12 && moment.day >= 1 && moment.day <= new Date(Date.UTC(moment.year, moment.month, 0)).getUTCDate();
  return valid && moment.hour <= 24 && moment.minute <= 59 ? moment : null;
}

function withTime(day: Moment, text: string): Moment | null {
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  if (hour === undefined || Number(hour) > 24 || Number(minute) > 59) return null;
  return { ...day, hour: Number(hour), minute: Number(minute), time: true };
}

function days(day: { year: number; month: number; day: number }, fromDays: number, toDays: number, zone: string): Range | null {
  const at = (offset: number) => new Date(instantOf({ year: day.year, month: day.month, day: day.day + offset, hour: 0, minute: 0 }, zone)).toISOString();
  return fixed(at(fromDays), at(toDays));
}
