"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Columns3 } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { parseAsArrayOf, parseAsString, useQueryState } from "nuqs";
import { useState } from "react";
import { msOfId } from "@/lib/dispatch/prediction-id";
import { useShortcut } from "../frame/shortcuts";
import { useEvery } from "../live/live";
import { useFormats } from "../time/formats";
import { useRange } from "../time/use-range";
import { Button } from "../ui/button";
import { DataTable, useKeptColumns } from "../ui/data-table";
import { ExportMenu } from "../ui/export-menu";
import { Menu, MenuCheck } from "../ui/menu";
import { Nothing, Panel } from "../ui/panel";
import { SavedViews } from "../views/saved-views";
import { predictionColumns, usePredictionColumns } from "./columns";
import { PredictionDrawer } from "./drawer";
import { FilterBar } from "./filter-bar";
import { noFilters, useFilters } from "./filters";
import { Histogram } from "./histogram";
import { exportAddress, predictionsQuery } from "./queries";

export function Explorer() {
  const t = useTranslations("predictions");
  const ui = useTranslations("ui");
  const language = useLocale();
  const { range } = useRange();
  const { filters, change, any } = useFilters();
  const every = useEvery();
  const [selected, setSelected] = useQueryState("sel", parseAsString.withOptions({ history: "push" }));
  const [hidden, setHidden] = useQueryState("hide", parseAsArrayOf(parseAsString).withDefault([]));
  const [opened, setOpened] = useState<string | null>(null);
  const { data, fetchNextPage, hasNextPage, isFetchingNextPage, ...rest } = useInfiniteQuery(predictionsQuery(range, filters, every));
  const columns = useKeptColumns(usePredictionColumns());
  const { instant } = useFormats();
  const names = new Map(columns.map((column) => [column.id, typeof column.header === "string" ? column.header : ""]));
  const rows = data?.pages.flatMap((page) => page.rows) ?? [];
  // A read looks only so far: where it ended without a match, the rest of the period is still to be looked at.
  const cursor = data?.pages.at(-1)?.next_cursor ?? null;
  const lookedFrom = cursor === null ? null : msOfId(cursor);
  const close = (): void => void setSelected(null);
  useShortcut("Escape", ui("closeDrawer"), close);
  return (
    <div className="flex gap-4">
      <div className="flex min-w-0 flex-1 flex-col gap-4">
        <FilterBar />
        <Histogram />
        <Panel
          title={<Count title={t("list")} total={data?.pages[0]?.total ?? null} />}
          read={{ ...rest, data }}
          everyMs={every === false ? null : every}
          flush
          actions={
            <>
              <SavedViews screen="predictions" />
              <Menu
                trigger={
                  <Button>
                    <Columns3 aria-hidden size={14} />
                    <span className="max-sm:sr-only">{ui("columns")}</span>
                  </Button>
                }
              >
                {predictionColumns.map((id) => (
                  <MenuCheck key={id} checked={!hidden.includes(id)} onChange={(shown) => void setHidden(shown ? hidden.filter((each) => each !== id) : [...hidden, id])}>
                    {names.get(id)}
                  </MenuCheck>
                ))}
              </Menu>
              <ExportMenu addressOf={(format) => exportAddress(range, filters, language, format)} />
            </>
          }
          empty={() =>
            rows.length > 0 ? null : lookedFrom !== null ? (
              <Nothing title={t("noneSince", { time: instant(lookedFrom) })}>
                <p>{t("noneSinceHint")}</p>
                <Button blocked={isFetchingNextPage ? ui("loading") : null} onClick={() => void fetchNextPage()}>
                  {isFetchingNextPage ? ui("loading") : t("keepLooking")}
                </Button>
              </Nothing>
            ) : any ? (
              <Nothing title={ui("noFilter")}>
                <Button onClick={() => change(noFilters)}>{ui("clear")}</Button>
              </Nothing>
            ) : (
              <Nothing title={t("empty")}>
                <p>{t("emptyHint")}</p>
                <Link href="/docs" className="text-accent underline">
                  /docs
                </Link>
              </Nothing>
            )
          }
        >
          {() => (
            <>
              <DataTable
                caption={t("list")}
                rows={rows}
                columns={columns}
                idOf={(row) => row.prediction_id}
                hidden={hidden}
                selected={selected}
                onOpen={(id) => {
                  setOpened(id);
                  void setSelected(id, { history: selected === null ? "push" : "replace" });
                }}
              />
              {hasNextPage ? (
                <div className="flex justify-center border-t border-line p-2">
                  <Button blocked={isFetchingNextPage ? ui("loading") : null} onClick={() => void fetchNextPage()}>
                    {isFetchingNextPage ? ui("loading") : ui("more")}
                  </Button>
                </div>
              ) : null}
            </>
          )}
        </Panel>
      </div>
      {selected === null ? null : <PredictionDrawer key={selected} id={selected} focus={opened === selected} onClose={close} />}
    </div>
  );
}

/** Where the server stops counting; below it, a count that is not exact is what was found so far. */
const EXACT_UP_TO = 10_000;

function Count({ title, total }: { title: string; total: { count: number; exact: boolean } | null }) {
  const ui = useTranslations("ui");
  const { count } = useFormats();
  if (total === null) return title;
  return (
    <>
      {title} <span className="text-body font-normal text-second">{total.exact ? count(total.count) : ui(total.count < EXACT_UP_TO ? "atLeast" : "moreThan", { count: count(total.count) })}</span>
    </>
  );
}
