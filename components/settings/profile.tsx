"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { changePassword } from "@/lib/console/calls";
import { call } from "@/lib/http/call";
import { useLanguage } from "../frame/language";
import { meQuery } from "../frame/me";
import { usePreferences } from "../frame/preferences";
import { toast } from "../frame/toast";
import { useFormats } from "../time/formats";
import { Button } from "../ui/button";
import { Facts } from "../ui/facts";
import { Field } from "../ui/field";
import { Panel } from "../ui/panel";
import { useProblemWords } from "../ui/problem";

export function Profile() {
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Appearance />
      <div className="flex flex-col gap-4">
        <Account />
        <Password />
      </div>
    </div>
  );
}

/** Each choice works at once and is kept in this browser. */
function Appearance() {
  const t = useTranslations("settings");
  const theme = useTranslations("theme");
  const { preferences, change } = usePreferences();
  const { language, switchTo } = useLanguage();
  return (
    <section aria-labelledby="appearance" className="rounded-panel border border-line bg-panel p-4">
      <h2 id="appearance" className="text-heading font-semibold">
        {t("appearance")}
      </h2>
      <p className="pb-3 text-label text-second">{t("savedHere")}</p>
      <div className="flex flex-col gap-3">
        <Choice label={t("language")} value={language} options={[["es", t("spanish")], ["en", t("english")]]} onChange={switchTo} />
        <Choice label={t("zone")} value={preferences.zone} options={[["centre", t("centre")], ["utc", t("utc")], ["browser", t("browser")]]} onChange={(zone) => change({ zone })} />
        <Choice label={theme("label")} value={preferences.theme} options={[["system", theme("system")], ["light", theme("light")], ["dark", theme("dark")]]} onChange={(next) => change({ theme: next })} />
        <Choice label={theme("density")} value={preferences.density} options={[["comfortable", theme("comfortable")], ["compact", theme("compact")]]} onChange={(density) => change({ density })} />
        <Choice label={t("motion")} value={preferences.motion} options={[["system", t("motionSystem")], ["reduced", t("motionReduced")]]} onChange={(motion) => change({ motion })} />
        <Choice label={t("singleKeys")} hint={t("singleKeysHint")} value={preferences.keys} options={[["on", t("on")], ["off", t("off")]]} onChange={(keys) => change({ keys })} />
      </div>
    </section>
  );
}

function Choice<Value extends string>({ label, hint, value, options, onChange }: { label: string; hint?: string; value: Value; options: readonly (readonly [Value, string])[]; onChange: (value: Value) => void }) {
  return (
    <Field label={label} hint={hint}>
      {(field) => (
        <select {...field} value={value} onChange={(event) => onChange(options.find(([each]) => each === event.target.value)?.[0] ?? value)}>
          {options.map(([each, words]) => (
            <option key={each} value={each}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function Account() {
  const t = useTranslations("settings");
  const roles = useTranslations("roles");
  const { instant } = useFormats();
  const read = useQuery(meQuery);
  return (
    <Panel title={t("account")} read={read} everyMs={null}>
      {(me) => (
        <Facts
          facts={[
            [t("name"), me.name],
            [t("role"), roles(me.role)],
            [t("sessionUntil"), instant(me.expires_at)],
          ]}
        />
      )}
    </Panel>
  );
}

function Password() {
  const t = useTranslations("settings");
  const ui = useTranslations("ui");
  const words = useProblemWords();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const save = useMutation({
    mutationFn: () => call(changePassword, { body: { current, next } }),
    onSuccess: ({ ended_sessions }) => {
      toast(t("passwordChanged"), { description: t("sessionsEnded", { count: ended_sessions }) });
      setCurrent("");
      setNext("");
    },
  });
  return (
    <section aria-labelledby="password" className="rounded-panel border border-line bg-panel p-4">
      <h2 id="password" className="pb-2 text-heading font-semibold">
        {t("password")}
      </h2>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (!save.isPending) save.mutate();
        }}
      >
        <Field label={t("currentPassword")}>{(field) => <input {...field} type="password" required autoComplete="current-password" value={current} onChange={(event) => setCurrent(event.target.value)} />}</Field>
        <Field label={t("newPassword")} hint={t("passwordHint")} error={save.error ? words(save.error).words : null}>
          {(field) => <input {...field} type="password" required minLength={12} maxLength={200} autoComplete="new-password" value={next} onChange={(event) => setNext(event.target.value)} />}
        </Field>
        <div>
          <Button type="submit" blocked={save.isPending ? ui("working") : null}>
            {save.isPending ? ui("working") : t("changePassword")}
          </Button>
        </div>
      </form>
    </section>
  );
}
