import { z } from "zod";
import { scopes } from "../auth/scopes";

/** What a service key may do; a person's role maps to a set of these (lib/auth/access.ts). */
export const Scope = z.enum(scopes);
export type Scope = z.infer<typeof Scope>;

/** `public`: open to anybody. `signed-in`: any valid key or session. Otherwise any one of the scopes lets in. */
export type Access = "public" | "signed-in" | readonly [Scope, ...Scope[]];

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export type Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
  Path extends string = string,
  Verb extends Method = Method,
> = {
  method: Verb;
  /** With `{name}` for path parameters. */
  path: Path;
  summary: string;
  access: Access;
  params: Params;
  query: Query;
  /** Null: the request carries no body, and one that does is not read. */
  body: Body | null;
  response: Response;
  /** Problem codes (lib/http/problem.ts) beyond those of every endpoint. */
  problems: readonly string[];
  /** Largest body in bytes. */
  maxBodyBytes: number;
  /** An absent body counts as `{}`. */
  bodyOptional: boolean;
  /** The reply is a stream or a file, not JSON: its media type. */
  produces: string;
  /** Examples for the reference; each is sent by a test. */
  examples: readonly { name: string; params?: unknown; query?: unknown; body?: unknown; status: number }[];
};

const Nothing = z.object({});
type Nothing = typeof Nothing;

/**
 * Describes one endpoint, next to its schemas. The route, the OpenAPI document and the types all come from
 * this value, and the compiler holds the browser's calls to it; there is no second copy of a shape.
 */
export function endpoint<
  Response extends z.ZodType,
  Params extends z.ZodType = Nothing,
  Query extends z.ZodType = Nothing,
  Body extends z.ZodType = z.ZodNever,
  Path extends string = string,
  Verb extends Method = Method,
>(definition: {
  method: Verb;
  path: Path;
  summary: string;
  access: Access;
  params?: Params;
  query?: Query;
  body?: Body;
  response: Response;
  problems?: readonly string[];
  maxBodyBytes?: number;
  bodyOptional?: boolean;
  produces?: string;
  examples?: Endpoint["examples"];
}): Endpoint<Params, Query, Body, Response, Path, Verb> {
  return {
    method: definition.method,
    path: definition.path,
    summary: definition.summary,
    access: definition.access,
    params: definition.params ?? (Nothing as unknown as Params),
    query: definition.query ?? (Nothing as unknown as Query),
    body: definition.body ?? null,
    response: definition.response,
    problems: definition.problems ?? [],
    maxBodyBytes: definition.maxBodyBytes ?? 256 * 1024,
    bodyOptional: definition.bodyOptional ?? false,
    produces: definition.produces ?? "application/json",
    examples: definition.examples ?? [],
  };
}
