import { isUtf8 } from "node:buffer";
import { STATUS_CODES } from "node:http";
import type { z } from "zod";
import { authenticate, authorize } from "@/lib/auth/server/authenticate";
import { nobody } from "@/lib/auth/caller";
import { logger } from "@/lib/log";
import { Problem, problemBody, type FieldProblem } from "../problem";
import { Reply, type Context, type Route } from "../route";
import { apiSecurityHeaders, strictTransport } from "../security-headers";
import { unknownFields } from "../unknown-fields";
import { isDatabaseAway } from "./database-away";

/** A request without its transport: both doors make one, so that both give the same answer. */
export type PlainRequest = {
  method: string;
  /** Without the query. */
  path: string;
  query: string;
  header: (name: string) => string | undefined;
  remoteAddress: string;
  /**
   * Made only for those who ask. A function and no accessor: V8 makes a hidden class for each object literal with one, which
   * keeps all of the request alive until the next full collection.
   */
  signal: () => AbortSignal;
  /** Reads at most `maxBytes`; throws the 413 problem beyond. Called once, after the caller is known. */
  readBody: (maxBytes: number) => Uint8Array | Promise<Uint8Array>;
};

export type PlainReply = {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array | AsyncIterable<string | Uint8Array>;
};

export type Match = { route: Route; params: Record<string, string> };

let counter = 0;
const prefix = Math.floor(Date.now() % 2 ** 40).toString(36);
const empty = new Uint8Array(0);
const noQuery = {};
const visible = /^[\x21-\x7e]{1,64}$/;

let everywhere: Readonly<Record<string, string>> | undefined;
/** On every answer, whatever the handler says. Made at the first one: the public address is known by then. */
const secured = (): Readonly<Record<string, string>> =>
  (everywhere ??= { ...apiSecurityHeaders, ...(process.env.NEXTAUTH_URL?.startsWith("https://") === true ? { "strict-transport-security": strictTransport } : {}) });

/** Authorizes, parses, runs and answers; every failure becomes a problem with a name. */
export async function respond(match: Match | Problem, request: PlainRequest): Promise<PlainReply> {
  const startedMs = performance.now();
  const given = request.header("x-request-id");
  const requestId = given !== undefined && visible.test(given) ? given : `${prefix}-${(counter++).toString(36)}`;
  try {
    if (match instanceof Problem) {
      await authenticate(request); // who may not come in learns nothing about what exists
      throw match;
    }
    const { endpoint, handle } = match.route;
    let caller = nobody;
    if (endpoint.access !== "public") {
      const found = authenticate(request);
      caller = authorize(found instanceof Promise ? await found : found, endpoint.access);
    }
    const params = Object.keys(match.params).length === 0 ? match.params : parse(endpoint.params, match.params, "path");
    const query = request.query === "" ? parseEmptyQuery(endpoint.query) : parse(endpoint.query, queryObject(request.query), "query");
    let rawBody: Uint8Array = empty;
    let raw: unknown;
    let body: unknown;
    if (endpoint.body) {
      const read = request.readBody(endpoint.maxBodyBytes);
      rawBody = read instanceof Promise ? await read : read;
      raw = parseJson(rawBody, request.header("content-type"), endpoint.bodyOptional);
      body = parse(endpoint.body, raw, "body");
    }
    const traceparent = request.header("traceparent");
    const context: Context<unknown, unknown, unknown> = {
      params,
      query,
      body,
      caller,
      now: new Date(),
      startedMs,
      requestId,
      traceId: traceparent?.split("-")[1]?.slice(0, 32) ?? requestId,
      header: request.header,
      remoteAddress: request.remoteAddress,
      unknownFields: () => (endpoint.body ? unknownFields(endpoint.body, raw) : []),
      rawBody,
      signal: request.signal,
    };
    const result = await handle(context);
    if (result instanceof Reply) {
      return { status: result.status, headers: { "content-type": endpoint.produces, "cache-control": "no-store", ...result.headers, "x-request-id": requestId, ...secured() }, body: result.body };
    }
    if (process.env.NODE_ENV !== "production") endpoint.response.parse(result);
    return { status: 200, headers: { "content-type": "application/json", "cache-control": "no-store", "x-request-id": requestId, ...secured() }, body: JSON.stringify(result) };
  } catch (error) {
    return problemReply(error, request, requestId);
  }
}

