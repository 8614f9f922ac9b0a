"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { extendSession } from "@/lib/console/calls";
import { call } from "@/lib/http/call";
import { LoginForm } from "../login/login-form";
import { useNow } from "../time/now";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { useProblemWords } from "../ui/problem";
import { meQuery } from "./me";
import { sessionEnded, useSessionEnded } from "./session";

const WARNING_MS = 5 * 60_000;

/** Five minutes before the session ends it can be kept; after its end one signs in over the page, which stays as it is. */
export function SessionDialogs() {
  const t = useTranslations("session");
  const client = useQueryClient();
  const ended = useSessionEnded();
  return (
    <>
      <Dialog open={ended} onClose={() => sessionEnded(false)} title={t("endedTitle")} description={t("ended")}>
        <LoginForm
          next="/"
          onDone={() => {
            sessionEnded(false);
            void client.invalidateQueries();
          }}
        />
      </Dialog>
      {ended ? null : <EndingSoon />}
    </>
  );
}

function EndingSoon() {
  const t = useTranslations("session");
  const client = useQueryClient();
  const words = useProblemWords();
  const { data } = useQuery(meQuery);
  const now = useNow(15_000);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const extend = useMutation({ mutationFn: () => call(extendSession, { body: {} }), onSuccess: (next) => client.setQueryData(meQuery.queryKey, next) });
  if (!data || now === 0 || dismissed === data.expires_at) return null;
  const leftMs = Date.parse(data.expires_at) - now;
  if (leftMs > WARNING_MS || leftMs <= 0) return null;
  return (
    <Dialog open onClose={() => setDismissed(data.expires_at)} title={t("soonTitle")} description={t("soon", { minutes: Math.ceil(leftMs / 60_000) })}>
      {extend.error ? <p role="alert" className="font-medium text-critical">{words(extend.error).words}</p> : null}
      <Button tone="primary" onClick={() => extend.mutate()}>
        {t("extend")}
      </Button>
    </Dialog>
  );
}
