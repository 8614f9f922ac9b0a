"use client";

import { useTranslations } from "next-intl";
import { CallError } from "@/lib/http/call";

export type ProblemWords = { words: string; forbidden: boolean; requestId: string | null };

/** A failure in the reader's language. The API's own words are English and are not shown. */
export function useProblem(error: Error): ProblemWords {
  return useProblemWords()(error);
}

export function useProblemWords(): (error: unknown) => ProblemWords {
  const t = useTranslations("problems");
  const roles = useTranslations("roles");
  return (error) => {
    // fetch itself failed: nobody answered.
    if (error instanceof TypeError) return { words: t("no-answer"), forbidden: false, requestId: null };
    if (!(error instanceof CallError)) return { words: t("not-understood"), forbidden: false, requestId: null };
    const role = error.status === 403 ? roleFor(error.body.required_scopes) : null;
    if (role !== null) return { words: roles("needs", { role: roles(role) }), forbidden: true, requestId: error.requestId };
    const code = error.code as Parameters<typeof t>[0];
    return { words: t.has(code) ? t(code) : t("unknown", { status: error.status }), forbidden: error.status === 403, requestId: error.requestId };
  };
}

/** The least role that has one of these scopes; null when no role is what is missing. */
function roleFor(scopes: unknown): "operator" | "admin" | null {
  if (!Array.isArray(scopes)) return null;
  return scopes.includes("operate") ? "operator" : scopes.includes("admin") ? "admin" : null;
}
