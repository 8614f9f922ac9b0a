import { BOLD_RISE, largestPercent } from "@/lib/ab-testing/next-version";
import { shareAt } from "@/lib/ab-testing/share-at";
import type { Strategy } from "@/lib/ab-testing/strategy";

export type Effect = {
  unchanged: boolean;
  /** Mean share of phase 2 over the hours of a day. */
  before: number;
  after: number;
  /** Dispatches a day with phase 2 at the rate of the last 24 hours; null while there is no rate. */
  perDayBefore: number | null;
  perDayAfter: number | null;
  /** Largest rise at any hour, in points. */
  risePoints: number;
  /** Asks for the number to be typed, and a reason. */
  bold: boolean;
  /** What has to be typed: the new largest share in percent. */
  percent: number;
};

const hours = Array.from({ length: 24 }, (_, hour) => hour);

/** What a change of strategy would do to dispatches to come; those decided already keep their phase. */
export function toEffect(from: Strategy, to: Strategy, decisionsPerDay: number | null): Effect {
  const mean = (strategy: Strategy): number => hours.reduce((sum, hour) => sum + shareAt(strategy, hour), 0) / hours.length;
  const rise = Math.max(...hours.map((hour) => shareAt(to, hour) - shareAt(from, hour)));
  const [before, after] = [mean(from), mean(to)];
  const perDay = (share: number): number | null => (decisionsPerDay === null ? null : Math.round(decisionsPerDay * share));
  return {
    unchanged: JSON.stringify(from) === JSON.stringify(to),
    before,
    after,
    perDayBefore: perDay(before),
    perDayAfter: perDay(after),
    risePoints: Math.round(rise * 10_000) / 100,
    bold: rise > BOLD_RISE + 1e-12,
    percent: largestPercent(to),
  };
}

/** The number a person typed for a bold change, with either decimal sign. */
export function confirms(typed: string, percent: number): boolean {
  const text = typed.replace("%", "").replace(",", ".").trim();
  return text !== "" && Number(text) === percent;
}
