"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEvery } from "../live/live";
import { Age } from "../time/age";
import { useRange } from "../time/use-range";
import { Facts } from "../ui/facts";
import { Panel } from "../ui/panel";
import { Skeleton } from "../ui/skeleton";
import { StateIcon } from "../ui/state-icon";
import { overviewQuery } from "./queries";

export function Health() {
  const t = useTranslations("overview");
  const { range } = useRange();
  const every = useEvery();
  const read = useQuery(overviewQuery(range, every));
  return (
    <Panel title={t("health")} read={read} everyMs={every === false ? null : every} skeleton={<Skeleton className="mx-3 mb-3 h-20" />}>
      {(data) => (
        <Facts
          facts={[
            [t("database"), <With key="database" state={data.database === "up" ? "normal" : "high"}>{data.database === "up" ? t("databaseUp") : t("databaseAway", { count: data.spooled_rows })}</With>],
            [t("model"), <With key="model" state={data.champion === null ? "critical" : "normal"}>{data.champion ?? t("modelNone")}</With>],
            [t("lastDecision"), data.last_decision_at === null ? t("never") : <Age key="last" at={data.last_decision_at} />],
          ]}
        />
      )}
    </Panel>
  );
}

function With({ state, children }: { state: "normal" | "high" | "critical"; children: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <StateIcon state={state} size={14} />
      {children}
    </span>
  );
}
