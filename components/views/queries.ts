import { queryOptions } from "@tanstack/react-query";
import { views } from "@/lib/console/calls";
import { call } from "@/lib/http/call";

export const viewsQuery = (screen: string) => queryOptions({ queryKey: ["views", screen], queryFn: ({ signal }) => call(views, { query: { screen }, signal }), staleTime: 60_000 });
