"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ModelRow } from "@/lib/console/contract";
import { useWords } from "../severity/reason";
import { useFormats } from "../time/formats";
import { Badge } from "../ui/badge";
import { DataTable, type Column } from "../ui/data-table";
import { Nothing, Panel } from "../ui/panel";
import { StateIcon } from "../ui/state-icon";
import { IntervalMark } from "./interval-mark";
import { modelsQuery } from "./queries";

export function ModelList() {
  const t = useTranslations("models");
  const read = useQuery(modelsQuery);
  const columns = useColumns();
  return (
    <Panel
      title={t("list")}
      read={read}
      everyMs={60_000}
      flush
      empty={(data) =>
        data.rows.length > 0 ? null : (
          <Nothing title={t("none")}>
            <code className="font-mono">{t("noneHint")}</code>
          </Nothing>
        )
      }
    >
      {(data) => <DataTable caption={t("list")} rows={data.rows} columns={columns} idOf={(row) => row.id} />}
    </Panel>
  );
}

function useColumns(): Column<ModelRow>[] {
  const t = useTranslations("models");
  const { share, count, day } = useFormats();
  const figureName = useWords("figure");
  return [
    { id: "alias", header: t("alias"), cell: ({ row }) => (row.original.aliases.length === 0 ? "—" : row.original.aliases.map(({ alias }) => <Badge key={alias} tone="low">{alias}</Badge>)) },
    {
      id: "version",
      header: t("version"),
      cell: ({ row }) => (
        <Link href={`/models/${encodeURIComponent(row.original.id)}`} className="font-medium text-accent underline">
          {row.original.id}
        </Link>
      ),
    },
    { id: "since", header: t("since"), meta: { wide: true }, cell: ({ row }) => day(row.original.aliases[0]?.since ?? row.original.created_at) },
    { id: "traffic", header: t("traffic"), meta: { align: "right" }, cell: ({ row }) => `${share(row.original.traffic_share)} · ${count(row.original.decisions_24h)}` },
    {
      id: "figures",
      header: t("figures"),
      meta: { full: true },
      cell: ({ row }) =>
        row.original.figures.length === 0 ? (
          <span className="text-second">{t("noFigures")}</span>
        ) : (
          <span className="flex flex-wrap gap-x-4">
            {row.original.figures.map((figure) => (
              <span key={figure.name}>
                <span className="text-second">{figureName(figure.name)}</span> <IntervalMark {...figure} />
              </span>
            ))}
          </span>
        ),
    },
    { id: "state", header: t("state"), cell: ({ row }) => <ModelState row={row.original} /> },
  ];
}

export function ModelState({ row }: { row: ModelRow }) {
  const t = useTranslations("models");
  const shape = { serving: "normal", ready: "info", broken: "critical" } as const;
  return (
    <span className="inline-flex items-center gap-1.5" title={row.error ?? undefined}>
      <StateIcon state={shape[row.state]} size={14} />
      {t(row.state)}
      {row.leaks.length === 0 ? null : (
        <Badge tone="high" icon={<StateIcon state="high" size={12} />}>
          {t("leaks")}
        </Badge>
      )}
    </span>
  );
}
