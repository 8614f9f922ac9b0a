"use client";

import { useTranslations } from "next-intl";
import { hourInZone } from "@/lib/ab-testing/hour-in-zone";
import { shareAt } from "@/lib/ab-testing/share-at";
import type { Strategy } from "@/lib/ab-testing/strategy";
import { useFormats } from "../time/formats";
import { useNow } from "../time/now";

const hours = Array.from({ length: 24 }, (_, hour) => hour);
const inZone = hourInZone();

/** The day of a share that follows the clock, in the zone that counts, with the present hour marked. */
export function HourStrip({ strategy }: { strategy: Extract<Strategy, { kind: "time_based" }> }) {
  const t = useTranslations("abTesting");
  const { share, hourMinute } = useFormats();
  const now = useNow(60_000);
  const present = now === 0 ? null : inZone(strategy.zone, now);
  const words = t("stripWords", { from: strategy.peakStartHour, to: strategy.peakEndHour, peak: share(strategy.peakShare), other: share(strategy.offPeakShare), zone: strategy.zone });
  return (
    <figure>
      <div role="img" aria-label={words} className="flex h-16 items-end gap-px">
        {hours.map((hour) => {
          const part = shareAt(strategy, hour);
          const peak = part === strategy.peakShare;
          return (
            <span key={hour} className={`relative flex h-full flex-1 items-end border-b-2 bg-page ${hour === present ? "border-ink" : "border-line"}`} title={`${hour}:00 · ${share(part)}`}>
              <span className={`w-full ${peak ? "bg-series-2" : "bg-series-2/40"}`} style={{ height: `${part * 100}%` }} />
            </span>
          );
        })}
      </div>
      <div aria-hidden className="flex justify-between text-label text-second">
        {[0, 6, 12, 18, 24].map((hour) => (
          <span key={hour}>{hour} h</span>
        ))}
      </div>
      <figcaption className="pt-1 text-second">
        {words}
        {present === null ? null : ` ${t("stripNow", { hour: present, here: hourMinute(now) })}`}
      </figcaption>
    </figure>
  );
}
