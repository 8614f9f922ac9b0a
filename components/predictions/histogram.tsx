"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { memo, useState } from "react";
import { useEvery } from "../live/live";
import { useFormats } from "../time/formats";
import { useRange } from "../time/use-range";
import { ChartActions } from "../ui/chart-actions";
import { Panel } from "../ui/panel";
import { SimpleTable } from "../ui/simple-table";
import { Skeleton } from "../ui/skeleton";
import { useFilters } from "./filters";
import { histogramQuery } from "./queries";
import { toHistogram, type Bar, type HistogramView } from "./to-histogram";

/** When predictions were made, by phase. A press on a bar narrows the page to its interval. */
export const Histogram = memo(function Histogram() {
  const t = useTranslations("predictions");
  const { range } = useRange();
  const { filters } = useFilters();
  const every = useEvery();
  const read = useQuery(histogramQuery(range, filters, every));
  const [asTable, setAsTable] = useState(false);
  return (
    <Panel
      title={t("histogram")}
      read={read}
      everyMs={every === false ? null : every}
      skeleton={<Skeleton className="mx-3 mb-3 h-24" />}
      actions={
        <ChartActions
          title={t("histogram")}
          csv={() => ({ head: ["at", "phase1", "phase2"], rows: (read.data?.bins ?? []).map(({ at, phase1, phase2 }) => [at, phase1, phase2]) })}
          asTable={asTable}
          onTable={setAsTable}
        />
      }
    >
      {(data) => <Shown view={toHistogram(data)} asTable={asTable} />}
    </Panel>
  );
});

function Shown({ view, asTable }: { view: HistogramView; asTable: boolean }) {
  const t = useTranslations("predictions");
  const phase = useTranslations("phase");
  const { count, instant } = useFormats();
  const summary = t("histogramSummary", { count: view.phase1 + view.phase2, phase1: count(view.phase1), phase2: count(view.phase2) });
  if (asTable) {
    return (
      <div className="max-h-72 overflow-y-auto">
        <SimpleTable caption={summary} head={[t("time"), phase("1"), phase("2")]} numbers={[1, 2]} rows={view.bars.map((bar) => ({ key: String(bar.atMs), cells: [instant(bar.atMs), count(bar.phase1), count(bar.phase2)] }))} />
      </div>
    );
  }
  return (
    <figure>
      <figcaption className="flex flex-wrap gap-x-4 pb-2 text-second">
        <span>{summary}</span>
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden className="size-2.5 rounded-full bg-series-1" />
          {phase("1")}
        </span>
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden className="size-2.5 bg-series-2" />
          {phase("2")}
        </span>
      </figcaption>
      <Bars view={view} />
    </figure>
  );
}

function Bars({ view }: { view: HistogramView }) {
  const t = useTranslations("predictions");
  const phase = useTranslations("phase");
  const { setRange } = useRange();
  const { count, hourMinute, dayMonth, instant, zoneName } = useFormats();
  const edge = (atMs: number): string => `${dayMonth(atMs)} ${hourMinute(atMs)} ${zoneName(atMs)}`;
  const [at, setAt] = useState(0);
  const words = (bar: Bar): string => `${instant(bar.atMs)}: ${phase("1")} ${count(bar.phase1)}, ${phase("2")} ${count(bar.phase2)}`;
  const current = view.bars[Math.min(at, view.bars.length - 1)];
  const narrow = (bar: Bar): void => setRange({ kind: "fixed", from: new Date(bar.atMs).toISOString(), to: new Date(bar.endMs).toISOString() });
  if (!current) return <div className="h-20" />;
  return (
    <div>
      <div
        role="slider"
        tabIndex={0}
        aria-label={t("narrow")}
        aria-valuemin={0}
        aria-valuemax={view.bars.length - 1}
        aria-valuenow={Math.min(at, view.bars.length - 1)}
        aria-valuetext={words(current)}
        onKeyDown={(event) => {
          if (event.key === "Enter") narrow(current);
          else if (event.key === "ArrowRight") setAt(Math.min(view.bars.length - 1, at + 1));
          else if (event.key === "ArrowLeft") setAt(Math.max(0, at - 1));
          else return;
          event.preventDefault();
        }}
        className="rounded-control"
      >
        <svg viewBox="0 0 1000 100" preserveAspectRatio="none" className="h-20 w-full">
          {view.bars.map((bar, index) => (
            <g key={bar.atMs} onClick={() => narrow(bar)} onPointerEnter={() => setAt(index)} className="cursor-pointer" opacity={bar.partial ? 0.6 : 1}>
              <rect x={bar.left} width={bar.width} y={0} height={100} fill={index === at ? "var(--line)" : "transparent"} />
              <rect x={bar.left + bar.width * 0.05} width={bar.width * 0.9} y={100 - bar.low} height={bar.low} fill="var(--series-1)" />
              <rect x={bar.left + bar.width * 0.05} width={bar.width * 0.9} y={100 - bar.low - bar.high} height={bar.high} fill="var(--series-2)" />
            </g>
          ))}
        </svg>
      </div>
      <div aria-hidden className="flex justify-between text-label text-second">
        <span>{edge(view.bars[0]!.atMs)}</span>
        <span>{edge(view.bars.at(-1)!.endMs)}</span>
      </div>
      <p aria-hidden className="text-label text-second">
        {words(current)}
      </p>
    </div>
  );
}
