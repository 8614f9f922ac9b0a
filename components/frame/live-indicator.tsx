"use client";

import { Pause, Radio, RefreshCw, Unplug, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useLive, type LiveMode } from "../live/live";
import { needsSeconds } from "../live/silence";
import { useFormats } from "../time/formats";
import { useRange } from "../time/use-range";
import { Button } from "../ui/button";
import { IconButton } from "../ui/icon-button";
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

/** For how long nothing could be known, said after the connection is back until somebody has read it. */
export function NoDataLine() {
  const t = useTranslations("live");
  const { gap, dismissGap } = useLive();
  const { hourMinute, hourMinuteSecond, instant } = useFormats();
  const clock = gap !== null && needsSeconds(gap) ? hourMinuteSecond : hourMinute;
  return (
    // There before it says something: only so it is read out.
    <div role="status" className="flex items-center">
      {gap === null ? null : (
        <span className="inline-flex items-center gap-1 text-label text-high" title={t("noDataBetween", { from: instant(gap.fromMs), to: instant(gap.toMs) })}>
          <Unplug aria-hidden size={14} />
          <span>{t("noData", { from: clock(gap.fromMs), to: clock(gap.toMs) })}</span>
          <IconButton name={t("dismiss")} onClick={dismissGap}>
            <X aria-hidden size={14} />
          </IconButton>
        </span>
      )}
    </div>
  );
}
