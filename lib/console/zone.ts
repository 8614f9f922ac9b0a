/** Wall-clock time in an IANA zone, through Intl: no zone table of our own. */
export type WallClock = { year: number; month: number; day: number; hour: number; minute: number };

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
  let found = formats.get(zone);
  if (!found) {
    found = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" });
    formats.set(zone, found);
  }
  return found;
}

export function partsOf(instantMs: number, zone: string): WallClock & { second: number } {
  const parts = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of format(zone).formatToParts(instantMs)) if (type in parts) parts[type as keyof typeof parts] = Number(value);
  return parts;
}

/** Milliseconds that the zone's clock is ahead of UTC at that instant. */
export function offsetMs(instantMs: number, zone: string): number {
  const { year, month, day, hour, minute, second } = partsOf(instantMs, zone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instantMs / 1_000) * 1_000;
}

/**
 * The instant a wall clock shows. Days and hours may overflow (day 32, hour 24). A time that a change of clocks skips is moved on
 * by the gap; one that exists twice is the first.
 */
export function instantOf({ year, month, day, hour, minute }: WallClock, zone: string): number {
  const wall = Date.UTC(year, month - 1, day, hour, minute);
  const before = wall - offsetMs(wall - 86_400_000, zone);
  const after = wall - offsetMs(wall + 86_400_000, zone);
  const shows = [before, after].filter((instant) => instant + offsetMs(instant, zone) === wall);
  return shows.length > 0 ? Math.min(...shows) : before;
}
