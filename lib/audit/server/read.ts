import { stringify } from "csv-stringify/sync";
import { z } from "zod";
import type { AuditRow } from "@/lib/console/settings-contract";
import { Problem } from "@/lib/http/problem";
import type { LinkedEntry } from "../chain";
import * as store from "./store";

const COUNTED = 10_000;
const EXPORT_PAGE = 500;
const Document = z.record(z.string(), z.unknown());
const ActorKind = z.enum(["person", "key", "system"]);
const document = (json: string | null): Record<string, unknown> | null => (json === null ? null : Document.parse(JSON.parse(json)));

function toRow(row: LinkedEntry): AuditRow {
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor_kind: ActorKind.parse(row.actorKind),
    actor: row.actor,
    action: row.action,
    subject_type: row.subjectType,
    subject_id: row.subjectId,
    before: document(row.beforeJson),
    after: document(row.afterJson),
    reason: row.reason,
    request_id: row.requestId,
    address_prefix: row.addressPrefix,
  };
}

type Asked = { from: string; to: string; actor?: string | undefined; action?: string | undefined; subject?: string | undefined };
const filterOf = ({ from, to, ...rest }: Asked): store.Filter => ({ ...rest, from: new Date(from), to: new Date(to) });

export async function auditPage({ cursor, limit, ...asked }: Asked & { cursor?: string | undefined; limit: number }): Promise<{ rows: AuditRow[]; next_cursor: string | null; total: { count: number; exact: boolean } | null }> {
  if (cursor !== undefined && !/^\d{1,9}$/.test(cursor)) throw new Problem("invalid-request", "cursor: not one of ours", { fields: [{ part: "query", field: "cursor", message: "not one of ours" }] });
  const filter = filterOf(asked);
  const rows = await store.rowsBefore(filter, cursor === undefined ? null : Number(cursor), limit + 1);
  const page = rows.slice(0, limit);
  const count = cursor === undefined ? await store.countRows(filter, COUNTED + 1) : null;
  return {
    rows: page.map(toRow),
    next_cursor: rows.length > limit ? String(page.at(-1)!.id) : null,
    total: count === null ? null : { count: Math.min(count, COUNTED), exact: count <= COUNTED },
  };
}

const columns = ["id", "at", "actor_kind", "actor", "action", "subject_type", "subject_id", "before", "after", "reason", "request_id", "address_prefix"] as const satisfies readonly (keyof AuditRow)[];
const headings: Record<"es" | "en", readonly string[]> = {
  es: ["id", "fecha_hora_utc", "tipo_de_actor", "actor", "accion", "tipo_de_objeto", "objeto", "antes", "despues", "motivo", "peticion", "origen"],
  en: columns,
};
const csv = (rows: readonly (readonly unknown[])[], language: "es" | "en"): string =>
  // A cell that begins like a formula would run in a spreadsheet; the separator is the one that the language's spreadsheets read.
  stringify(rows.map((row) => [...row]), { escape_formulas: true, delimiter: language === "es" ? ";" : ",", record_delimiter: "\r\n" });

/** The whole filtered audit, page by page: memory does not grow with it. */
export async function* exportAudit(asked: Asked & { format: "csv" | "jsonl"; language: "es" | "en" }): AsyncGenerator<string> {
  const filter = filterOf(asked);
  if (asked.format === "csv") yield `\uFEFF${csv([headings[asked.language]], asked.language)}`;
  let before: number | null = null;
  for (;;) {
    const page: LinkedEntry[] = await store.rowsBefore(filter, before, EXPORT_PAGE);
    const rows = page.map(toRow);
    if (rows.length > 0) {
      yield asked.format === "jsonl"
        ? rows.map((row) => `${JSON.stringify(row)}\n`).join("")
        : csv(rows.map((row) => columns.map((column) => (typeof row[column] === "object" ? (row[column] === null ? "" : JSON.stringify(row[column])) : row[column]))), asked.language);
    }
    if (page.length < EXPORT_PAGE) return;
    before = page.at(-1)!.id;
  }
}
