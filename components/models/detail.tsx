"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ModelDetail } from "@/lib/console/contract";
import { useFeatureWords, useWords } from "../severity/reason";
import { useFormats } from "../time/formats";
import { Badge } from "../ui/badge";
import { Facts } from "../ui/facts";
import { Panel, type Read } from "../ui/panel";
import { SimpleTable } from "../ui/simple-table";
import { CalibrationPanel, ImportancePanel } from "./charts";
import { FeaturesPanel, GatesPanel, HistoryPanel, MetricsPanel, SlicesPanel } from "./figures";
import { ModelState } from "./list";
import { modelQuery } from "./queries";

/** Read-only for now: promoting and going back come with the registry. */
export function ModelPage({ id }: { id: string }) {
  const t = useTranslations("models");
  const read = useQuery(modelQuery(id));
  return (
    <div className="flex flex-col gap-4">
      <p>
        <Link href="/models" className="text-accent underline">
          {t("back")}
        </Link>
      </p>
      <Summary read={read} />
      {read.data?.manifest ? (
        <>
          <MetricsPanel read={read} />
          <div className="grid gap-4 xl:grid-cols-2">
            <CalibrationPanel read={read} />
            <ImportancePanel read={read} />
          </div>
          <GatesPanel read={read} />
          <SlicesPanel read={read} />
          <FeaturesPanel read={read} />
        </>
      ) : null}
      {read.data ? <HistoryPanel read={read} /> : null}
    </div>
  );
}

function Summary({ read }: { read: Read<ModelDetail> }) {
  const t = useTranslations("models");
  const { day, count, share, instant } = useFormats();
  const feature = useFeatureWords();
  const targetName = useWords("targetName");
  return (
    <Panel title={t("state")} read={read} everyMs={null}>
      {({ row, manifest }) => (
        <>
          {row.error === null ? null : (
            <p role="alert" className="pb-2 font-medium text-critical" lang="en">
              {row.error}
            </p>
          )}
          <Facts
            facts={[
              [t("state"), <ModelState key="state" row={row} />],
              [t("alias"), row.aliases.length === 0 ? "—" : row.aliases.map(({ alias, since, by }) => <span key={alias}><Badge tone="low">{alias}</Badge> {instant(since)} · {by} </span>)],
              [t("traffic"), `${share(row.traffic_share)} · ${count(row.decisions_24h)}`],
              [t("task"), t(row.task)],
              [t("target"), targetName(row.target)],
              [t("created"), day(row.created_at)],
              ...(row.leaks.length === 0 ? [] : ([[t("leaks"), t("leaksNames", { names: row.leaks.map(feature).join(", ") })]] as const)),
              ...(manifest === null
                ? ([[t("code"), t("manifestNone")]] as const)
                : ([
                    [t("engine"), `${manifest.engine.name} ${manifest.engine.version} · ${t("trees", { count: manifest.trees.count })}`],
                    [t("data"), manifest.data === null ? t("dataNone") : <span key="data"><span lang="en">{manifest.data.description}</span> · {t("rows", { count: manifest.data.rows })}</span>],
                    [t("code"), <code key="sha" className="font-mono text-label break-all">{manifest.files.onnx.sha256}</code>],
                  ] as const)),
            ]}
          />
          {manifest?.description ? (
            <p lang="en" className="pt-3 text-second">
              {manifest.description}
            </p>
          ) : null}
          {manifest && Object.keys(manifest.engine.parameters).length > 0 ? (
            <details className="pt-2">
              <summary className="text-accent">{t("parameters")}</summary>
              <SimpleTable caption={t("parameters")} head={[t("figure"), t("value")]} rows={Object.entries(manifest.engine.parameters).map(([name, value]) => ({ key: name, cells: [name, typeof value === "string" ? value : JSON.stringify(value)] }))} />
            </details>
          ) : null}
        </>
      )}
    </Panel>
  );
}
