"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEvery } from "../live/live";
import { useFormats } from "../time/formats";
import { Nothing, Panel } from "../ui/panel";
import { StateIcon } from "../ui/state-icon";
import { analysisQuery } from "./queries";
import { useCheckWords } from "./reasons";

/** Whether the test measures what it says. A failing check that acts takes the verdict away. */
export function TestHealth() {
  const t = useTranslations("abTesting");
  const every = useEvery();
  const { share } = useFormats();
  const words = useCheckWords();
  const read = useQuery(analysisQuery(every));
  return (
    <Panel title={t("health")} read={read} everyMs={every === false ? null : every} empty={({ decisions }) => (decisions.phase1 + decisions.phase2 > 0 ? null : <Nothing title={t("healthNothing")} />)}>
      {({ health, decisions }) => {
        const total = decisions.phase1 + decisions.phase2;
        return (
          <>
            <p className="flex items-center gap-2 pb-2 font-medium">
              <StateIcon state={health.ok ? "normal" : "high"} />
              {health.ok ? t("healthOk") : t("healthBad")}
            </p>
            <ul className="flex flex-col gap-2">
              {health.checks.map((check) => {
                const { title, detail, remedy } = words(check);
                return (
                  <li key={check.code} className="flex items-start gap-2">
                    <span className="mt-0.5">
                      <StateIcon state={check.ok ? "normal" : check.acts ? "high" : "medium"} size={14} />
                    </span>
                    <span className="min-w-0">
                      <span className="font-medium">{title}</span> <span className="sr-only">{check.ok ? t("checkOk") : t("checkBad")}</span>
                      <span className="text-second">{detail}</span>
                      {remedy === null ? null : <span className="block">{remedy}</span>}
                    </span>
                  </li>
                );
              })}
              <li className="flex items-start gap-2">
                <span className="mt-0.5">
                  <StateIcon state="info" size={14} />
                </span>
                <span>
                  <span className="font-medium">{t("outcomesIn")}</span> <span className="text-second">{t("outcomesShare", { share: share(total === 0 ? null : Math.min(1, decisions.outcomes / total)) })}</span>
                </span>
              </li>
            </ul>
          </>
        );
      }}
    </Panel>
  );
}
