"use client";

import { useMutation, useMutationState, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, UserPlus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { changePerson, endSessions, resetPassword } from "@/lib/console/calls";
import type { Person, Role } from "@/lib/console/settings-contract";
import { call } from "@/lib/http/call";
import { meQuery, useBlocked } from "../frame/me";
import { toast } from "../frame/toast";
import { useUndoToast } from "../frame/undo";
import { Age } from "../time/age";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { DataTable, type Column } from "../ui/data-table";
import { inputClass } from "../ui/field";
import { Menu, MenuItem } from "../ui/menu";
import { Nothing, Panel } from "../ui/panel";
import { useProblemWords } from "../ui/problem";
import { AddPerson } from "./add-person";
import { peopleQuery } from "./queries";
import { ShownOnce } from "./shown-once";

type Part = { role: Role } | { disabled: boolean };
type Secret = { name: string; password: string };
const roles = ["viewer", "operator", "admin"] as const satisfies readonly Role[];

export function People() {
  const t = useTranslations("settings");
  const read = useQuery(peopleQuery);
  const blocked = useBlocked("admin");
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<Secret | null>(null);
  const columns = useColumns(setSecret);
  return (
    <>
      <Panel
        title={t("people")}
        read={read}
        everyMs={null}
        flush
        actions={
          <Button tone="primary" blocked={blocked} onClick={() => setAdding(true)}>
            <UserPlus aria-hidden size={14} />
            {t("addPerson")}
          </Button>
        }
        empty={({ rows }) => (rows.length > 0 ? null : <Nothing title={t("noPeople")} />)}
      >
        {({ rows }) => <DataTable caption={t("people")} rows={rows} columns={columns} idOf={(row) => row.id} />}
      </Panel>
      {adding ? (
        <AddPerson
          onClose={() => setAdding(false)}
          onAdded={(added) => {
            setAdding(false);
            setSecret(added);
          }}
        />
      ) : null}
      {secret === null ? null : <ShownOnce title={t("passwordOf", { name: secret.name })} secret={secret.password} onClose={() => setSecret(null)} />}
    </>
  );
}

function useColumns(onSecret: (secret: Secret) => void): Column<Person>[] {
  const t = useTranslations("settings");
  return [
    { id: "name", header: t("name"), cell: ({ row }) => <span className="font-medium">{row.original.name}</span> },
    { id: "username", header: t("username"), cell: ({ row }) => row.original.username },
    { id: "role", header: t("role"), cell: ({ row }) => <RoleChoice person={row.original} /> },
    { id: "state", header: t("state"), cell: ({ row }) => <State person={row.original} /> },
    { id: "lastSeen", header: t("lastSeen"), cell: ({ row }) => (row.original.last_seen_at === null ? t("never") : <Age at={row.original.last_seen_at} />) },
    { id: "sessions", header: t("sessions"), meta: { align: "right" }, cell: ({ row }) => row.original.sessions },
    { id: "actions", header: t("actions"), cell: ({ row }) => <PersonActions person={row.original} onSecret={onSecret} /> },
  ];
}

/** As the server has it, and over it what is on its way. */
function State({ person }: { person: Person }) {
  const t = useTranslations("settings");
  const asked = useMutationState({ filters: { mutationKey: ["person", person.id], status: "pending" }, select: ({ state }) => (state.variables as { to: Part }).to }).at(-1);
  const disabled = asked && "disabled" in asked ? asked.disabled : person.disabled;
  return <Badge tone={disabled ? "quiet" : "normal"}>{disabled ? t("disabled") : person.external ? t("external") : t("active")}</Badge>;
}

/** Both directions of a change go through here; the overlay of a running one is drawn from its variables. */
function useChange(person: Person) {
  const client = useQueryClient();
  const words = useProblemWords();
  const undoable = useUndoToast();
  return useMutation({
    mutationKey: ["person", person.id],
    mutationFn: ({ to }: { to: Part; back: Part; done: string }) => call(changePerson, { params: { id: person.id }, body: { version: person.version, ...to } }),
    onSuccess: async (next, { done, back }) => {
      await client.invalidateQueries({ queryKey: ["people"] });
      undoable(done, () => {
        call(changePerson, { params: { id: person.id }, body: { version: next.version, ...back } })
          .catch((error: unknown) => toast.error(words(error).words))
          .finally(() => void client.invalidateQueries({ queryKey: ["people"] }));
      });
    },
    onError: async (error) => {
      toast.error(words(error).words);
      await client.invalidateQueries({ queryKey: ["people"] });
    },
  });
}

function useOwn(person: Person): string | null {
  const t = useTranslations("settings");
  const { data } = useQuery(meQuery);
  const blocked = useBlocked("admin");
  return blocked ?? (data?.id === person.id ? t("oneself") : null);
}

function RoleChoice({ person }: { person: Person }) {
  const t = useTranslations("settings");
  const words = useTranslations("roles");
  const change = useChange(person);
  const blocked = useOwn(person);
  const shown = change.isPending && "role" in change.variables.to ? change.variables.to.role : person.role;
  return (
    <select
      aria-label={`${t("role")}: ${person.name}`}
      className={`${inputClass} w-auto min-w-36`}
      value={shown}
      disabled={blocked !== null}
      title={blocked ?? undefined}
      onChange={(event) => {
        const role = roles.find((each) => each === event.target.value);
        if (role && role !== person.role) change.mutate({ to: { role }, back: { role: person.role }, done: t("roleChanged", { name: person.name, role: words(role) }) });
      }}
    >
      {roles.map((role) => (
        <option key={role} value={role}>
          {words(role)}
        </option>
      ))}
    </select>
  );
}

function PersonActions({ person, onSecret }: { person: Person; onSecret: (secret: Secret) => void }) {
  const t = useTranslations("settings");
  const words = useProblemWords();
  const client = useQueryClient();
  const blocked = useOwn(person);
  const change = useChange(person);
  const failed = (error: Error): void => void toast.error(words(error).words);
  const reset = useMutation({ mutationFn: () => call(resetPassword, { params: { id: person.id }, body: { version: person.version } }), onSuccess: ({ password }) => onSecret({ name: person.name, password }), onError: failed, onSettled: () => client.invalidateQueries({ queryKey: ["people"] }) });
  const end = useMutation({ mutationFn: () => call(endSessions, { params: { id: person.id }, body: {} }), onSuccess: ({ ended_sessions }) => void toast(t("sessionsEnded", { count: ended_sessions })), onError: failed, onSettled: () => client.invalidateQueries({ queryKey: ["people"] }) });
  if (blocked !== null) {
    return (
      <Button blocked={blocked} aria-label={`${t("actions")}: ${person.name}`}>
        <Ellipsis aria-hidden size={14} />
      </Button>
    );
  }
  return (
    <Menu
      trigger={
        <Button aria-label={`${t("actions")}: ${person.name}`}>
          <Ellipsis aria-hidden size={14} />
        </Button>
      }
    >
      <MenuItem onSelect={() => change.mutate({ to: { disabled: !person.disabled }, back: { disabled: person.disabled }, done: t(person.disabled ? "personEnabled" : "personDisabled", { name: person.name }) })}>{person.disabled ? t("enable") : t("disable")}</MenuItem>
      {person.external ? null : <MenuItem onSelect={() => reset.mutate()}>{t("resetPassword")}</MenuItem>}
      <MenuItem onSelect={() => end.mutate()}>{t("endSessions")}</MenuItem>
    </Menu>
  );
}
