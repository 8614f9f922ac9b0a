"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { addPerson } from "@/lib/console/calls";
import type { Role } from "@/lib/console/settings-contract";
import { call } from "@/lib/http/call";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { useProblemWords } from "../ui/problem";

const roles = ["viewer", "operator", "admin"] as const satisfies readonly Role[];

export function AddPerson({ onClose, onAdded }: { onClose: () => void; onAdded: (added: { name: string; password: string }) => void }) {
  const t = useTranslations("settings");
  const ui = useTranslations("ui");
  const words = useTranslations("roles");
  const problem = useProblemWords();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [username, setUsername] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const add = useMutation({
    mutationFn: () => call(addPerson, { body: { name, username, role } }),
    onSuccess: async ({ person, password }) => {
      onAdded({ name: person.name, password });
      await client.invalidateQueries({ queryKey: ["people"] });
    },
  });
  return (
    <Dialog open onClose={onClose} title={t("addPerson")}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (!add.isPending) add.mutate();
        }}
      >
        <Field label={t("name")}>{(field) => <input {...field} required maxLength={100} autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />}</Field>
        <Field label={t("username")} hint={t("usernameHint")}>
          {(field) => <input {...field} required pattern="[a-z0-9][a-z0-9._@\-]{1,79}" autoComplete="off" autoCapitalize="none" spellCheck={false} value={username} onChange={(event) => setUsername(event.target.value)} />}
        </Field>
        <Field label={t("role")}>
          {(field) => (
            <select {...field} value={role} onChange={(event) => setRole(roles.find((each) => each === event.target.value) ?? "viewer")}>
              {roles.map((each) => (
                <option key={each} value={each}>
                  {words(each)}
                </option>
              ))}
            </select>
          )}
        </Field>
        {add.error ? (
          <p role="alert" className="font-medium text-critical">
            {problem(add.error).words}
          </p>
        ) : null}
        <div className="flex gap-2">
          <Button type="submit" tone="primary" blocked={add.isPending ? ui("working") : null}>
            {add.isPending ? ui("working") : t("addPerson")}
          </Button>
          <Button onClick={onClose}>{ui("cancel")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
