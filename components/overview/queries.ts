import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { overview } from "@/lib/console/calls";
import { toInstants, type Range } from "@/lib/console/range";
import { shiftNote } from "@/lib/console/calls";
import { call } from "@/lib/http/call";

/** Keyed by the words of the period; the instants are computed at each reading. */
export const overviewQuery = (range: Range, every: number | false) =>
  queryOptions({
    queryKey: ["overview", range],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call(overview, { query: toInstants(range, Date.now()), signal }),
    refetchInterval: range.kind === "fixed" ? false : every,
  });

export const shiftNoteQuery = queryOptions({ queryKey: ["shift-note"], queryFn: ({ signal }) => call(shiftNote, { signal }), staleTime: 60_000 });
