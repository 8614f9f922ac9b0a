import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { prediction, predictionExport, predictionHistogram, predictions } from "@/lib/console/predictions-contract";
import { toInstants, type Range } from "@/lib/console/range";
import { call, urlOf } from "@/lib/http/call";
import type { Locale } from "@/lib/i18n/locale";
import { toQuery, type Filters } from "./filters";

const refetch = (range: Range, every: number | false): number | false => (range.kind === "fixed" ? false : every);

/** Pages by keyset. While a rolling list has more than its first page it stands still: rows must not move under the reader. */
export const predictionsQuery = (range: Range, filters: Filters, every: number | false) =>
  infiniteQueryOptions({
    queryKey: ["predictions", range, filters],
    placeholderData: keepPreviousData, // old rows stay while other filters load: nothing jumps
    queryFn: ({ signal, pageParam }) => call(predictions, { query: { ...pageParam.period, ...toQuery(filters), ...(pageParam.cursor === null ? {} : { cursor: pageParam.cursor }) }, signal }),
    get initialPageParam() {
      return { cursor: null as string | null, period: toInstants(range, Date.now()) };
    },
    getNextPageParam: (page, _pages, { period }) => (page.next_cursor === null ? null : { cursor: page.next_cursor, period }),
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
