import type { z } from "zod";
import type { Caller } from "@/lib/auth/caller";
import type { Endpoint } from "./endpoint";

/** What a handler is given: everything that varies, already parsed. */
export type Context<Params, Query, Body> = {
  params: Params;
  query: Query;
  body: Body;
  caller: Caller;
  now: Date;
  /** Milliseconds on a clock that never steps, when the request's first byte was handled. */
  startedMs: number;
  requestId: string;
  traceId: string;
  header: (name: string) => string | undefined;
  remoteAddress: string;
  /** Dotted names of body members that the contract does not know, at most 50. */
  unknownFields: () => string[];
  /** Bytes of the body as received, for hashing. */
  rawBody: Uint8Array;
  /** Aborted when the client goes away. */
  signal: () => AbortSignal;
};

/** A reply that is not simply `200` and JSON of the result. */
export class Reply {
  constructor(
    readonly body: string | Uint8Array | AsyncIterable<string | Uint8Array>,
    readonly status = 200,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

export type Route = {
  endpoint: Endpoint;
  handle: (context: Context<unknown, unknown, unknown>) => unknown;
};

/**
 * Binds an endpoint to its workflow. Rules for all endpoints live in lib/http/server/respond.ts, never in a handler. In two
 * steps, so that the compiler knows the endpoint before it reads the handler and keeps the literals of its result.
 */
export function route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(endpoint: Endpoint<P, Q, B, R>) {
  type Result = z.input<R> | Reply;
  return {
    to: (handle: (context: Context<z.output<P>, z.output<Q>, z.output<B>>) => Result | Promise<Result>): Route => ({
      endpoint: endpoint,
      handle: handle as Route["handle"],
    }),
  };
}
