"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";
import { useRef, useState } from "react";
import { useShortcut } from "../frame/shortcuts";
import { useEvery } from "../live/live";
import { SeverityMark } from "../severity/severity";
import { useRange } from "../time/use-range";
import { Button } from "../ui/button";
import { DataTable, useKeptColumns } from "../ui/data-table";
import { inputClass } from "../ui/field";
import { Nothing, Panel } from "../ui/panel";
import { SavedViews } from "../views/saved-views";
import { useDispatchColumns } from "./columns";
import { DispatchDrawer } from "./drawer";
import { boardQuery } from "./queries";

/** Open calls by severity, then age; each with the advice that was given. Past ones in the other tab. */
export function Board() {
  const t = useTranslations("dispatches");
  const ui = useTranslations("ui");
  const { range } = useRange();
  const every = useEvery();
  const [state, setState] = useQueryState("state", parseAsStringLiteral(["open", "closed"]).withDefault("open").withOptions({ history: "push" }));
  const [sev, setSev] = useQueryState("sev", parseAsString.withOptions({ history: "push" }));
  const [q, setQ] = useQueryState("q", parseAsString);
  const [selected, setSelected] = useQueryState("sel", parseAsInteger.withOptions({ history: "push" }));
  const [opened, setOpened] = useState<number | null>(null);
  const { data, fetchNextPage, hasNextPage, isFetchingNextPage, ...rest } = useInfiniteQuery(boardQuery(range, { state, sev, q }, every));
  const columns = useKeptColumns(useDispatchColumns(state));
  const search = useRef<HTMLInputElement>(null);
  const rows = data?.pages.flatMap((page) => page.rows) ?? [];
  const close = (): void => void setSelected(null);
  useShortcut("Escape", ui("closeDrawer"), close);
  useShortcut("/", ui("search"), () => search.current?.focus());
  return (
    <div className="flex gap-4">
      <div className="flex min-w-0 flex-1 flex-col gap-4">
        <div role="search" aria-label={t("board")} className="flex flex-wrap items-end gap-3">
          <div role="group" aria-label={t("state")} className="flex gap-1">
            {(["open", "closed"] as const).map((each) => (
              <Button key={each} aria-pressed={state === each} className="aria-pressed:border-accent aria-pressed:font-semibold aria-pressed:text-accent" onClick={() => void setState(each)}>
                {t(each)}
              </Button>
            ))}
          </div>
          <label className="flex w-44 flex-col gap-1 text-label font-medium text-second">
            {t("search")}
            <input ref={search} type="search" inputMode="numeric" aria-keyshortcuts="/" autoComplete="off" maxLength={20} className={`${inputClass} font-normal`} value={q ?? ""} onChange={(event) => void setQ(event.target.value === "" ? null : event.target.value)} />
          </label>
          <div className="flex flex-wrap gap-1">
            {(data?.pages[0]?.open_by_severity ?? []).map(({ severity, count }) => (
              <Button key={severity} aria-pressed={sev === String(severity)} className="aria-pressed:border-accent" onClick={() => void setSev(sev === String(severity) ? null : String(severity))}>
                <SeverityMark level={severity} /> <strong>{t("openCount", { count })}</strong>
              </Button>
            ))}
          </div>
        </div>
        <Panel
          title={t("board")}
          read={{ ...rest, data }}
          everyMs={every === false ? null : every}
          flush
          actions={<SavedViews screen="dispatches" />}
          empty={() =>
            rows.length > 0 ? null : sev !== null || q !== null ? (
              <Nothing title={ui("noFilter")}>
                <Button
                  onClick={() => {
                    void setSev(null);
                    void setQ(null);
                  }}
                >
                  {ui("clear")}
                </Button>
              </Nothing>
            ) : (
              <Nothing title={state === "open" ? t("none") : t("noneClosed")}>
                <p>{t("noneHint")}</p>
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
                caption={t("board")}
                rows={rows}
                columns={columns}
                idOf={(row) => String(row.history_id)}
                selected={selected === null ? null : String(selected)}
                onOpen={(id) => {
                  setOpened(Number(id));
                  void setSelected(Number(id), { history: selected === null ? "push" : "replace" });
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
      {selected === null ? null : <DispatchDrawer key={selected} id={selected} focus={opened === selected} onClose={close} />}
    </div>
  );
}
