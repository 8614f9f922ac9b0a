import { queryOptions } from "@tanstack/react-query";
import { model, models } from "@/lib/console/calls";
import { call } from "@/lib/http/call";

const MINUTE_MS = 60_000;

/** Models change by hand: an event says so, and a minute is soon enough otherwise. */
export const modelsQuery = queryOptions({ queryKey: ["models"], queryFn: ({ signal }) => call(models, { signal }), refetchInterval: MINUTE_MS });

export const modelQuery = (id: string) => queryOptions({ queryKey: ["models", id], queryFn: ({ signal }) => call(model, { params: { id }, signal }) });
