"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import type { TileName } from "@/lib/console/contract";
import { periodOf } from "../frame/screens";
import { useEvery } from "../live/live";
import { useFormats } from "../time/formats";
import { useRange } from "../time/use-range";
import { Panel } from "../ui/panel";
import { Skeleton } from "../ui/skeleton";
import { SparkLine } from "../ui/spark-line";
import { StateIcon } from "../ui/state-icon";
import { overviewQuery } from "./queries";
import { toTiles, type TileView } from "./to-tiles";

/** Where each figure is explained, with the same period. */
const explained: Record<TileName, string> = {
  decisions_per_minute: "/predictions",
  fallback_share: "/predictions?fallback=true",
  confidence_mean: "/predictions?phase=2",
  latency_p95_ms: "/predictions",
  response_p90_minutes: "/predictions?outcome=joined",
};

export function Tiles() {
  const t = useTranslations("overview");
  const { range } = useRange();
  const every = useEvery();
  const read = useQuery(overviewQuery(range, every));
  return (
    <Panel title={t("figures")} read={read} everyMs={every === false ? null : every} skeleton={<TileSkeleton />}>
      {(data) => (
        <ul className="grid grid-cols-[repeat(auto-fit,minmax(11rem,1fr))] gap-3">
          {toTiles(data).map((tile) => (
            <Tile key={tile.name} tile={tile} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Tile({ tile }: { tile: TileView }) {
  const t = useTranslations("overview");
  const print = usePrint(tile.name);
  const period = periodOf(useSearchParams());
  const href = explained[tile.name];
  return (
    <li>
      <Link href={period ? `${href}${href.includes("?") ? "&" : "?"}${period}` : href} className="flex h-full flex-col gap-1 rounded-control border border-line bg-page p-3 hover:border-accent">
        <span className="text-label font-medium text-second">{t(tile.name)}</span>
        <span className="flex items-center gap-2 text-title font-semibold">
          {tile.value === null ? <span className="text-third">{t("noData")}</span> : print(tile.value)}
          {tile.tone === "over" ? <StateIcon state="high" /> : null}
        </span>
        <SparkLine points={tile.line} limit={tile.limit} />
        <span className="text-label text-second">
          {tile.limit === null ? null : `${t("limit", { value: print(tile.limit) })}${tile.tone === "over" ? ` · ${t(tile.name === "confidence_mean" ? "under" : "over")}` : ""} · `}
          {tile.change === null ? t("noPrevious") : tile.change.direction === "same" || print(tile.change.by) === print(0) ? t("same") : t(tile.change.direction, { value: print(tile.change.by) })}
        </span>
        <span className="text-label text-third">{t("samples", { count: tile.samples })}</span>
      </Link>
    </li>
  );
}

function usePrint(name: TileName): (value: number) => string {
  const { number, share, confidence, milliseconds, minutes } = useFormats();
  switch (name) {
    case "decisions_per_minute":
      return (value) => number(value, value < 1 ? 2 : 1);
    case "fallback_share":
      return share;
    case "confidence_mean":
      return confidence;
    case "latency_p95_ms":
      return milliseconds;
    case "response_p90_minutes":
      return minutes;
  }
}

function TileSkeleton() {
  return (
    <div className="grid grid-cols-[repeat(auto-fit,minmax(11rem,1fr))] gap-3 px-3 pb-3">
      {[0, 1, 2, 3, 4].map((each) => (
        <Skeleton key={each} className="h-36" />
      ))}
    </div>
  );
}
