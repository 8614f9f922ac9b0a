import { queryOptions } from "@tanstack/react-query";
import { ready } from "@/lib/health/calls";

type Body = { status: string; model: string | null; output?: string };

/** 503 is an answer here, not a failure: it says why nothing can be predicted. */
export const readiness = queryOptions({
  queryKey: ["readiness"],
  refetchInterval: 15_000,
  retry: false,
  queryFn: async ({ signal }) => {
    const response = await fetch(ready.path, { signal });
    const body = (await response.json()) as Partial<Body>;
    // Something before the service may answer in its place, with a form of its own.
    if (typeof body.status !== "string") throw new Error("not the service's answer");
    return { ready: response.ok, model: body.model ?? null, output: body.output ?? null };
  },
});
