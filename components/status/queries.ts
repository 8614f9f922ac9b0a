import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { ready } from "@/lib/health/contract";

const Body = z.object({ status: z.string(), model: z.string().nullable(), output: z.string().optional() });

/** 503 is an answer here, not a failure: it says why nothing can be predicted. */
export const readiness = queryOptions({
  queryKey: ["readiness"],
  refetchInterval: 15_000,
  retry: false,
  queryFn: async ({ signal }) => {
    const response = await fetch(ready.path, { signal });
    const body = Body.parse(await response.json());
    return { ready: response.ok, model: body.model, output: body.output ?? null };
  },
});
