import { useTranslations } from "next-intl";
import type { Range } from "@/lib/console/range";
import { useFormats } from "../time/formats";

/** "24 h", "7 d", or the two instants of a fixed period. */
export function useRangeWords(): (range: Range) => string {
  const t = useTranslations("range");
  const { instant, day, hourMinute } = useFormats();
  return (range) => {
    if (range.kind === "fixed") {
      const sameDay = day(range.from) === day(range.to);
      return sameDay ? `${day(range.from)} ${hourMinute(range.from)}–${hourMinute(range.to)}` : `${instant(range.from)} – ${instant(range.to)}`;
    }
    const unit = range.words.slice(-1) as "m" | "h" | "d";
    return t(unit, { count: Number(range.words.slice(0, -1)) });
  };
}
