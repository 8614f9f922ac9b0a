"use client";

import { parseAsFloat, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";

/** The explorer's filters in the URL. Short keys that mean the same in both languages; defaults are left out. */
const keys = {
  phase: parseAsStringLiteral(["1", "2"]),
  model: parseAsString,
  fallback: parseAsStringLiteral(["true", "false"]),
  sev: parseAsString,
  min: parseAsFloat,
  max: parseAsFloat,
  outcome: parseAsStringLiteral(["joined", "censored", "none"]),
  q: parseAsString,
};
export type Filters = { phase: "1" | "2" | null; model: string | null; fallback: "true" | "false" | null; sev: string | null; min: number | null; max: number | null; outcome: "joined" | "censored" | "none" | null; q: string | null };

export const noFilters: Filters = { phase: null, model: null, fallback: null, sev: null, min: null, max: null, outcome: null, q: null };

export function useFilters(): { filters: Filters; change: (part: Partial<Filters>, typing?: boolean) => void; any: boolean } {
  const [filters, set] = useQueryStates(keys, { history: "push" });
  // Typing replaces the entry in the history, a choice makes one.
  const change = (part: Partial<Filters>, typing = false): void => void set(part, { history: typing ? "replace" : "push" });
  return { filters, change, any: Object.values(filters).some((value) => value !== null) };
}

const severities = /^[1-5](,[1-5]){0,4}$/;
const modelId = /^[a-z0-9][a-z0-9-]{0,39}@[0-9A-Za-z][0-9A-Za-z.+-]{0,39}$/;
const share = (value: number | null): number | undefined => (value !== null && value >= 0 && value <= 1 ? value : undefined);

/** As the API takes them. What a hand-written address got wrong is left out rather than sent. */
export function toQuery(filters: Filters) {
  const { phase, model, fallback, sev, min, max, outcome, q } = filters;
  const low = share(min);
  const high = share(max);
  return {
    ...(phase ? { phase: Number(phase) } : {}),
    ...(model && modelId.test(model) ? { model } : {}),
    ...(fallback ? { fallback: fallback === "true" } : {}),
    ...(sev && severities.test(sev) ? { severity: sev } : {}),
    ...(low === undefined ? {} : { confidence_min: low }),
    ...(high === undefined ? {} : { confidence_max: high }),
    ...(outcome ? { outcome } : {}),
    ...(q?.trim() ? { q: q.trim().slice(0, 36) } : {}),
  };
}
