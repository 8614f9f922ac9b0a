"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEvery } from "../live/live";
import { useFormats } from "../time/formats";
import { Button } from "../ui/button";
import { Nothing, Panel } from "../ui/panel";
import { SimpleTable } from "../ui/simple-table";
import { historyQuery } from "./queries";
import { toStrategy } from "./to-strategy";
import { useSystemReason } from "./reasons";
import { useStrategyWords } from "./words";

/** Who changed what, from what to what, and why: newest first. */
export function History() {
  const t = useTranslations("abTesting");
  const ui = useTranslations("ui");
  const every = useEvery();
  const { instant } = useFormats();
  const words = useStrategyWords();
  const reason = useSystemReason();
  const { data, fetchNextPage, hasNextPage, isFetchingNextPage, ...rest } = useInfiniteQuery(historyQuery(every));
  const rows = data?.pages.flat() ?? [];
  const strategyOf = (row: (typeof rows)[number]): string => {
    const strategy = toStrategy(row.strategy);
    return strategy === null ? row.strategy.kind : words(strategy);
  };
  return (
    <Panel title={t("history")} read={{ ...rest, data }} everyMs={every === false ? null : every} empty={() => (rows.length > 0 ? null : <Nothing title={t("historyNone")} />)}>
      {() => (
        <>
          <SimpleTable
            caption={t("history")}
            head={[t("version"), t("when"), t("who"), t("change"), t("reason")]}
            numbers={[0]}
            stacked
            rows={rows.map((row, index) => {
              const before = rows[index + 1];
              const now = strategyOf(row);
              const earlier = before === undefined ? null : strategyOf(before);
              const change = earlier === null ? now : earlier === now ? t("sameStrategy", { now }) : `${earlier} → ${now}`;
              return {
                key: String(row.version),
                cells: [
                  row.version,
                  <span key="when" className="sm:whitespace-nowrap">
                    {instant(row.changed_at)}
                  </span>,
                  row.origin === "person" ? row.changed_by : t(`origins.${row.origin}`),
                  <span key="change" className="inline-block sm:min-w-44">
                    {before !== undefined && before.experiment_key !== row.experiment_key ? `${change} · ${t("newExperiment", { key: row.experiment_key })}` : change}
                  </span>,
                  <span key="reason" className="inline-block sm:min-w-32">
                    {row.reason === "" ? "—" : row.origin === "person" ? row.reason : reason(row.reason)}
                  </span>,
                ],
              };
            })}
          />
          {hasNextPage ? (
            <div className="flex justify-center pt-2">
              <Button blocked={isFetchingNextPage ? ui("loading") : null} onClick={() => void fetchNextPage()}>
                {isFetchingNextPage ? ui("loading") : ui("more")}
              </Button>
            </div>
          ) : null}
        </>
      )}
    </Panel>
  );
}
