import { Pool } from "undici";
import type { z } from "zod";
import { dispatch as abDispatch } from "@/lib/ab-testing/contract";
import type { Endpoint } from "@/lib/http/endpoint";
import * as api from "../contract";

type In<T extends z.ZodType | null> = T extends z.ZodType ? z.input<T> : never;
export type AssignBody = In<(typeof api.assign)["body"]>;
export type PredictBody = In<(typeof api.predict)["body"]>;
export type AbDispatchBody = In<(typeof abDispatch)["body"]>;
export type OutcomeBody = In<typeof api.OutcomeIn>;

/** The service refused, or answered with something that is not in the contract. */
export class ClientError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly body: unknown,
    /** How long the service asks to be left alone. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
    this.name = "ClientError";
  }
}

/** An answer of the model, or of the rules on the caller's own candidates when no model answer could be had. */
export type PredictOutcome =
  | { kind: "prediction"; reply: z.output<typeof api.predict.response> }
  | { kind: "fallback"; reply: z.output<typeof api.assign.response>; fallback: true; phase: 1; reason: string };

export type MlClient = {
  /** True when predictions can be answered; false also when nothing answers. */
  isReady: () => Promise<boolean>;
  predict: (body: PredictBody, options?: { idempotencyKey?: string; candidates?: AssignBody }) => Promise<PredictOutcome>;
  predictBatch: (bodies: PredictBody[], model?: string) => Promise<z.output<typeof api.predictBatch.response>>;
  /** Decide the phase of the A/B test, run it and log it, in one call. */
  abDispatch: (body: AbDispatchBody, options?: { idempotencyKey?: string }) => Promise<z.output<typeof abDispatch.response>>;
  assign: (body: AssignBody, options?: { idempotencyKey?: string }) => Promise<z.output<typeof api.assign.response>>;
  recordOutcomes: (outcomes: OutcomeBody[]) => Promise<z.output<typeof api.outcomes.response>>;
  modelInfo: (model?: string) => Promise<z.output<typeof api.modelInfo.response>>;
  statistics: (query?: { hours?: number; model?: string }) => Promise<z.output<typeof api.statistics.response>>;
  close: () => Promise<void>;
};

/**
 * The typed client of v1, v2 and the one call of v3: a pool of kept-alive connections and a time limit per call. When a prediction fails or is
 * late and the caller gave its own candidates, the rules judge those; without candidates the failure is thrown, because a
 * fleet is never invented.
 */
export function openClient(options: { url: string; key: string; connections?: number; timeoutMs?: number }): MlClient {
  const timeoutMs = options.timeoutMs ?? 5_000;
  const pool = new Pool(options.url, { connections: options.connections ?? 16, pipelining: 1, keepAliveTimeout: 30_000, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
  const authorization = `Bearer ${options.key}`;

  async function send<R extends z.ZodType>(endpoint: Endpoint & { response: R }, input: { query?: Record<string, unknown>; body?: unknown; headers?: Record<string, string>; timeoutMs?: number }): Promise<z.output<R>> {
    const query = new URLSearchParams(Object.entries(input.query ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, typeof value === "object" ? JSON.stringify(value) : String(value as string | number | boolean)]])));
    const { statusCode, headers, body } = await pool.request({
      method: endpoint.method,
      path: query.size > 0 ? `${endpoint.path}?${query.toString()}` : endpoint.path,
      headers: { authorization, ...(input.body === undefined ? {} : { "content-type": "application/json" }), ...input.headers },
      ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
      signal: AbortSignal.timeout(input.timeoutMs ?? timeoutMs),
    });
    const reply: unknown = await body.json().catch(() => null);
    if (statusCode >= 400) {
      const problem = (typeof reply === "object" && reply !== null ? reply : {}) as { type?: unknown; detail?: unknown };
      const code = typeof problem.type === "string" ? (problem.type.split("/").at(-1) ?? "unknown") : "unknown";
      throw new ClientError(statusCode, code, typeof problem.detail === "string" ? problem.detail : `status ${statusCode}`, reply, seconds(headers["retry-after"]));
    }
    const parsed = endpoint.response.safeParse(reply);
    if (!parsed.success) throw new ClientError(statusCode, "not-in-contract", `the reply is not what ${endpoint.path} promises: ${parsed.error.issues[0]?.message ?? ""}`, reply);
    return parsed.data;
  }
  const of = <R extends z.ZodType>(endpoint: Endpoint<z.ZodType, z.ZodType, z.ZodType, R>): Endpoint & { response: R } => endpoint;
  const keyed = (key: string | undefined): Record<string, string> => (key === undefined ? {} : { "idempotency-key": key });

  const client: MlClient = {
    isReady: async () => {
      try {
        const { statusCode, body } = await pool.request({ method: "GET", path: "/api/health/ready", signal: AbortSignal.timeout(timeoutMs) });
        await body.dump();
        return statusCode === 200;
      } catch {
        return false; // no answer is the answer
      }
    },
    predict: async (body, { idempotencyKey, candidates } = {}) => {
      try {
        return { kind: "prediction", reply: await send(of(api.predict), { body, headers: keyed(idempotencyKey) }) };
      } catch (error) {
        const refused = error instanceof ClientError && error.status < 500 && error.status !== 408 && error.status !== 429;
        // A wrong request stays wrong: only a service that cannot answer is stood in for.
        if (refused || !candidates) throw error;
        return { kind: "fallback", reply: await client.assign(candidates), fallback: true, phase: 1, reason: error instanceof Error ? error.message : String(error) };
      }
    },
    predictBatch: (bodies, model) => send(of(api.predictBatch), { body: { dispatches: bodies, ...(model === undefined ? {} : { model }) }, timeoutMs: timeoutMs + 10 * bodies.length }),
    abDispatch: (body, { idempotencyKey } = {}) => send(of(abDispatch), { body, headers: keyed(idempotencyKey) }),
    assign: (body, { idempotencyKey } = {}) => send(of(api.assign), { body, headers: keyed(idempotencyKey) }),
    recordOutcomes: (outcomes) => send(of(api.outcomes), { body: { outcomes }, timeoutMs: timeoutMs + 10 * outcomes.length }),
    modelInfo: (model) => send(of(api.modelInfo), { query: { model } }),
    statistics: (query = {}) => send(of(api.statistics), { query }),
    close: () => pool.close(),
  };
  return client;
}

/** Retry-After in seconds; its other form, a date, is not one this service sends. */
function seconds(header: string | string[] | undefined): number | null {
  return typeof header === "string" && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : null;
}
