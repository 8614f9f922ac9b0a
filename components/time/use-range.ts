"use client";

import { parseAsString, useQueryStates } from "nuqs";
import { DEFAULT_RANGE, readRange, type Range } from "@/lib/console/range";

const keys = { range: parseAsString, from: parseAsString, to: parseAsString };

/** The page's period in the URL: words while it rolls, instants when it is fixed, nothing when it is the default. */
export function useRange(): { range: Range; invalid: boolean; setRange: (range: Range) => void } {
  const [query, setQuery] = useQueryStates(keys, { history: "push" });
  const read = readRange(query);
  const setRange = (range: Range): void => {
    void setQuery(range.kind === "fixed" ? { range: null, from: range.from, to: range.to } : { range: range.words === DEFAULT_RANGE ? null : range.words, from: null, to: null });
  };
  return { range: read ?? { kind: "rolling", words: DEFAULT_RANGE }, invalid: read === null, setRange };
}
