"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";
import { parseAsString, useQueryStates } from "nuqs";
import type { AuditRow } from "@/lib/console/settings-contract";
import { useWords } from "../severity/reason";
import { useFormats } from "../time/formats";
import { useRange } from "../time/use-range";
import { Button } from "../ui/button";
import { DataTable, type Column } from "../ui/data-table";
import { ExportMenu } from "../ui/export-menu";
import { inputClass } from "../ui/field";
import { Nothing, Panel } from "../ui/panel";
import { StateIcon } from "../ui/state-icon";
import { auditAddress, auditQuery, chainQuery } from "./queries";
import { toChanges } from "./to-changes";

const filterKeys = { actor: parseAsString, action: parseAsString, subject: parseAsString };

export function Audit() {
  const t = useTranslations("settings");
  const ui = useTranslations("ui");
  const language = useLocale();
  const { range } = useRange();
  const [filters, setFilters] = useQueryStates(filterKeys);
  const { data, fetchNextPage, hasNextPage, isFetchingNextPage, ...rest } = useInfiniteQuery(auditQuery(range, filters));
  const columns = useColumns();
  const rows = data?.pages.flatMap((page) => page.rows) ?? [];
  const any = Object.values(filters).some((value) => value !== null);
  return (
    <div className="flex flex-col gap-4">
      <Chain />
      <div role="search" aria-label={t("audit")} className="flex flex-wrap items-end gap-3">
        {(["actor", "action", "subject"] as const).map((key) => (
          <label key={key} className="flex w-44 flex-col gap-1 text-label font-medium text-second">
            {t(key)}
            <input type="search" autoComplete="off" maxLength={60} className={`${inputClass} font-normal`} value={filters[key] ?? ""} onChange={(event) => void setFilters({ [key]: event.target.value === "" ? null : event.target.value })} />
          </label>
        ))}
      </div>
      <Panel
        title={t("audit")}
        read={{ ...rest, data }}
        everyMs={null}
        flush
        actions={<ExportMenu addressOf={(format) => auditAddress(range, filters, language, format)} />}
        empty={() =>
          rows.length > 0 ? null : (
            <Nothing title={any ? ui("noFilter") : t("noAudit")}>{any ? <Button onClick={() => void setFilters({ actor: null, action: null, subject: null })}>{ui("clear")}</Button> : undefined}</Nothing>
          )
        }
      >
        {() => (
          <>
            <DataTable caption={t("audit")} rows={rows} columns={columns} idOf={(row) => String(row.id)} />
            {hasNextPage ? (
              <div className="flex justify-center border-t border-line p-2">
                <Button blocked={isFetchingNextPage ? ui("loading") : null} onClick={() => void fetchNextPage()}>
                  {isFetchingNextPage ? ui("loading") : ui("more")}
                </Button>
              </div>
            ) : null}
          </>
        )}
      </Panel>
    </div>
  );
}

function useColumns(): Column<AuditRow>[] {
  const t = useTranslations("settings");
  const { instant } = useFormats();
  const action = useWords("action");
  const subject = useWords("subject");
  const actor = useWords("actor");
  return [
    { id: "when", header: t("when"), meta: { full: true }, cell: ({ row }) => instant(row.original.at) },
    { id: "who", header: t("who"), cell: ({ row }) => <span title={row.original.address_prefix ?? undefined}>{row.original.actor_kind === "person" ? row.original.actor : actor(row.original.actor)}</span> },
    { id: "what", header: t("what"), cell: ({ row }) => (
        <span>
          {action(row.original.action)} <code className="block font-mono text-label text-second">{row.original.action}</code>
        </span>
      ) },
    { id: "object", header: t("object"), cell: ({ row }) => (
        <span>
          {subject(row.original.subject_type)} <code title={row.original.subject_id} className="font-mono text-label text-second">{short(row.original.subject_id)}</code>
        </span>
      ) },
    { id: "change", header: t("change"), meta: { full: true }, cell: ({ row }) => <Change row={row.original} /> },
    { id: "reason", header: t("reason"), meta: { full: true }, cell: ({ row }) => <span className="whitespace-normal">{row.original.reason ?? "—"}</span> },
    { id: "request", header: t("request"), meta: { wide: true }, cell: ({ row }) => (row.original.request_id === null ? "—" : <code title={row.original.request_id} className="font-mono text-label">{short(row.original.request_id)}</code>) },
  ];
}

/** The beginning of a long id; the whole of it behind. */
const short = (id: string): string => (id.length > 12 ? `${id.slice(0, 8)}…` : id);

function Change({ row }: { row: AuditRow }) {
  const t = useTranslations("settings");
  const changes = toChanges(row.before, row.after);
  if (changes.length === 0) return "—";
  return (
    <ul className="min-w-48 break-words whitespace-normal">
      {changes.map(({ field, before, after }) => (
        <li key={field}>
          <code className="font-mono text-label">{field}</code>: {before === null ? null : (
            <>
              <del className="text-second">{before}</del> →{" "}
            </>
          )}
          <ins className="no-underline">{after ?? t("nothing")}</ins>
        </li>
      ))}
    </ul>
  );
}

/** Whether every row still hashes to the next one. */
function Chain() {
  const t = useTranslations("settings");
  const read = useQuery(chainQuery);
  const { instant } = useFormats();
  return (
    <Panel
      title={t("chain")}
      read={read}
      everyMs={null}
      actions={
        <Button tone="quiet" onClick={() => void read.refetch()}>
          {t("verify")}
        </Button>
      }
    >
      {({ verified_to, rows, broken_id, problem }) => (
        <p role="status" className="flex items-center gap-2">
          <StateIcon state={broken_id !== null ? "critical" : verified_to === null ? "info" : "normal"} />
          {broken_id !== null ? t("chainBroken", { id: broken_id, problem: problem ?? "" }) : verified_to === null ? t("chainEmpty") : t("chainOk", { at: instant(verified_to), count: rows })}
        </p>
      )}
    </Panel>
  );
}