export function problemReply(error: unknown, request: Pick<PlainRequest, "method" | "path">, requestId: string): PlainReply {
  let problem: Problem;
  if (error instanceof Problem) {
    problem = error;
    if (error.cause !== undefined) logger().warn({ requestId, err: error.cause, path: request.path }, error.message);
  } else if (isDatabaseAway(error)) {
    // Not once per request: the writer says when the database goes and when it is back.
    logger().debug({ requestId, err: error, path: request.path }, "the database does not answer");
    problem = new Problem("database-away", "The database does not answer now; try again in a few seconds.", { headers: { "retry-after": "5" } });
  } else {
    logger().error({ requestId, err: error, method: request.method, path: request.path }, "unexpected failure");
    problem = new Problem("internal-error", "Something failed on our side. The request id leads to the cause in the log.");
  }
  return {
    status: problem.status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...problem.headers, "x-request-id": requestId, ...secured() },
    body: JSON.stringify(problemBody(problem, request.path, requestId)),
  };
}

function parseEmptyQuery(schema: z.ZodType): unknown {
  const parsed = schema.safeParse(noQuery);
  return parsed.success ? parsed.data : parse(schema, noQuery, "query");
}

function parse(schema: z.ZodType, value: unknown, part: FieldProblem["part"]): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.flatMap(ofTheLikelyBranch);
  throw new Problem("invalid-request", summary(issues, part), { fields: fieldsOf(issues, part) });
}

type Issue = z.core.$ZodIssue;

/** A union says only "invalid": the sender meant the branch that lacks none of its members, so what is wrong in that one is said. */
function ofTheLikelyBranch(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
  const branch = issue.errors.find((issues) => !issues.some(isMissing)) ?? issue.errors.at(-1)!;
  return branch.map((each) => ({ ...each, path: [...issue.path, ...each.path] })).flatMap(ofTheLikelyBranch);
}

function fieldsOf(issues: readonly Issue[], part: FieldProblem["part"]): FieldProblem[] {
  return issues.slice(0, 50).map((issue) => ({ part, field: dotted(issue.path), message: issue.message, ...(isMissing(issue) ? { code: "missing" } : { code: issue.code }) }));
}

function dotted(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`), "");
}

function isMissing(issue: Issue): boolean {
  return issue.code === "invalid_type" && issue.message.includes("received undefined");
}

/** Ends with the comma-separated names of absent fields, which clients of the old contract read from the text. */
function summary(issues: readonly Issue[], part: FieldProblem["part"]): string {
  const name = (issue: Issue): string => (issue.path.length === 0 ? part : dotted(issue.path));
  const wrong = issues.filter((issue) => !isMissing(issue));
  const missing = issues.filter(isMissing).map(name);
  const first = wrong.slice(0, 3).map((issue) => `${name(issue)}: ${issue.message}`);
  const more = wrong.length > 3 ? [`and ${wrong.length - 3} more`] : [];
  const absent = missing.length > 0 ? [`missing in ${part}: ${missing.slice(0, 50).join(", ")}`] : [];
  return [...first, ...more, ...absent].join("; ");
}

function queryObject(query: string): Record<string, unknown> {
  const found: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const [key, value] of new URLSearchParams(query)) {
    const before = found[key];
    found[key] = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
  }
  return { ...found };
}

function parseJson(bytes: Uint8Array, contentType: string | undefined, optional: boolean): unknown {
  if (bytes.length === 0 && optional) return {};
  const media = contentType?.split(";", 1)[0]!.trim().toLowerCase();
  if (media === undefined || !(media === "application/json" || media.endsWith("+json"))) {
    throw new Problem("unsupported-media-type", "Send the body as application/json.", {
      fields: [{ part: "header", field: "content-type", message: media === undefined ? "missing" : `is ${media.slice(0, 60)}` }],
    });
  }
  if (!isUtf8(bytes)) throw new Problem("invalid-json", "The body is not UTF-8.", { fields: [{ part: "body", field: "", message: "not UTF-8" }] });
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch (error) {
    const message = error instanceof SyntaxError ? error.message.slice(0, 120) : "not JSON";
    throw new Problem("invalid-json", `The body is not JSON: ${message}`, { fields: [{ part: "body", field: "", message }] });
  }
}

export function statusText(status: number): string {
  return STATUS_CODES[status] ?? "";
}
