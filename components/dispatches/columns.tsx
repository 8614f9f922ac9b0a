"use client";

import { useTranslations } from "next-intl";
import type { DispatchRow } from "@/lib/console/contract";
import { useWords } from "../severity/reason";
import { PhaseMark, SeverityMark } from "../severity/severity";
import { useFormats } from "../time/formats";
import { useNow } from "../time/now";
import type { Column } from "../ui/data-table";
import { Waiting } from "./waiting";

export function useDispatchColumns(state: "open" | "closed"): Column<DispatchRow>[] {
  const t = useTranslations("dispatches");
  const severity = useTranslations("severity");
  const phase = useTranslations("phase");
  const { minutes, kilometres, number, second, zoneName } = useFormats();
  const now = useNow(60_000);
  const emergency = useWords("emergency");
  const waiting: Column<DispatchRow> = { id: "waiting", header: t("waiting"), meta: { align: "right" }, cell: ({ row }) => <Waiting since={row.original.requested_at} targetMinutes={row.original.target_minutes} /> };
  const closed: Column<DispatchRow>[] = [
    { id: "at", header: `${t("at")} (${zoneName(now)})`, cell: ({ row }) => second(row.original.requested_at) },
    { id: "arrival", header: t("arrival"), meta: { align: "right" }, cell: ({ row }) => (row.original.state === "cancelled" ? t("cancelled") : minutes(row.original.actual_response_minutes)) },
  ];
  return [
    { id: "severity", header: severity("label"), cell: ({ row }) => <SeverityMark level={row.original.severity} /> },
    { id: "dispatch", header: t("call"), meta: { align: "right" }, cell: ({ row }) => row.original.dispatch_id },
    ...(state === "open" ? [waiting] : closed),
    { id: "target", header: t("target"), meta: { align: "right", wide: true }, cell: ({ row }) => minutes(row.original.target_minutes) },
    { id: "type", header: t("type"), cell: ({ row }) => emergency(row.original.emergency_type) },
    { id: "zone", header: t("zone"), meta: { wide: true }, cell: ({ row }) => row.original.zone_code ?? "—" },
    { id: "ambulance", header: t("ambulance"), meta: { align: "right" }, cell: ({ row }) => row.original.ambulance_id },
    { id: "distance", header: t("distance"), meta: { align: "right" }, cell: ({ row }) => kilometres(row.original.distance_km) },
    { id: "eta", header: t("eta"), meta: { align: "right" }, cell: ({ row }) => minutes(row.original.eta_minutes) },
    { id: "score", header: t("score"), meta: { align: "right", wide: true }, cell: ({ row }) => number(row.original.optimization_score, 2) },
    { id: "phase", header: phase("label"), meta: { wide: true }, cell: ({ row }) => <PhaseMark phase={row.original.phase} /> },
  ];
}
