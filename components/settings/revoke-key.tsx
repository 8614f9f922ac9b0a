"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useFormatter, useTranslations } from "next-intl";
import { useState } from "react";
import { revokeKey } from "@/lib/console/calls";
import type { Key } from "@/lib/console/settings-contract";
import { call } from "@/lib/http/call";
import { useNow } from "../time/now";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { useProblemWords } from "../ui/problem";

/** Cannot be taken back, so the name is typed, below the consequence. */
export function RevokeKey({ apiKey, onClose }: { apiKey: Key; onClose: () => void }) {
  const t = useTranslations("settings");
  const ui = useTranslations("ui");
  const words = useProblemWords();
  const format = useFormatter();
  const now = useNow(60_000);
  const client = useQueryClient();
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const revoke = useMutation({
    mutationFn: () => call(revokeKey, { params: { id: apiKey.id }, body: { name: typed, reason } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["keys"] });
      onClose();
    },
  });
  const ready = typed === apiKey.name;
  return (
    <Dialog open onClose={onClose} title={t("revokeTitle", { name: apiKey.name })} description={apiKey.last_used_at === null ? t("revokeUnused") : t("revokeLastUsed", { age: format.relativeTime(Date.parse(apiKey.last_used_at), now) })}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !revoke.isPending) revoke.mutate();
        }}
      >
        <Field label={t("typeName")} hint={apiKey.name}>
          {(field) => <input {...field} autoComplete="off" spellCheck={false} value={typed} onChange={(event) => setTyped(event.target.value)} />}
        </Field>
        <Field label={t("reason")}>{(field) => <input {...field} maxLength={500} autoComplete="off" value={reason} onChange={(event) => setReason(event.target.value)} />}</Field>
        {revoke.error ? (
          <p role="alert" className="font-medium text-critical">
            {words(revoke.error).words}
          </p>
        ) : null}
        <div className="flex gap-2">
          <Button type="submit" tone="danger" blocked={revoke.isPending ? ui("working") : ready ? null : t("typeName")}>
            {revoke.isPending ? ui("working") : t("revoke")}
          </Button>
          <Button onClick={onClose}>{ui("cancel")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
