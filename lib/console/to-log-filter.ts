import type { z } from "zod";
import type { predictionHistogram } from "./predictions-contract";

type Query = z.output<typeof predictionHistogram.query>;

/** The explorer's search box: a dispatch number, or the beginning of a prediction id. Null: neither, so nothing matches. */
export function readSearch(q: string | undefined): { dispatchId: number | undefined; idPrefix: string | undefined } | null {
  if (q === undefined || q === "") return { dispatchId: undefined, idPrefix: undefined };
  if (/^\d{1,10}$/.test(q) && Number(q) < 2 ** 31) return { dispatchId: Number(q), idPrefix: undefined };
  return /^[0-9a-f-]{4,36}$/i.test(q) ? { dispatchId: undefined, idPrefix: q.toLowerCase() } : null;
}

/** Null when nothing can match. */
export function toLogFilter(query: Query, before: string | null) {
  const search = readSearch(query.q);
  if (!search) return null;
  const [name, version] = query.model?.split("@") ?? [];
  return {
    fromMs: Date.parse(query.from),
    toMs: Date.parse(query.to),
    before,
    phase: query.phase,
    model: name !== undefined && version !== undefined ? { name, version } : undefined,
    usedFallback: query.fallback,
    severities: query.severity,
    confidenceMin: query.confidence_min,
    confidenceMax: query.confidence_max,
    outcome: query.outcome,
    ...search,
  };
}

/** Whether the rollups can answer: they know phase, model and fallback, and nothing else. */
export function rolledUp(query: Query): boolean {
  return !query.q && query.severity === undefined && query.confidence_min === undefined && query.confidence_max === undefined && query.outcome === undefined;
}
