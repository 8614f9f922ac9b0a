"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useEvery } from "../live/live";
import { useFormats } from "../time/formats";
import { useRange } from "../time/use-range";
import { ChartActions } from "../ui/chart-actions";
import { Nothing, Panel } from "../ui/panel";
import { SimpleTable } from "../ui/simple-table";
import { Skeleton } from "../ui/skeleton";
import { overviewQuery } from "./queries";
import { toTimeline, type Timeline as View } from "./to-timeline";

// The chart library is half of the page's script: loaded where a chart is drawn.
const TimelineChart = dynamic(() => import("./timeline-chart").then((module) => module.TimelineChart), { ssr: false, loading: () => <Skeleton className="h-72" /> });

export function Timeline() {
  const t = useTranslations("overview");
  const { range } = useRange();
  const every = useEvery();
  const read = useQuery(overviewQuery(range, every));
  const { data } = read;
  const [asTable, setAsTable] = useState(false);
  return (
    <Panel
      title={t("timeline")}
      read={read}
      everyMs={every === false ? null : every}
      skeleton={<Skeleton className="mx-3 mb-3 h-72" />}
      actions={data && data.timeline.length > 0 ? <ChartActions title={t("timeline")} csv={() => toFigures(toTimeline(data))} asTable={asTable} onTable={setAsTable} /> : null}
      empty={(data) =>
        data.timeline.length > 0 ? null : (
          <Nothing title={t("timelineEmpty")}>
            <p>{t("timelineEmptyHint")}</p>
            <Link href="/docs" className="text-accent underline">
              {t("seeApi")}
            </Link>
          </Nothing>
        )
      }
    >
      {(data) => <Shown timeline={toTimeline(data)} asTable={asTable} />}
    </Panel>
  );
}

const toFigures = ({ rows }: View) => ({ head: ["at", "decisions", "fallback_share", "confidence_mean", "latency_p95_ms"], rows: rows.map((row) => [new Date(row.atMs).toISOString(), row.decisions, row.fallback, row.confidence, row.latency]) });

function Shown({ timeline, asTable }: { timeline: View; asTable: boolean }) {
  const t = useTranslations("overview");
  const units = useTranslations("units");
  const { count, share, confidence, number, instant, zoneName } = useFormats();
  const summary = t("summary", { decisions: count(timeline.decisions), fallback: share(timeline.fallback), confidence: confidence(timeline.confidence) });
  if (asTable) {
    return (
      <div className="max-h-96 overflow-y-auto">
        <SimpleTable
          caption={summary}
          head={[t("at"), t("decisions"), t("fallback"), t("confidence"), t("latency")]}
          numbers={[1, 2, 3, 4]}
          rows={timeline.rows.map((row) => ({ key: String(row.atMs), cells: [`${instant(row.atMs)}${row.partial ? ` (${t("partial")})` : ""}`, count(row.decisions), share(row.fallback), confidence(row.confidence), number(row.latency, 1)] }))}
        />
      </div>
    );
  }
  return (
    <figure>
      <figcaption className="pb-2 text-second">
        {summary} · {units("zone", { zone: zoneName(timeline.rows.at(-1)?.atMs ?? 0) })}
      </figcaption>
      <TimelineChart timeline={timeline} summary={summary} />
    </figure>
  );
}
