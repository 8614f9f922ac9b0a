"use client";

import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import type { AnalysisOut } from "@/lib/ab-testing/contract";
import { useEvery } from "../live/live";
import { useFormats } from "../time/formats";
import { Button } from "../ui/button";
import { Drawer } from "../ui/drawer";
import { ExportMenu } from "../ui/export-menu";
import { Facts, Section } from "../ui/facts";
import { Panel } from "../ui/panel";
import { csvFile, download } from "../ui/download";
import { useSeparator } from "../ui/separator";
import { SimpleTable } from "../ui/simple-table";
import { toCsv } from "../ui/to-csv";
import { analysisQuery, rowsAddress } from "./queries";
import { useReasonWords } from "./reasons";
import { useFigures } from "./words";

/** The reasons of the verdict, every number it rests on, and what each number may be used for. */
export function Why({ focus, onClose }: { focus: boolean; onClose: () => void }) {
  const t = useTranslations("abTesting");
  const every = useEvery();
  const read = useQuery(analysisQuery(every));
  return (
    <Drawer label={t("whyTitle")} title={t("whyTitle")} focusKey={focus ? "why" : null} onClose={onClose}>
      <Panel title={read.data ? t(`verdicts.${read.data.verdict}`) : t("verdict")} level={3} read={read} everyMs={every === false ? null : every}>
        {(analysis) => <Body analysis={analysis} />}
      </Panel>
    </Drawer>
  );
}

function Body({ analysis }: { analysis: AnalysisOut }) {
  const t = useTranslations("abTesting");
  const ui = useTranslations("ui");
  const { count, instant, number } = useFormats();
  const { signed, odds, value } = useFigures();
  const reason = useReasonWords();
  const separator = useSeparator();
  const { numbers, goal, metrics } = analysis;
  const bound = (of: number | null): string => (of === null ? t("notYet") : signed(goal, of));
  const oneLine = (text: string) => <span className="whitespace-nowrap">{text}</span>;
  const whole = (of: number | null): string => (of === null ? "—" : count(Math.ceil(of)));
  return (
    <>
      <Section title={t("reasonsTitle")}>
        <ul className="list-disc pl-5">
          {analysis.reasons.map((each, index) => (
            <li key={`${each.code} ${index}`}>{reason(each)}</li>
          ))}
        </ul>
      </Section>
      <Section title={t("numbers")}>
        <Facts
          facts={[
            [t("goal"), t(`metrics.${goal}`)],
            [t("evidenceShort"), `${odds(numbers.evidence)} · ${t("decidesAt", { limit: odds(numbers.evidence_limit) })}`],
            [t("estimate"), bound(numbers.estimate)],
            [t("interval"), numbers.low === null || numbers.high === null ? t("notYet") : `[${bound(numbers.low)}; ${bound(numbers.high)}]`],
            [t("decisionsNeeded"), whole(numbers.decisions_needed)],
            [t("configVersion"), count(analysis.config_version)],
            [t("asOf"), analysis.as_of === null ? "—" : instant(analysis.as_of)],
          ]}
        />
      </Section>
      <Section title={t("watched")}>
        <p className="text-second">{t("watchedHint")}</p>
        <SimpleTable
          caption={t("watched")}
          head={[t("metric"), t("phase1"), t("phase2"), t("estimate"), t("interval"), t("evidenceShort")]}
          numbers={[1, 2]}
          rows={metrics.map((each) => ({
            key: each.metric,
            cells: [
              t(`metrics.${each.metric}`),
              `${value(each.metric, each.arms[0].mean)} (${count(each.arms[0].n)})`,
              `${value(each.metric, each.arms[1].mean)} (${count(each.arms[1].n)})`,
              each.role === "signal" || each.estimate === null ? "—" : signed(each.metric, each.estimate),
              each.interval === null ? "—" : oneLine(`[${signed(each.metric, each.interval.low)}; ${signed(each.metric, each.interval.high)}]`),
              each.evidence === null ? "—" : oneLine(odds(Math.exp(Math.min(700, each.evidence.peak_ln_e)))),
            ],
          }))}
        />
      </Section>
      <Section title={t("planned")}>
        <p className="text-second">{t("plannedHint")}</p>
        <SimpleTable
          caption={t("planned")}
          head={[t("metric"), t("difference"), "p", t("interval"), t("chance")]}
          numbers={[2, 4]}
          rows={metrics
            .filter((each) => each.role !== "signal" && each.at_plan !== null)
            .map((each) => ({
              key: each.metric,
              cells: [
                t(`metrics.${each.metric}`),
                each.plain_difference === null ? "—" : signed(each.metric, each.plain_difference),
                number(each.at_plan?.p, 4),
                each.at_plan?.low == null || each.at_plan.high === null ? "—" : oneLine(`[${signed(each.metric, each.at_plan.low)}; ${signed(each.metric, each.at_plan.high)}]`),
                number(each.bayes?.chance_from_counts ?? each.bayes?.chance, 3),
              ],
            }))}
        />
      </Section>
      <Section title={t("metrics.confidence")}>
        <p>{t("confidenceSignal")}</p>
      </Section>
      <div className="flex flex-wrap gap-2 pt-2">
        <Button
          onClick={() =>
            download(
              `veredicto-${analysis.experiment_key}.csv`,
              csvFile(toCsv(
                ["metric", "role", "n1", "n2", "mean1", "mean2", "median1", "median2", "p95_1", "p95_2", "plain_difference", "estimate", "low", "high", "always_valid_p", "ln_e", "peak_ln_e", "p_evidence", "p_at_plan", "chance_phase2_better", "late", "excluded"],
                metrics.map((m) => [m.metric, m.role, m.arms[0].n, m.arms[1].n, m.arms[0].mean, m.arms[1].mean, m.arms[0].median, m.arms[1].median, m.arms[0].p95, m.arms[1].p95, m.plain_difference, m.estimate, m.interval?.low ?? null, m.interval?.high ?? null, m.interval?.always_valid_p ?? null, m.evidence?.ln_e ?? null, m.evidence?.peak_ln_e ?? null, m.evidence?.p ?? null, m.at_plan?.p ?? null, m.bayes?.chance_from_counts ?? m.bayes?.chance ?? null, m.late, m.excluded]),
                separator,
              )),
            )
          }
        >
          <Download aria-hidden size={14} />
          {t("numbersCsv", { format: ui("asCsv") })}
        </Button>
        <span className="inline-flex items-center gap-2 text-second">
          {t("rowsExport")}
          <ExportMenu addressOf={rowsAddress} />
        </span>
      </div>
    </>
  );
}
