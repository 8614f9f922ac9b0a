"use client";

import { useTranslations } from "next-intl";
import { useFormats } from "../time/formats";
import { StateIcon } from "../ui/state-icon";
import type { ComparisonRow, Mark } from "./to-comparison";
import { useFigures } from "./words";

/** The interval is the mark, the point is second. Words below say the same as the picture. */
export function IntervalBar({ row }: { row: ComparisonRow }) {
  const t = useTranslations("abTesting");
  const { count } = useFormats();
  const { signed, value } = useFigures();
  const { mark, metric, counts } = row;
  switch (mark.kind) {
    case "early":
      return (
        <span className="inline-flex items-center gap-1.5 text-second">
          <StateIcon state="unknown" size={14} />
          {t("earlyBar", { phase1: count(counts[0]), phase2: count(counts[1]) })}
        </span>
      );
    case "signal":
      return <span className="text-second">{t("signalBar")}</span>;
    case "ceiling":
      return (
        <>
          <Ceiling mark={mark} />
          <span className={`inline-flex items-center gap-1.5 text-label ${mark.over ? "font-medium text-high" : "text-second"}`}>
            {mark.value === null ? <StateIcon state="unknown" size={12} /> : <StateIcon state={mark.over ? "high" : "normal"} size={12} />}
            {mark.value === null ? t("ceilingNone", { limit: value(metric, mark.limit) }) : mark.over ? t("ceilingOver", { limit: value(metric, mark.limit) }) : t("ceilingUnder", { limit: value(metric, mark.limit) })}
          </span>
        </>
      );
    case "interval":
      return (
        <>
          <Interval mark={mark} />
          <span className="text-label text-second">
            {t("intervalWords", { estimate: signed(metric, mark.estimate), low: signed(metric, mark.low), high: signed(metric, mark.high) })} · {t(`readings.${mark.reading}`)}
          </span>
        </>
      );
  }
}

const percent = (part: number): string => `${(part * 100).toFixed(2)}%`;

function Interval({ mark }: { mark: Extract<Mark, { kind: "interval" }> }) {
  return (
    <svg aria-hidden className="h-5 w-full overflow-visible">
      <line x1="0" x2="100%" y1="10" y2="10" className="stroke-line" />
      {mark.margin === null ? null : <rect x={percent(0.5 - mark.margin)} width={percent(2 * mark.margin)} y="3" height="14" className="fill-line" opacity={0.6} />}
      <rect x={percent(mark.left)} width={percent(Math.max(0.005, mark.right - mark.left))} y="4" height="12" rx="2" className="fill-series-2 stroke-series-2" fillOpacity={0.25} strokeWidth="1.5" />
      <line x1="50%" x2="50%" y1="0" y2="20" strokeWidth="1.5" className="stroke-second" />
      <svg x={percent(mark.point)} y="10" className="overflow-visible">
        <rect x="-3" y="-3" width="6" height="6" className="fill-series-2" />
      </svg>
    </svg>
  );
}

function Ceiling({ mark }: { mark: Extract<Mark, { kind: "ceiling" }> }) {
  return (
    <svg aria-hidden className="h-5 w-full overflow-visible">
      <rect x="0" width="100%" y="6" height="8" rx="2" className="fill-page stroke-line" />
      <rect x="0" width={percent(mark.fill)} y="6" height="8" rx="2" className={mark.over ? "fill-high" : "fill-series-2"} fillOpacity={0.7} />
      <line x1={percent(mark.limitAt)} x2={percent(mark.limitAt)} y1="2" y2="18" strokeWidth="2" strokeDasharray="3 2" className="stroke-high" />
    </svg>
  );
}
