"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { readiness } from "../status/queries";
import { StateIcon, type State } from "../ui/state-icon";

/** The state of the service in one sentence, before any number. What is not known is said to be not known. */
export function StateSentence() {
  const t = useTranslations("state");
  const { data, error } = useQuery(readiness);
  const [state, words]: [State, string] = error
    ? ["unknown", t("noAnswer")]
    : data === undefined
      ? ["unknown", t("asking")]
      : !data.ready
        ? ["critical", t("rulesOnly")]
        : data.output === null
          ? ["normal", t("normal", { model: data.model ?? "" })]
          : ["high", t("databaseAway")];
  return (
    <p role="status" className="flex min-w-0 items-center gap-2 font-medium">
      <StateIcon state={state} size={18} />
      <span className="line-clamp-2 min-w-0">{words}</span>
    </p>
  );
}
