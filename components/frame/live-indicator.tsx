"use client";

import { Pause, Radio, RefreshCw } from "lucide-react";
import { useTranslations } from "next-intl";
import { useLive, type LiveMode } from "../live/live";
import { useRange } from "../time/use-range";
import { Button } from "../ui/button";
import { useShortcut } from "./shortcuts";

const icons = { stream: Radio, polling: RefreshCw, paused: Pause } as const satisfies Record<LiveMode, unknown>;

/** How the screen keeps up, in words; a press pauses. A fixed period in the past does not move and says so. */
export function LiveIndicator() {
  const t = useTranslations("live");
  const { mode, toggle } = useLive();
  const { range } = useRange();
  useShortcut("p", t("toggle"), toggle);
  const shown = range.kind === "fixed" ? "paused" : mode;
  const Icon = icons[shown];
  return (
    <Button tone="quiet" keys="p" aria-pressed={mode === "paused"} title={range.kind === "fixed" ? t("fixedRange") : t("toggle")} onClick={toggle}>
      <Icon aria-hidden size={14} className={shown === "stream" ? "text-normal motion-safe:animate-pulse" : shown === "paused" ? "text-high" : "text-second"} />
      <span className="max-sm:sr-only">{t(shown)}</span>
    </Button>
  );
}
