import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { comparison, config, configHistory, exportRows, ramp, status } from "@/lib/ab-testing/calls";
import { call, urlOf } from "@/lib/http/call";

/** All under one key: an `experiment` event of the stream makes them old together. */
export const AB_TESTING = "ab-testing";

export const analysisQuery = (every: number | false) =>
  queryOptions({ queryKey: [AB_TESTING, "analysis"], queryFn: async ({ signal }) => (await call(comparison, { query: { hours: "24" }, signal })).analysis, refetchInterval: every });

export const configQuery = (every: number | false) => queryOptions({ queryKey: [AB_TESTING, "config"], queryFn: async ({ signal }) => (await call(config, { signal })).config, refetchInterval: every });

export const statusQuery = (every: number | false) => queryOptions({ queryKey: [AB_TESTING, "status"], queryFn: ({ signal }) => call(status, { signal }), refetchInterval: every });

export const rampQuery = (every: number | false) => queryOptions({ queryKey: [AB_TESTING, "ramp"], queryFn: ({ signal }) => call(ramp, { signal }), refetchInterval: every });

const PAGE = 20;
export const historyQuery = (every: number | false) =>
  infiniteQueryOptions({
    queryKey: [AB_TESTING, "history"],
    queryFn: async ({ signal, pageParam }) => (await call(configHistory, { query: { limit: String(PAGE), ...(pageParam === null ? {} : { before: String(pageParam) }) }, signal })).versions,
    initialPageParam: null as number | null,
    getNextPageParam: (page) => (page.length < PAGE ? null : (page.at(-1)?.version ?? null)),
    refetchInterval: every,
  });

export const rowsAddress = (format: "csv" | "jsonl"): string => urlOf(exportRows, {}, { format });
