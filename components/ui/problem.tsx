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
  return (error) => {
    // fetch itself failed: nobody answered.
    if (error instanceof TypeError) return { words: t("no-answer"), forbidden: false, requestId: null };
    if (!(error instanceof CallError)) return { words: t("not-understood"), forbidden: false, requestId: null };
    const code = error.code as Parameters<typeof t>[0];
    return { words: t.has(code) ? t(code) : t("unknown", { status: error.status }), forbidden: error.status === 403, requestId: error.requestId };
  };
}
