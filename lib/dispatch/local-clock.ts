/** Local hour (0-23), day (0 = Monday) and hour of the week (0 = Monday 00:00) of an instant in one zone. */
export type LocalTime = { hour: number; day: number; hourOfWeek: number };

const days: Record<string, number> = { Mon: 0, Tue: 1, Wed: 2, Thu: 3, Fri: 4, Sat: 5, Sun: 6 };
const QUARTER_MS = 900_000;

/**
 * A clock for an IANA zone. Formatting a date costs far more than a request may; zones change their offset on quarters of
 * an hour at most, so one answer serves a whole quarter.
 */
export function localClock(timeZone: string): (epochMs: number) => LocalTime {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "short", hour: "2-digit", hourCycle: "h23" });
  let quarter = Number.NaN;
  let answer: LocalTime = { hour: 0, day: 0, hourOfWeek: 0 };
  return (epochMs) => {
    const current = Math.floor(epochMs / QUARTER_MS);
    if (current !== quarter) {
      const parts = format.formatToParts(epochMs);
      const hour = Number(parts.find((part) => part.type === "hour")!.value);
      const day = days[parts.find((part) => part.type === "weekday")!.value]!;
      quarter = current;
      answer = { hour, day, hourOfWeek: day * 24 + hour };
    }
    return answer;
  };
}
