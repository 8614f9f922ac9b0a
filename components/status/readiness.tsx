"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { Age } from "../time/age";
import { StateIcon, type State } from "../ui/state-icon";
import { readiness } from "./queries";

/** Whether predictions can be answered now, refreshed every 15 s. Says when it does not know. */
export function Readiness() {
  const t = useTranslations("status");
  const { data, error, isPending, dataUpdatedAt } = useQuery(readiness);
  const [state, words]: [State, string] = isPending ? ["unknown", t("loading")] : error ? ["unknown", t("unknown")] : !data.ready ? ["critical", t("notReady")] : data.output !== null ? ["high", t("warning")] : ["normal", t("ready")];
  return (
    <div role="status" className="flex items-start gap-3 rounded-panel border border-line bg-panel p-4">
      <StateIcon state={state} size={24} />
      <div>
        <p className="text-heading font-semibold">{words}</p>
        {data === undefined ? null : (
          <p className="text-second">
            {data.model === null ? null : `${t("model", { model: data.model })} · `}
            {t("checked")} <Age at={dataUpdatedAt} />
          </p>
        )}
      </div>
    </div>
  );
}
