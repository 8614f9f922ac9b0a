"use client";

import { useTranslations } from "next-intl";
import type { PredictionRow } from "@/lib/console/predictions-contract";
import { PhaseMark, SeverityMark } from "../severity/severity";
import { useFallbackWords, usePhaseReasonWords } from "../severity/reason";
import { useFormats } from "../time/formats";
import { useNow } from "../time/now";
import type { Column } from "../ui/data-table";
import { StateIcon } from "../ui/state-icon";

export const predictionColumns = ["time", "dispatch", "phase", "answer", "confidence", "severity", "arrival", "optimal", "latency", "reason"] as const;

export function usePredictionColumns(): Column<PredictionRow>[] {
  const t = useTranslations("predictions");
  const phase = useTranslations("phase");
  const severity = useTranslations("severity");
  const ui = useTranslations("ui");
  const { zoneName, confidence, number } = useFormats();
  const now = useNow(60_000);
  const because = useFallbackWords();
  const chosen = usePhaseReasonWords();
  const yesNo = (value: boolean | null): string => (value === null ? "—" : value ? ui("yes") : ui("no"));
  return [
    { id: "time", header: `${t("time")} (${zoneName(now)})`, cell: ({ row }) => <Moment at={row.original.requested_at} /> },
    { id: "dispatch", header: t("dispatch"), meta: { align: "right" }, cell: ({ row }) => row.original.dispatch_id ?? "—" },
    { id: "phase", header: phase("label"), cell: ({ row }) => <PhaseMark phase={row.original.phase} /> },
    { id: "answer", header: t("answer"), meta: { wide: true }, cell: ({ row }) => (row.original.prediction === null ? "—" : row.original.prediction === 1 ? t("optimalYes") : t("optimalNo")) },
    { id: "confidence", header: t("confidence"), meta: { align: "right" }, cell: ({ row }) => confidence(row.original.confidence) },
    { id: "severity", header: severity("label"), cell: ({ row }) => <SeverityMark level={row.original.severity} short /> },
    { id: "arrival", header: t("arrival"), meta: { align: "right" }, cell: ({ row }) => (row.original.outcome === "censored" ? t("censored") : number(row.original.actual_response_minutes, 1)) },
    { id: "optimal", header: t("optimal"), meta: { wide: true }, cell: ({ row }) => yesNo(row.original.was_optimal) },
    { id: "latency", header: t("latency"), meta: { align: "right", wide: true }, cell: ({ row }) => number(row.original.latency_ms, 1) },
    {
      id: "reason",
      header: t("reason"),
      meta: { full: true },
      cell: ({ row }) =>
        row.original.fallback ? (
          <span className="inline-flex items-center gap-1.5">
            <StateIcon state="high" size={14} />
            {t("fallbackBecause", { reason: because(row.original.fallback_reason) })}
          </span>
        ) : row.original.phase_reason === null ? (
          "—"
        ) : (
          chosen(row.original.phase_reason)
        ),
    },
  ];
}

/** A row of another day says which. By itself: a row is not drawn anew when only the day has changed. */
function Moment({ at }: { at: string }) {
  const { clock, day, dayMonth } = useFormats();
  const now = useNow(60_000);
  return (
    <time dateTime={at} title={day(at)}>
      {now === 0 || day(at) === day(now) ? clock(at) : `${dayMonth(at)} ${clock(at)}`}
    </time>
  );
}
