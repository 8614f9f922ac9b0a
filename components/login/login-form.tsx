"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { externalProviders, signIn, startExternal } from "./sign-in";

/** Name and password; paste and password managers work. One message for every refusal. */
export function LoginForm({ next, onDone }: { next: string; onDone: () => void }) {
  const t = useTranslations("login");
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const providers = useQuery({ queryKey: ["sign-in-providers"], queryFn: externalProviders, staleTime: Infinity, retry: false });
  const attempt = useMutation({
    mutationFn: () => signIn(username, password),
    onSuccess: (result) => {
      if (result === "in") onDone();
    },
  });
  const trouble = attempt.data === undefined || attempt.data === "in" ? null : t(attempt.data);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!attempt.isPending) attempt.mutate();
      }}
    >
      <Field label={t("username")}>{(field) => <input {...field} name="username" autoComplete="username" autoCapitalize="none" spellCheck={false} required value={username} onChange={(event) => setUsername(event.target.value)} />}</Field>
      <Field label={t("password")}>{(field) => <input {...field} name="password" type="password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} />}</Field>
      <p role="alert" className="font-medium text-critical empty:hidden">
        {attempt.isPending ? null : trouble}
      </p>
      <Button type="submit" tone="primary" blocked={attempt.isPending ? t("checking") : null}>
        {attempt.isPending ? t("checking") : t("enter")}
      </Button>
      {providers.data?.map(({ id, name }) => (
        <Button key={id} onClick={() => void startExternal(id, next)}>
          {t("enterWith", { name })}
        </Button>
      ))}
    </form>
  );
}
