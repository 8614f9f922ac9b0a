import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { toInstants, type Range } from "@/lib/console/range";
import { audit, auditExport, keys, people, verifyAudit } from "@/lib/console/calls";
import { call, urlOf } from "@/lib/http/call";
import type { Locale } from "@/lib/i18n/locale";

export const peopleQuery = queryOptions({ queryKey: ["people"], queryFn: ({ signal }) => call(people, { signal }) });
export const keysQuery = queryOptions({ queryKey: ["keys"], queryFn: ({ signal }) => call(keys, { signal }) });

export type AuditFilters = { actor: string | null; action: string | null; subject: string | null };
const asked = (filters: AuditFilters) => Object.fromEntries(Object.entries(filters).flatMap(([key, value]) => (value?.trim() ? [[key, value.trim()]] : [])));

export const auditQuery = (range: Range, filters: AuditFilters) =>
  infiniteQueryOptions({
    queryKey: ["audit", range, filters],
    placeholderData: keepPreviousData,
    queryFn: ({ signal, pageParam }) => call(audit, { query: { ...toInstants(range, Date.now()), ...asked(filters), ...(pageParam === null ? {} : { cursor: pageParam }) }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

export const chainQuery = queryOptions({ queryKey: ["audit", "chain"], queryFn: ({ signal }) => call(verifyAudit, { signal }), staleTime: 60_000 });

export const auditAddress = (range: Range, filters: AuditFilters, language: Locale, format: "csv" | "jsonl"): string => urlOf(auditExport, {}, { ...toInstants(range, Date.now()), ...asked(filters), format, language });
