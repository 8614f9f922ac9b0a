import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { dispatch, dispatches } from "@/lib/console/calls";
import { toInstants, type Range } from "@/lib/console/range";
import { call } from "@/lib/http/call";

export type BoardFilters = { state: "open" | "closed"; sev: string | null; q: string | null };

export const boardQuery = (range: Range, { state, sev, q }: BoardFilters, every: number | false) =>
  infiniteQueryOptions({
    queryKey: ["dispatches", range, state, sev, q],
    placeholderData: keepPreviousData,
    queryFn: ({ signal, pageParam }) =>
      call(dispatches, {
        query: {
          ...toInstants(range, Date.now()),
          state,
          ...(sev !== null && /^[1-5](,[1-5]){0,4}$/.test(sev) ? { severity: sev } : {}),
          ...(q?.trim() ? { q: q.trim().slice(0, 20) } : {}),
          ...(pageParam === null ? {} : { cursor: pageParam }),
        },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: range.kind === "fixed" ? false : every,
  });

export const dispatchQuery = (historyId: number, every: number | false) => queryOptions({ queryKey: ["dispatches", historyId], queryFn: ({ signal }) => call(dispatch, { params: { history_id: historyId }, signal }), refetchInterval: every });
