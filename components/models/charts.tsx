"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import type { ModelDetail } from "@/lib/console/contract";
import { useFeatureWords } from "../severity/reason";
import { useFormats } from "../time/formats";
import { ChartActions } from "../ui/chart-actions";
import { Nothing, Panel, type Read } from "../ui/panel";
import { SimpleTable } from "../ui/simple-table";
import { CalibrationChart } from "./calibration-chart";
import { toCalibration } from "./to-calibration";

export function CalibrationPanel({ read }: { read: Read<ModelDetail> }) {
  const t = useTranslations("models");
  const { number, count } = useFormats();
  const [asTable, setAsTable] = useState(false);
  return (
    <Panel
      title={t("calibration")}
      read={read}
      everyMs={null}
      actions={
        <ChartActions
          title={t("calibration")}
          csv={() => ({ head: ["predicted", "observed", "low", "high", "rows"], rows: toCalibration(read.data?.manifest?.metrics?.reliability ?? []).points.map(({ x, y, low, high, rows }) => [x, y, low, high, rows]) })}
          asTable={asTable}
          onTable={setAsTable}
        />
      }
      empty={({ manifest }) => (manifest?.metrics && manifest.metrics.reliability.length > 0 ? null : <Nothing title={t("noFigures")} />)}
    >
      {({ manifest }) => {
        const view = toCalibration(manifest?.metrics?.reliability ?? []);
        const summary = t("calibrationSummary", { gap: number(view.gap, 3) });
        return (
          <figure>
            <figcaption className="pb-2 text-second">{summary}</figcaption>
            {asTable ? (
              <SimpleTable
                caption={summary}
                head={[t("predicted"), t("observed"), t("interval"), "n"]}
                numbers={[0, 1, 2, 3]}
                rows={view.points.map((point) => ({ key: `${point.x} ${point.y}`, cells: [number(point.x, 3), number(point.y, 3), `[${number(point.low, 3)}; ${number(point.high, 3)}]`, count(point.rows)] }))}
              />
            ) : (
              <CalibrationChart view={view} summary={summary} />
            )}
          </figure>
        );
      }}
    </Panel>
  );
}

export function ImportancePanel({ read }: { read: Read<ModelDetail> }) {
  const t = useTranslations("models");
  const feature = useTranslations("predictions");
  const words = useFeatureWords();
  const { share } = useFormats();
  return (
    <Panel title={t("importance")} read={read} everyMs={null} empty={({ importance }) => (importance.length > 0 ? null : <Nothing title={t("noFigures")} />)}>
      {({ importance }) => {
        const ranked = importance.toSorted((a, b) => b.share - a.share);
        const top = ranked[0];
        const largest = Math.max(1e-9, top?.share ?? 0);
        return (
          <>
            {top ? <p className="pb-2 text-second">{t("importanceSummary", { name: words(top.feature), share: share(top.share) })}</p> : null}
            <SimpleTable
              caption={t("importance")}
              head={[feature("feature"), t("importance")]}
              rows={ranked.map(({ feature: name, share: part }) => ({
                key: name,
                cells: [
                  <span key="name" title={name}>
                    {words(name)}
                  </span>,
                  <span key="bar" className="flex min-w-36 items-center gap-2 sm:min-w-64">
                    <span aria-hidden className="h-2.5 rounded-sm bg-accent" style={{ width: `${(part / largest) * 60}%` }} />
                    {share(part)}
                  </span>,
                ],
              }))}
            />
          </>
        );
      }}
    </Panel>
  );
}
