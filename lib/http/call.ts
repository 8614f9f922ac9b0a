import type { z } from "zod";
import type { Endpoint, Method } from "./endpoint";

/** What the server refused, with the members of the problem body that a screen needs. */
export class CallError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly requestId: string | null,
    readonly body: Record<string, unknown>,
  ) {
    super(detail);
    this.name = "CallError";
  }
}

/**
 * What the browser needs of an endpoint: where it is. Its shapes are for the compiler alone, so that no schema is sent to the
 * browser; the compiler also holds method and path to the contract.
 */
export type Target<E extends Endpoint> = { readonly method: E["method"]; readonly path: E["path"]; readonly shapes?: Shapes<E["params"], E["query"], NonNullable<E["body"]>, E["response"]> };
type Shapes<P, Q, B, R> = { params: P; query: Q; body: B; response: R };

/** Fills `{name}` in the path and appends the query; arrays repeat their key, undefined is left out. */
export function urlOf(target: { readonly path: string }, params: Record<string, unknown> = {}, query: Record<string, unknown> = {}): string {
  const path = target.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === null) continue;
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) search.append(key, String(each));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

/** Calls an endpoint from the browser. Throws `CallError` for a problem reply and the fetch error when nothing answered. */
export async function call<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  target: { readonly method: Method; readonly path: string; readonly shapes?: Shapes<P, Q, B, R> },
  input: {
    params?: z.input<P>;
    query?: z.input<Q>;
    body?: z.input<B>;
    signal?: AbortSignal;
    headers?: Record<string, string>;
  } = {},
): Promise<z.output<R>> {
  const headers: Record<string, string> = { accept: "application/json", ...input.headers };
  const init: RequestInit = { method: target.method, headers, credentials: "same-origin" };
  if (input.signal) init.signal = input.signal;
  if (input.body !== undefined) {
    headers["content-type"] = "application/json";
    init.body = JSON.stringify(input.body);
  }
  const response = await fetch(urlOf(target, (input.params ?? {}), (input.query ?? {})), init);
  if (!response.ok) {
    const body: unknown = await response.json().catch(() => ({}));
    const problem = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
    const code = typeof problem.type === "string" ? (problem.type.split("/").at(-1) ?? "unknown") : "unknown";
    const requestId = typeof problem.request_id === "string" ? problem.request_id : null;
    throw new CallError(response.status, code, typeof problem.detail === "string" ? problem.detail : response.statusText, requestId, problem);
  }
  return (await response.json()) as z.output<R>;
}
