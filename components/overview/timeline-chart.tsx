"use client";

import { useTranslations } from "next-intl";
import { Line, LineChart, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { useFormats } from "../time/formats";
import { toTicks } from "./to-ticks";
import type { Timeline, TimelineRow } from "./to-timeline";

type Domain = [number | "auto", "auto" | ((most: number) => number)];

/** Where nothing fell back, an axis up to 100 % would say nothing. */
const LEAST_SHARE = 0.1;

/** Four lines, one under the other, with one cursor over all. */
export function TimelineChart({ timeline, summary }: { timeline: Timeline; summary: string }) {
  const t = useTranslations("overview");
  const units = useTranslations("units");
  const { share, confidence, number, count } = useFormats();
  const stepMinutes = timeline.stepMs / 60_000;
  const step = stepMinutes < 60 ? units("minutes", { value: count(stepMinutes) }) : units("hours", { value: count(stepMinutes / 60) });
  const rows: { key: keyof TimelineRow; title: string; print: (value: number) => string; domain: Domain }[] = [
    { key: "decisions", title: t("decisionsEach", { step }), print: count, domain: [0, "auto"] },
    { key: "fallback", title: t("fallback"), print: share, domain: [0, (most) => Math.max(most, LEAST_SHARE)] },
    { key: "confidence", title: t("confidence"), print: confidence, domain: ["auto", "auto"] },
    { key: "latency", title: t("latency"), print: (value) => number(value, 1), domain: [0, "auto"] },
  ];
  return (
    <div role="img" aria-label={`${t("timeline")}. ${summary}`} className="flex flex-col">
      {rows.map(({ key, ...row }, index) => (
        <Row key={key} timeline={timeline} {...row} field={key} last={index === rows.length - 1} />
      ))}
    </div>
  );
}

function Row({ timeline, field, title, print, domain, last }: { timeline: Timeline; field: keyof TimelineRow; title: string; print: (value: number) => string; domain: Domain; last: boolean }) {
  const { hourMinute, instant, dayMonth } = useFormats();
  const first = timeline.rows[0]?.atMs ?? 0;
  const end = timeline.rows.at(-1)?.atMs ?? 0;
  const long = end - first > 2 * 86_400_000;
  /** Between two gaps there is no line to see: a point. */
  const alone = (index: number): boolean => [index - 1, index + 1].every((beside) => (timeline.rows[beside]?.[field] ?? null) === null);
  return (
    <div>
      <p className="text-label font-medium text-second">{title}</p>
      <ResponsiveContainer width="100%" height={last ? 92 : 68} initialDimension={{ width: 640, height: 68 }}>
        <LineChart data={timeline.rows} syncId="overview" margin={{ top: 8, right: 8, bottom: 6, left: 0 }} accessibilityLayer={false}>
          <XAxis dataKey="atMs" type="number" scale="time" domain={["dataMin", "dataMax"]} hide={!last} ticks={toTicks(first, end, hourMinute)} tickFormatter={(at: number) => (long ? dayMonth(at) : hourMinute(at))} tick={{ fontSize: 12, fill: "var(--text-second)" }} stroke="var(--line)" minTickGap={16} />
          <YAxis width={56} domain={domain} tickCount={2} interval={0} tickFormatter={print} tick={{ fontSize: 12, fill: "var(--text-second)" }} stroke="var(--line)" />
          <Tooltip isAnimationActive={false} formatter={(value) => (typeof value === "number" ? print(value) : "—")} labelFormatter={(at) => (typeof at === "number" ? instant(at) : "")} contentStyle={{ background: "var(--page)", border: "1px solid var(--line)", color: "var(--text)", fontSize: 12 }} />
          {timeline.marks.map((mark) => (
            <ReferenceLine key={`${mark.kind} ${mark.atMs}`} x={mark.atMs} stroke="var(--series-4)" strokeDasharray="2 2" />
          ))}
          <Line dataKey={field} name={title} type="linear" dot={({ cx, cy, index, value }: { cx?: number; cy?: number; index: number; value?: unknown }) => (typeof value === "number" && alone(index) ? <circle key={index} cx={cx} cy={cy} r={1.5} fill="var(--accent)" /> : <g key={index} />)} connectNulls={false} isAnimationActive={false} stroke="var(--accent)" strokeWidth={1.5} />
        </LineChart>
      </ResponsiveContainer>
    </div>
  );
}
