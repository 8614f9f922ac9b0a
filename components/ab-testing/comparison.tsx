"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { AnalysisOut, ConfigOut } from "@/lib/ab-testing/contract";
import { useEvery } from "../live/live";
import { useFormats } from "../time/formats";
import { Badge } from "../ui/badge";
import { Nothing, Panel } from "../ui/panel";
import { IntervalBar } from "./interval-bar";
import { analysisQuery, configQuery } from "./queries";
import { toComparison, type ComparisonRow } from "./to-comparison";
import { useFigures } from "./words";

/** Both phases side by side, as assigned; what lies between them is drawn as an interval, better always to the right. */
export function Comparison() {
  const t = useTranslations("abTesting");
  const every = useEvery();
  const read = useQuery(analysisQuery(every));
  const config = useQuery(configQuery(every)).data;
  return (
    <Panel
      title={t("comparison")}
      read={read}
      everyMs={every === false ? null : every}
      empty={({ decisions }) => (decisions.phase1 + decisions.phase2 > 0 ? null : <Nothing title={t("notStarted")} />)}
    >
      {(analysis) => <Table analysis={analysis} config={config} />}
    </Panel>
  );
}

const head = "border-b border-line px-2 py-1 text-label font-medium text-second first:pl-0 last:pr-0";

/** On a telephone the bar stands below its figures. */
const narrow = "max-sm:grid max-sm:grid-cols-[minmax(0,1fr)_4.5rem_4.5rem]";

function Table({ analysis, config }: { analysis: AnalysisOut; config: ConfigOut | undefined }) {
  const t = useTranslations("abTesting");
  const { count } = useFormats();
  const rows = toComparison(analysis, config?.analysis);
  return (
    <div className="overflow-x-auto" tabIndex={0} role="group" aria-label={t("comparison")}>
      <table className="w-full border-collapse max-sm:block">
        <caption className="sr-only">{t("comparisonCaption")}</caption>
        <thead className="max-sm:block">
          <tr className="max-sm:grid max-sm:grid-cols-[minmax(0,1fr)_4.5rem_4.5rem]">
            <th scope="col" className={`${head} text-left`}>
              {t("metric")}
            </th>
            <th scope="col" className={`${head} text-right`}>
              <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
                <span aria-hidden className="size-2 rounded-full bg-series-1" />
                {t("phase1")}
              </span>
            </th>
            <th scope="col" className={`${head} text-right`}>
              <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
                <span aria-hidden className="size-2 bg-series-2" />
                {t("phase2")}
              </span>
            </th>
            <th scope="col" className={`${head} w-1/2 text-left max-sm:col-span-3 max-sm:w-auto max-sm:px-0`}>
              {t("difference")}
              <span aria-hidden className="grid grid-cols-3 font-normal text-third">
                <span>← {t("worse")}</span>
                <span className="text-center">0</span>
                <span className="text-right">{t("better")} →</span>
              </span>
            </th>
          </tr>
        </thead>
        <tbody className="max-sm:block">
          {rows.map((row) => (
            <Row key={row.metric} row={row} />
          ))}
          <tr className={narrow}>
            <th scope="row" className="py-1.5 pr-2 text-left font-normal">
              {t("decisions")}
            </th>
            <td className="px-2 py-1.5 text-right">{count(analysis.decisions.phase1)}</td>
            <td className="px-2 py-1.5 text-right">{count(analysis.decisions.phase2)}</td>
            <td className="py-1.5 pl-2 text-second max-sm:col-span-3 max-sm:pt-0 max-sm:pl-0">
              {t("outcomesOf", { outcomes: count(analysis.decisions.outcomes) })}
              {analysis.decisions.anonymous > 0 ? ` · ${t("anonymous", { count: analysis.decisions.anonymous })}` : ""}
            </td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}

function Row({ row }: { row: ComparisonRow }) {
  const t = useTranslations("abTesting");
  const { count } = useFormats();
  const { value } = useFigures();
  const title = (arm: 0 | 1): string => t("resultsOf", { count: count(row.counts[arm]) });
  return (
    <tr className={`border-b border-line ${narrow}`}>
      <th scope="row" className="py-1.5 pr-2 text-left align-top font-normal">
        {t(`metrics.${row.metric}`)} {row.goal ? <Badge tone="low">{t("decides")}</Badge> : null}
        {row.statistic === "mean" ? null : <span className="block text-label text-third">{t(`statistics.${row.statistic}`)}</span>}
      </th>
      <td className="px-2 py-1.5 text-right align-top whitespace-nowrap" title={title(0)}>
        {value(row.metric, row.arms[0])}
      </td>
      <td className="px-2 py-1.5 text-right align-top whitespace-nowrap" title={title(1)}>
        {value(row.metric, row.arms[1])}
      </td>
      <td className="py-1.5 pl-2 align-top max-sm:col-span-3 max-sm:pt-0 max-sm:pl-0">
        <IntervalBar row={row} />
      </td>
    </tr>
  );
}
