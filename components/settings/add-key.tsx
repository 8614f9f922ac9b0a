"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { addKey } from "@/lib/console/calls";
import { call } from "@/lib/http/call";
import { scopes as allScopes } from "@/lib/auth/scopes";
import type { Scope } from "@/lib/http/endpoint";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { useProblemWords } from "../ui/problem";

const DAY_MS = 86_400_000;

export function AddKey({ onClose, onAdded }: { onClose: () => void; onAdded: (secret: string) => void }) {
  const t = useTranslations("settings");
  const ui = useTranslations("ui");
  const words = useProblemWords();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Scope[]>([]);
  const [days, setDays] = useState("");
  const [rate, setRate] = useState("");
  const add = useMutation({
    mutationFn: () =>
      call(addKey, {
        body: {
          name,
          scopes,
          expires_at: days === "" ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString(),
          rate_per_second: rate === "" ? null : Number(rate),
          burst: rate === "" ? null : Math.ceil(Number(rate) * 2),
        },
      }),
    onSuccess: async ({ secret }) => {
      onAdded(secret);
      await client.invalidateQueries({ queryKey: ["keys"] });
    },
  });
  return (
    <Dialog open onClose={onClose} title={t("addKey")}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (scopes.length > 0 && !add.isPending) add.mutate();
        }}
      >
        <Field label={t("name")}>{(field) => <input {...field} required maxLength={100} autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />}</Field>
        <fieldset>
          <legend className="pb-1 text-label font-medium text-second">{t("scopes")}</legend>
          <div className="flex flex-wrap gap-x-4 gap-y-2">
            {allScopes.map((scope) => (
              <label key={scope} className="inline-flex min-h-6 items-center gap-2 font-mono">
                <input type="checkbox" className="size-4 accent-(--accent)" checked={scopes.includes(scope)} onChange={(event) => setScopes(event.target.checked ? [...scopes, scope] : scopes.filter((each) => each !== scope))} />
                {scope}
              </label>
            ))}
          </div>
        </fieldset>
        <div className="grid grid-cols-2 gap-3">
          <Field label={t("days")} hint={t("daysHint")}>
            {(field) => <input {...field} type="number" min={1} max={3650} step={1} value={days} onChange={(event) => setDays(event.target.value)} />}
          </Field>
          <Field label={t("rate")} hint={t("rateHint")}>
            {(field) => <input {...field} type="number" min={1} max={100_000} value={rate} onChange={(event) => setRate(event.target.value)} />}
          </Field>
        </div>
        {add.error ? (
          <p role="alert" className="font-medium text-critical">
            {words(add.error).words}
          </p>
        ) : null}
        <div className="flex gap-2">
          <Button type="submit" tone="primary" blocked={add.isPending ? ui("working") : scopes.length === 0 ? t("chooseScope") : null}>
            {add.isPending ? ui("working") : t("addKey")}
          </Button>
          <Button onClick={onClose}>{ui("cancel")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
