/**
 * Every failure the API can name, with its status and title (RFC 9457). The code is the last part of `type` and the key
 * of the words in the console's message files.
 */
export const problems = {
  "invalid-request": { status: 400, title: "The request is not valid" },
  "invalid-json": { status: 400, title: "The body is not JSON" },
  "unknown-model": { status: 400, title: "No such model" },
  "model-leaks": { status: 400, title: "The model uses values known only afterwards" },
  "wrong-password": { status: 400, title: "The current password is not right" },
  "no-available-ambulance": { status: 400, title: "No available ambulance" },
  unauthenticated: { status: 401, title: "A key or a session is needed" },
  forbidden: { status: 403, title: "Not allowed" },
  "not-found": { status: 404, title: "Not found" },
  "method-not-allowed": { status: 405, title: "Method not allowed" },
  "request-timeout": { status: 408, title: "The request took too long to arrive" },
  conflict: { status: 409, title: "The state has changed" },
  "stale-version": { status: 409, title: "Somebody changed it first" },
  "last-administrator": { status: 409, title: "One administrator must remain" },
  "own-account": { status: 409, title: "One's own account is changed by somebody else" },
  "request-in-progress": { status: 409, title: "The same request is still running" },
  "body-too-large": { status: 413, title: "The body is too large" },
  "unsupported-media-type": { status: 415, title: "The body must be JSON" },
  "idempotency-key-reused": { status: 422, title: "The key was used with another body" },
  "too-many-requests": { status: 429, title: "Too many requests" },
  "internal-error": { status: 500, title: "Something failed on our side" },
  unavailable: { status: 503, title: "Not available now" },
  "database-away": { status: 503, title: "The database does not answer now" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/** Where a value stood and why it was refused. `part` is header, path, query or body; `field` is a dotted path in it. */
export type FieldProblem = { part: "header" | "path" | "query" | "body"; field: string; message: string; code?: string };

/** A failure with a name. `detail` is public; `cause` is logged and never sent. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly title: string;
  readonly fields: readonly FieldProblem[];
  readonly headers: Readonly<Record<string, string>>;
  /** More public members of the body. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(
    code: ProblemCode,
    detail: string,
    options: {
      fields?: readonly FieldProblem[];
      headers?: Record<string, string>;
      extra?: Record<string, unknown>;
      cause?: unknown;
    } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "Problem";
    this.code = code;
    this.status = problems[code].status;
    this.title = problems[code].title;
    this.fields = options.fields ?? [];
    this.headers = options.headers ?? {};
    this.extra = options.extra ?? {};
  }
}

/** The body on the wire: RFC 9457 members plus `success` and `error`, which clients of the old contract read. */
export function problemBody(problem: Problem, instance: string, requestId: string): Record<string, unknown> {
  return {
    type: `/problems/${problem.code}`,
    title: problem.title,
    status: problem.status,
    detail: problem.message,
    instance,
    ...(problem.fields.length > 0 ? { fields: problem.fields } : {}),
    ...problem.extra,
    request_id: requestId,
    success: false,
    error: problem.message,
  };
}
