"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { AnalysisOut } from "@/lib/ab-testing/contract";
import { useEvery } from "../live/live";
import { Age } from "../time/age";
import { useFormats } from "../time/formats";
import { Button } from "../ui/button";
import { Nothing, Panel } from "../ui/panel";
import { Skeleton } from "../ui/skeleton";
import { StateIcon } from "../ui/state-icon";
import { analysisQuery } from "./queries";
import { useReasonWords } from "./reasons";
import { toSides, type Side } from "./to-comparison";
import { verdictShapes } from "./verdict-shapes";
import { useFigures, useSpan } from "./words";

/** What can be said, in words, before any number; and how sure that is. */
export function Verdict({ whyOpen, onWhy }: { whyOpen: boolean; onWhy: () => void }) {
  const t = useTranslations("abTesting");
  const every = useEvery();
  const read = useQuery(analysisQuery(every));
  return (
    <Panel
      title={t("verdict")}
      read={read}
      everyMs={every === false ? null : every}
      skeleton={<Skeleton className="mx-3 mb-3 h-24" />}
      actions={
        <Button aria-expanded={whyOpen} onClick={onWhy}>
          {t("why")}
        </Button>
      }
      empty={({ decisions }) =>
        decisions.phase1 + decisions.phase2 > 0 ? null : (
          <Nothing title={t("notStarted")}>
            <p>{t("notStartedHint")}</p>
          </Nothing>
        )
      }
    >
      {(analysis) => <Words analysis={analysis} />}
    </Panel>
  );
}

function Words({ analysis }: { analysis: AnalysisOut }) {
  const t = useTranslations("abTesting");
  const { count } = useFormats();
  const { odds } = useFigures();
  const reason = useReasonWords();
  const span = useSpan();
  const { verdict, numbers, reasons, decisions } = analysis;
  const caveats = reasons.filter(({ code }) => code === "caveat");
  const others = reasons.filter(({ code }) => code !== "caveat" && code !== "evidence-short" && code !== "interval-open" && code !== "evidence-of-gain" && code !== "evidence-of-harm");
  return (
    <div className="flex flex-col gap-2">
      {/* Changes of the verdict are said, numbers that move are not. */}
      <p role="status" className="flex items-center gap-2 text-title font-semibold">
        <StateIcon state={verdictShapes[verdict]} size={22} />
        {t(`verdicts.${verdict}`)}
      </p>
      <p>
        <Span analysis={analysis} />
        {t(`next.${verdict}`)}
      </p>
      {others.length === 0 ? null : (
        <ul className="list-disc pl-5">
          {others.map((each, index) => (
            <li key={`${each.code} ${index}`}>{reason(each)}</li>
          ))}
        </ul>
      )}
      <p className="text-second">
        {t("evidenceIs", { now: odds(numbers.evidence), limit: odds(numbers.evidence_limit) })}{" "}
        {verdict === "too-early" || verdict === "undecided"
          ? numbers.decisions_needed === null
            ? t("neededUnknown")
            : t("needed", { count: count(Math.ceil(numbers.decisions_needed)), span: numbers.days_needed === null ? "none" : "known", time: numbers.days_needed === null ? "" : span(numbers.days_needed) })
          : null}{" "}
        {t("sofar", { phase1: count(decisions.phase1), phase2: count(decisions.phase2), outcomes: count(decisions.outcomes) })}{" "}
        {analysis.as_of === null ? null : (
          <>
            {t("countedUntil")} <Age at={analysis.as_of} />.
          </>
        )}
      </p>
      {caveats.map((each, index) => (
        <p key={`${each.code} ${index}`} className="flex items-start gap-2 text-second">
          <StateIcon state="info" size={14} />
          <span>{reason(each)}</span>
        </p>
      ))}
    </div>
  );
}

/** "La llegada con Fase 2 está entre 1,1 min más rápida y 0,1 min más rápida." */
function Span({ analysis: { numbers, metrics, goal } }: { analysis: AnalysisOut }) {
  const t = useTranslations("abTesting");
  const { size } = useFigures();
  const better = metrics.find(({ metric }) => metric === goal)?.better ?? "up";
  if (numbers.low === null || numbers.high === null) return null;
  const words = ({ by, direction }: Side): string => t("side", { metric: goal, direction, value: size(goal, by) });
  const [best, worst] = toSides(numbers.low, numbers.high, better);
  return <>{t("between", { metric: t(`metrics.${goal}`), from: words(best), to: words(worst) })} </>;
}
