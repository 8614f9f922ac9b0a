"use client";

import { useQuery } from "@tanstack/react-query";
import { Pause, RotateCcw } from "lucide-react";
import { useTranslations } from "next-intl";
import { useBlocked } from "../frame/me";
import { useEvery } from "../live/live";
import { useWords } from "../severity/reason";
import { useFormats } from "../time/formats";
import { Button } from "../ui/button";
import { Panel } from "../ui/panel";
import { Skeleton } from "../ui/skeleton";
import { useBackToRules, usePause } from "./actions";
import { configQuery, rampQuery, statusQuery } from "./queries";
import { toStrategy } from "./to-strategy";
import { useStrategyWords } from "./words";

/** Which test runs and with what share, and the two ways to make it safer, each in one click. */
export function Summary() {
  const t = useTranslations("abTesting");
  const every = useEvery();
  const read = useQuery(configQuery(every));
  const status = useQuery(statusQuery(every));
  const ramp = useQuery(rampQuery(every)).data?.ramp ?? null;
  const { share, day, count } = useFormats();
  const words = useStrategyWords();
  const cannot = useBlocked("operator");
  const back = useBackToRules();
  const { pause, isPending: pausing } = usePause();
  const live = ramp?.status === "running" || ramp?.status === "held";
  const actor = useWords("actor");
  const shareNow = back.isPending ? 0 : (status.data?.share ?? null);
  const atRules = read.data !== undefined && read.data.strategy.kind === "weight_based" && read.data.strategy.phase2_share === 0;
  return (
    <Panel
      title={read.data ? t("test", { key: read.data.experiment_key }) : t("title")}
      read={read}
      everyMs={every === false ? null : every}
      skeleton={<Skeleton className="mx-3 mb-3 h-6" />}
      actions={
        <>
          <Button blocked={cannot ?? (pausing ? t("working") : ramp?.status === "held" ? t("alreadyHeld") : live ? null : t("noRampRuns"))} onClick={() => (ramp ? pause(ramp) : undefined)}>
            <Pause aria-hidden size={14} />
            {t("pause")}
          </Button>
          <Button tone="danger" blocked={cannot ?? (back.isPending ? t("working") : read.data === undefined ? t("working") : atRules && !(ramp?.status === "running") ? t("atRules") : null)} onClick={() => (read.data ? back.mutate({ before: read.data, ramp }) : undefined)}>
            <RotateCcw aria-hidden size={14} />
            {t("back")}
          </Button>
        </>
      }
    >
      {(config) => {
        const strategy = toStrategy(config.strategy);
        return (
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <strong className="inline-flex items-center gap-1.5">
              <span aria-hidden className="size-2.5 shrink-0 bg-series-2" />
              {t("shareNow", { share: share(shareNow) })}
            </strong>
            {back.isPending ? <span className="text-second">{t("working")}</span> : null}
            <span>{strategy === null ? config.strategy.kind : words(strategy)}</span>
            {ramp !== null && live ? <span>{t("stepOf", { step: ramp.step + 1, steps: ramp.steps.length })}</span> : null}
            {ramp?.status === "held" || pausing ? <span className="font-medium text-high">{t("status.held")}</span> : null}
            <span className="text-second">{t("since", { day: day(config.changed_at), by: actor(config.changed_by) })}</span>
            {status.data ? <span className="text-second">{t("perDay", { count: count(status.data.total_tests_24h) })}</span> : null}
          </p>
        );
      }}
    </Panel>
  );
}
