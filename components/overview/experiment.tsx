"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { analysisQuery, rampQuery, statusQuery } from "../ab-testing/queries";
import { verdictShapes } from "../ab-testing/verdict-shapes";
import { useFigures, useSpan } from "../ab-testing/words";
import { useEvery } from "../live/live";
import { Age } from "../time/age";
import { useFormats } from "../time/formats";
import { useNow } from "../time/now";
import { Nothing, Panel } from "../ui/panel";
import { Skeleton } from "../ui/skeleton";
import { StateIcon } from "../ui/state-icon";
import { toExperiment, type ExperimentView } from "./to-experiment";

/** Share, difference and verdict of the A/B test in three lines; the rest is one click away. */
export function Experiment() {
  const t = useTranslations("overview");
  const words = useTranslations("abTesting");
  const every = useEvery();
  const read = useQuery(analysisQuery(every));
  const ramp = useQuery(rampQuery(every)).data?.ramp ?? null;
  const shareNow = useQuery(statusQuery(every)).data?.share ?? null;
  const now = useNow(15_000);
  return (
    <Panel
      title={t("experiment")}
      read={read}
      everyMs={every === false ? null : every}
      skeleton={<Skeleton className="mx-3 mb-3 h-20" />}
      actions={
        <Link href="/ab-testing" className="text-accent underline">
          {t("seeExperiment")}
        </Link>
      }
      empty={(analysis) =>
        toExperiment(analysis, ramp, now) === null ? (
          <Nothing title={words("notStarted")}>
            <p>{t("experimentHint")}</p>
          </Nothing>
        ) : null
      }
    >
      {(analysis) => {
        const view = toExperiment(analysis, ramp, now);
        return view === null ? null : <Lines view={view} share={shareNow} />;
      }}
    </Panel>
  );
}

function Lines({ view, share: shareNow }: { view: ExperimentView; share: number | null }) {
  const t = useTranslations("overview");
  const words = useTranslations("abTesting");
  const { share, count } = useFormats();
  const { signed } = useFigures();
  const span = useSpan();
  const { verdict, goal, difference, decisions, needed, ramp, staleSince } = view;
  return (
    <div className="flex flex-col gap-1.5">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-medium">{words("shareNow", { share: share(shareNow) })}</span>
        {ramp === null ? null : (
          <>
            <span aria-hidden className="h-2 w-24 overflow-hidden rounded-full border border-line bg-page">
              <span className="block h-full bg-series-2" style={{ width: `${ramp.doneShare * 100}%` }} />
            </span>
            <span>{words("stepOf", { step: ramp.step, steps: ramp.steps })}</span>
            {ramp.held ? <span className="font-medium text-high">{words("status.held")}</span> : null}
          </>
        )}
      </p>
      <p>
        {words(`metrics.${goal}`)}:{" "}
        {difference === null
          ? t("noInterval", { phase1: count(decisions[0]), phase2: count(decisions[1]) })
          : t("difference", { estimate: signed(goal, difference.estimate), low: signed(goal, difference.low), high: signed(goal, difference.high) })}
      </p>
      <p className="flex items-center gap-2 font-semibold">
        <StateIcon state={verdictShapes[verdict]} size={16} />
        {words(`verdicts.${verdict}`)}
      </p>
      {needed === null ? null : (
        <p className="text-second">{words("needed", { count: count(needed.decisions), span: needed.days === null ? "none" : "known", time: needed.days === null ? "" : span(needed.days) })}</p>
      )}
      {staleSince === null ? null : (
        <p className="flex items-center gap-2 text-high">
          <StateIcon state="high" size={14} />
          <span>
            {t("notCounted")} <Age at={staleSince} />
          </span>
        </p>
      )}
    </div>
  );
}
