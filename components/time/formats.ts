import { useFormatter, useTranslations } from "next-intl";
import { useZone } from "./zone";

/** Numbers and times in the reader's language and zone. A null is a dash, never a zero. */
export function useFormats() {
  const format = useFormatter();
  const t = useTranslations("units");
  const timeZone = useZone();
  const or = (print: (value: number) => string) => (value: number | null | undefined) => (value === null || value === undefined ? "—" : print(value));
  // What rounds to nothing has no sign.
  const fixed = (digits: number) => (value: number) => format.number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: "negative" });
  return {
    timeZone,
    count: or((value) => format.number(value)),
    number: (value: number | null | undefined, digits: number) => or(fixed(digits))(value),
    /** As it is typed: every digit, no separator of thousands. */
    decimal: (value: number) => format.number(value, { maximumFractionDigits: 12, useGrouping: false }),
    share: or((value) => format.number(value, { style: "percent", maximumFractionDigits: 1 })),
    confidence: or(fixed(2)),
    minutes: or((value) => t("minutes", { value: fixed(1)(value) })),
    milliseconds: or((value) => t("milliseconds", { value: value > 0 && value < 0.05 ? `< ${fixed(1)(0.1)}` : fixed(value < 10 ? 1 : 0)(value) })),
    /** +0,50, and no sign on what rounds to nothing. */
    signed: (value: number, digits: number) => format.number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: "exceptZero" }),
    kilometres: or((value) => t("kilometres", { value: fixed(1)(value) })),
    /** 14:06:31,204 */
    clock: (at: string) => format.dateTime(new Date(at), { timeZone, hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hourCycle: "h23" }),
    hourMinute: (at: string | number) => format.dateTime(new Date(at), { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    hourMinuteSecond: (at: string | number) => format.dateTime(new Date(at), { timeZone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }),
    day: (at: string | number) => format.dateTime(new Date(at), { timeZone, day: "2-digit", month: "2-digit", year: "numeric" }),
    /** 15/01, where the year is plain. */
    dayMonth: (at: string | number) => format.dateTime(new Date(at), { timeZone, day: "2-digit", month: "2-digit" }),
    /** 15/01/2026 14:06:31, where the zone is said beside it. */
    second: (at: string | number) => format.dateTime(new Date(at), { timeZone, day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }),
    /** The same and the zone's short name. */
    instant: (at: string | number) => format.dateTime(new Date(at), { timeZone, day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZoneName: "short" }),
    zoneName: (at: number) => new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "short" }).formatToParts(at).find((part) => part.type === "timeZoneName")?.value ?? timeZone,
    duration: (ms: number) => duration(ms, t),
  };
}

/** 4:12 under an hour, then "2 h", then "3 d". */
function duration(ms: number, t: ReturnType<typeof useTranslations<"units">>): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  if (seconds < 172_800) return t("hours", { value: Math.floor(seconds / 3_600) });
  return t("days", { value: Math.floor(seconds / 86_400) });
}
