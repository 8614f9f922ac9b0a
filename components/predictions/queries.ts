import { infiniteQueryOptions, keepPreviousData, queryOptions, type InfiniteData } from "@tanstack/react-query";
import { prediction, predictionExport, predictionHistogram, predictions } from "@/lib/console/calls";
import { toInstants, type Range } from "@/lib/console/range";
import { call, urlOf } from "@/lib/http/call";
import type { Locale } from "@/lib/i18n/locale";
import { toQuery, type Filters } from "./filters";

type Period = ReturnType<typeof toInstants>;
const firstPage: { cursor: string | null; period: Period | null } = { cursor: null, period: null };

const refetch = (range: Range, every: number | false): number | false => (range.kind === "fixed" ? false : every);

/** Pages by keyset. While a rolling list has more than its first page it stands still: rows must not move under the reader. Otherwise its period ends at each reading. */
export const predictionsQuery = (range: Range, filters: Filters, every: number | false) =>
  infiniteQueryOptions({
    queryKey: ["predictions", range, filters],
    placeholderData: keepPreviousData, // old rows stay while other filters load: nothing jumps
    queryFn: async ({ signal, pageParam: { cursor, period: given }, client, queryKey }) => {
      const held = client.getQueryData<InfiniteData<{ period: Period }>>(queryKey)?.pages ?? [];
      const period = given ?? (held.length > 1 ? held[0]!.period : toInstants(range, Date.now()));
      return { ...(await call(predictions, { query: { ...period, ...toQuery(filters), ...(cursor === null ? {} : { cursor }) }, signal })), period };
    },
    initialPageParam: firstPage,
    getNextPageParam: ({ next_cursor: cursor, period }) => (cursor === null ? null : { cursor, period }),
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : refetch(range, every)),
  });

export const histogramQuery = (range: Range, filters: Filters, every: number | false) =>
  queryOptions({
    queryKey: ["predictions", "histogram", range, filters],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call(predictionHistogram, { query: { ...toInstants(range, Date.now()), ...toQuery(filters) }, signal }),
    refetchInterval: refetch(range, every),
  });

export const predictionQuery = (id: string) => queryOptions({ queryKey: ["prediction", id], queryFn: ({ signal }) => call(prediction, { params: { id }, signal }) });

export const exportAddress = (range: Range, filters: Filters, language: Locale, format: "csv" | "jsonl"): string => urlOf(predictionExport, {}, { ...toInstants(range, Date.now()), ...toQuery(filters), format, language });
