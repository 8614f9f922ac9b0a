"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { rotateKey } from "@/lib/console/calls";
import type { Key } from "@/lib/console/settings-contract";
import { modelInfo } from "@/lib/dispatch/calls";
import { call } from "@/lib/http/call";
import { useBlocked } from "../frame/me";
import { toast } from "../frame/toast";
import { Age } from "../time/age";
import { useWords } from "../severity/reason";
import { useFormats } from "../time/formats";
import { useNow } from "../time/now";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { DataTable, type Column } from "../ui/data-table";
import { Nothing, Panel } from "../ui/panel";
import { useProblemWords } from "../ui/problem";
import { AddKey } from "./add-key";
import { keysQuery } from "./queries";
import { RevokeKey } from "./revoke-key";
import { ShownOnce } from "./shown-once";

export function Keys() {
  const t = useTranslations("settings");
  const read = useQuery(keysQuery);
  const blocked = useBlocked("admin");
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<Key | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const columns = useColumns(setSecret, setRevoking);
  return (
    <>
      <Panel
        title={t("keys")}
        read={read}
        everyMs={null}
        flush
        actions={
          <Button tone="primary" blocked={blocked} onClick={() => setAdding(true)}>
            <KeyRound aria-hidden size={14} />
            {t("addKey")}
          </Button>
        }
        empty={({ rows }) => (rows.length > 0 ? null : <Nothing title={t("noKeys")} />)}
      >
        {({ rows }) => <DataTable caption={t("keys")} rows={rows} columns={columns} idOf={(row) => row.id} />}
      </Panel>
      {adding ? (
        <AddKey
          onClose={() => setAdding(false)}
          onAdded={(next) => {
            setAdding(false);
            setSecret(next);
          }}
        />
      ) : null}
      {revoking === null ? null : <RevokeKey apiKey={revoking} onClose={() => setRevoking(null)} />}
      {secret === null ? null : <ShownOnce title={t("newKey")} secret={secret} example={`curl -s ${location.origin}${modelInfo.path} \\\n  -H 'Authorization: Bearer ${secret}'`} onClose={() => setSecret(null)} />}
    </>
  );
}

function useColumns(onSecret: (secret: string) => void, onRevoke: (key: Key) => void): Column<Key>[] {
  const t = useTranslations("settings");
  const { count } = useFormats();
  const actor = useWords("actor");
  return [
    {
      id: "name",
      header: t("name"),
      meta: { full: true },
      cell: ({ row }) => (
        <>
          <span className="font-medium">{row.original.name}</span> <code className="font-mono text-label text-second">{row.original.id}</code>
        </>
      ),
    },
    { id: "scopes", header: t("scopes"), meta: { full: true }, cell: ({ row }) => <span className="font-mono text-label">{row.original.scopes.join(" ")}</span> },
    { id: "createdBy", header: t("createdBy"), meta: { wide: true }, cell: ({ row }) => <>{actor(row.original.created_by)} · <Age at={row.original.created_at} /></> },
    { id: "lastUsed", header: t("lastUsed"), cell: ({ row }) => (row.original.last_used_at === null ? t("never") : <span title={row.original.last_used_from ?? undefined}><Age at={row.original.last_used_at} /></span>) },
    { id: "limit", header: t("limit"), meta: { align: "right", wide: true }, cell: ({ row }) => (row.original.rate_per_second === null ? t("unlimited") : t("perSecond", { count: count(row.original.rate_per_second) })) },
    { id: "expires", header: t("expires"), cell: ({ row }) => <Life apiKey={row.original} /> },
    { id: "actions", header: t("actions"), meta: { full: true }, cell: ({ row }) => <KeyActions apiKey={row.original} onSecret={onSecret} onRevoke={onRevoke} /> },
  ];
}

function Life({ apiKey }: { apiKey: Key }) {
  const t = useTranslations("settings");
  const now = useNow(60_000);
  if (apiKey.revoked_at !== null) return <Badge tone="quiet">{t("revoked")}</Badge>;
  if (apiKey.expires_at === null) return t("noExpiry");
  if (now !== 0 && Date.parse(apiKey.expires_at) <= now) return <Badge tone="quiet">{t("expired")}</Badge>;
  return <Age at={apiKey.expires_at} />;
}

function KeyActions({ apiKey, onSecret, onRevoke }: { apiKey: Key; onSecret: (secret: string) => void; onRevoke: (key: Key) => void }) {
  const t = useTranslations("settings");
  const ui = useTranslations("ui");
  const client = useQueryClient();
  const words = useProblemWords();
  const blocked = useBlocked("admin");
  const rotate = useMutation({
    mutationFn: () => call(rotateKey, { params: { id: apiKey.id }, body: {} }),
    onSuccess: async ({ secret }) => {
      onSecret(secret);
      toast(t("rotated"));
      await client.invalidateQueries({ queryKey: ["keys"] });
    },
    onError: (error) => void toast.error(words(error).words),
  });
  if (apiKey.revoked_at !== null) return null;
  return (
    <span className="flex gap-1">
      <Button
        blocked={blocked ?? (rotate.isPending ? ui("working") : null)}
        aria-label={`${t("rotate")}: ${apiKey.name}`}
        onClick={() => rotate.mutate()}
      >
        {rotate.isPending ? ui("working") : t("rotate")}
      </Button>
      <Button tone="danger" blocked={blocked} aria-label={`${t("revoke")}: ${apiKey.name}`} onClick={() => onRevoke(apiKey)}>
        {t("revoke")}
      </Button>
    </span>
  );
}
