"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Line, LineChart, ReferenceDot, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { useFormats } from "../time/formats";
import type { EvidenceView } from "./to-evidence";
import { useFigures } from "./words";

/** Arrow keys move along the closed hours and say each; the mouse is not needed. */
export function EvidenceChart({ view, summary }: { view: EvidenceView; summary: string }) {
  const t = useTranslations("abTesting");
  const { hourMinute, instant, day, number, share } = useFormats();
  const { odds } = useFigures();
  const last = view.points.length - 1;
  const [chosen, setChosen] = useState<number | null>(null);
  const at = Math.min(last, chosen ?? last);
  const point = view.points[at];
  if (!point) return null;
  const e = (lnE: number): string => odds(Math.exp(Math.min(700, lnE)));
  const words = t("evidencePoint", { at: instant(point.atMs), evidence: e(point.lnE), over: point.over ? "yes" : "no" });
  const long = (view.points[last]?.atMs ?? 0) - (view.points[0]?.atMs ?? 0) > 2 * 86_400_000;
  const move: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, PageUp: at + 24, PageDown: at - 24, Home: 0, End: last };
  return (
    <div>
      <div
        role="slider"
        tabIndex={0}
        aria-label={`${t("evidence")}. ${summary}`}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={at}
        aria-valuetext={words}
        onKeyDown={(event) => {
          const next = move[event.key];
          if (next === undefined) return;
          event.preventDefault();
          setChosen(Math.min(last, Math.max(0, next)));
        }}
        className="rounded-control"
      >
        <div aria-hidden>
          <ResponsiveContainer width="100%" height={220} initialDimension={{ width: 640, height: 220 }}>
            <LineChart data={view.points} margin={{ top: 16, right: 52, bottom: 0, left: 0 }} accessibilityLayer={false}>
              <XAxis dataKey="atMs" type="number" scale="time" domain={["dataMin", "dataMax"]} tickFormatter={(ms: number) => (long ? day(ms) : hourMinute(ms))} tick={{ fontSize: 12, fill: "var(--text-second)" }} stroke="var(--line)" minTickGap={48} />
              <YAxis width={76} type="number" domain={view.domain} ticks={view.ticks} interval={0} allowDataOverflow tickFormatter={(lnE: number) => number(Math.exp(lnE), lnE < -1 ? 2 : 0)} tick={{ fontSize: 12, fill: "var(--text-second)" }} stroke="var(--line)" />
              <Tooltip isAnimationActive={false} formatter={(value) => (typeof value === "number" ? e(value) : "—")} labelFormatter={(ms) => (typeof ms === "number" ? instant(ms) : "")} contentStyle={{ background: "var(--page)", border: "1px solid var(--line)", color: "var(--text)", fontSize: 12 }} />
              <ReferenceLine y={view.lnLimit} stroke="var(--high)" strokeDasharray="6 3" label={{ value: t("decidesHere"), position: "right", fontSize: 12, fill: "var(--high)" }} />
              <ReferenceLine y={0} stroke="var(--line)" />
              {view.marks.map((mark) => (
                <ReferenceLine key={mark.version} x={mark.atMs} stroke="var(--series-4)" strokeDasharray="2 2" {...(mark.labelled ? { label: { value: mark.percent === null ? `v${mark.version}` : share(mark.percent / 100), position: "top" as const, fontSize: 12, fill: "var(--text-second)" } } : {})} />
              ))}
              <Line dataKey="lnE" name={t("evidenceShort")} type="stepAfter" dot={false} isAnimationActive={false} stroke="var(--accent)" strokeWidth={1.75} />
              <ReferenceDot x={point.atMs} y={point.lnE} r={4} fill="var(--accent)" stroke="var(--page)" />
            </LineChart>
          </ResponsiveContainer>
        </div>
      </div>
      <p aria-hidden className="text-label text-second">
        {words}
      </p>
    </div>
  );
}
