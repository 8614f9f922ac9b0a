"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useEvery } from "../live/live";
import { useFormats } from "../time/formats";
import { ChartActions } from "../ui/chart-actions";
import { Nothing, Panel } from "../ui/panel";
import { SimpleTable } from "../ui/simple-table";
import { Skeleton } from "../ui/skeleton";
import { analysisQuery, historyQuery } from "./queries";
import { toEvidence, type EvidenceView } from "./to-evidence";
import { useFigures } from "./words";

// The chart library is half of the page's script: loaded where a chart is drawn.
const EvidenceChart = dynamic(() => import("./evidence-chart").then((module) => module.EvidenceChart), { ssr: false, loading: () => <Skeleton className="h-60" /> });

/** How the evidence grew, on a logarithmic scale, with the line at which it decides. */
export function Evidence() {
  const t = useTranslations("abTesting");
  const every = useEvery();
  const read = useQuery(analysisQuery(every));
  const versions = useInfiniteQuery(historyQuery(every)).data?.pages.flat() ?? [];
  const [asTable, setAsTable] = useState(false);
  const path = read.data?.evidence_path ?? [];
  return (
    <Panel
      title={t("evidence")}
      read={read}
      everyMs={every === false ? null : every}
      skeleton={<Skeleton className="mx-3 mb-3 h-60" />}
      actions={
        path.length === 0 ? null : (
          <ChartActions title={t("evidence")} csv={() => ({ head: ["at", "ln_e", "e"], rows: path.map(({ at, ln_e }) => [at, ln_e, Math.exp(Math.min(700, ln_e))]) })} asTable={asTable} onTable={setAsTable} />
        )
      }
      empty={({ evidence_path }) =>
        evidence_path.length > 0 ? null : (
          <Nothing title={t("noEvidence")}>
            <p>{t("noEvidenceHint")}</p>
          </Nothing>
        )
      }
    >
      {(analysis) => <Shown view={toEvidence(analysis, versions)} goal={t(`metrics.${analysis.goal}`)} asTable={asTable} />}
    </Panel>
  );
}

function Shown({ view, goal, asTable }: { view: EvidenceView; goal: string; asTable: boolean }) {
  const t = useTranslations("abTesting");
  const { instant } = useFormats();
  const { odds } = useFigures();
  const e = (lnE: number): string => odds(Math.exp(Math.min(700, lnE)));
  const summary = t("evidenceSummary", { goal, last: view.last ? e(view.last.lnE) : "—", peak: e(view.peakLnE), limit: e(view.lnLimit), over: view.decided ? "yes" : "no" });
  if (asTable) {
    return (
      <div className="max-h-72 overflow-y-auto">
        <SimpleTable
          caption={summary}
          head={[t("hourClosed"), t("evidenceShort"), t("decidesAt", { limit: e(view.lnLimit) })]}
          numbers={[1]}
          rows={view.points.toReversed().map((point) => ({ key: String(point.atMs), cells: [instant(point.atMs), e(point.lnE), point.over ? t("overLimit") : t("underLimit")] }))}
        />
      </div>
    );
  }
  return (
    <figure>
      <figcaption className="pb-2 text-second">{summary}</figcaption>
      <EvidenceChart view={view} summary={summary} />
    </figure>
  );
}
