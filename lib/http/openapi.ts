import { z } from "zod";
import type { Endpoint } from "./endpoint";
import { problems, type ProblemCode } from "./problem";

/** The contracts as one OpenAPI 3.1 document: from the same schemas that parse every request, in a fixed order. */
type Json = Record<string, unknown>;

export function openApi(endpoints: readonly Endpoint[], version: string): Json {
  const paths: Record<string, Json> = {};
  const sorted = [...endpoints].sort((a, b) => (a.path === b.path ? order(a.method, b.method) : order(a.path, b.path)));
  for (const endpoint of sorted) (paths[endpoint.path] ??= {})[endpoint.method.toLowerCase()] = operation(endpoint);
  return {
    openapi: "3.1.0",
    info: { title: "ml-despacho", version, description: "Machine-learning service and console of an ambulance dispatch centre. Times are UTC, shares 0 to 1; null means not known." },
    servers: [{ url: "/" }],
    tags: [...new Set(sorted.map(tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "A service key, dml_…" },
        apiKey: { type: "apiKey", in: "header", name: "X-API-Key" },
        session: { type: "apiKey", in: "cookie", name: "next-auth.session-token", description: "A signed-in person. Changes must come from a page of the console itself." },
      },
      schemas: { Problem: problemSchema },
    },
  };
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function tag({ path }: Endpoint): string {
  return /^\/api\/(\w+)/.exec(path)?.[1] ?? "metrics";
}

function operation(endpoint: Endpoint): Json {
  const { access, method, path } = endpoint;
  return {
    operationId: `${method.toLowerCase()}${path.replace(/^\/api/, "").replace(/[^a-zA-Z0-9]+(\w?)/g, (_, next: string) => next.toUpperCase())}`,
    summary: endpoint.summary,
    tags: [tag(endpoint)],
    ...(access === "public" ? { security: [] } : { security: [{ bearer: [] }, { apiKey: [] }, { session: [] }] }),
    "x-access": access,
    parameters: [...parameters(endpoint.params, "path"), ...parameters(endpoint.query, "query")],
    "x-codeSamples": endpoint.examples.map((example) => ({ lang: "Shell", label: `${example.name}: ${example.status}`, source: curl(endpoint, example) })),
    ...(endpoint.body === null ? {} : { requestBody: requestBody(endpoint, endpoint.body) }),
    responses: { 200: success(endpoint), ...failures(endpoint) },
  };
}

const Described = z.looseObject({ properties: z.record(z.string(), z.record(z.string(), z.unknown())).default({}), required: z.array(z.string()).default([]) });

function schemaOf(type: z.ZodType, io: "input" | "output"): Json {
  const whole = z.toJSONSchema(type, {
    io,
    unrepresentable: "any",
    target: "draft-2020-12",
    // The pattern that zod adds beside a format says the same in 300 characters.
    override: ({ jsonSchema }) => {
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  }) as Json;
  return Object.fromEntries(Object.entries(whole).filter(([key]) => key !== "$schema" && key !== "~standard"));
}

function parameters(type: z.ZodType, where: "path" | "query"): Json[] {
  const { properties, required } = Described.parse(schemaOf(type, "input"));
  return Object.entries(properties).map(([name, schema]) => ({ name, in: where, required: where === "path" || required.includes(name), schema }));
}

/** The example as a command. An error's example is one too: it shows what is refused. */
function curl({ method, path, access }: Endpoint, { params, query, body }: Endpoint["examples"][number]): string {
  const given = z.record(z.string(), z.union([z.string(), z.number()])).default({});
  const inPath = given.parse(params);
  const inQuery = new URLSearchParams(Object.entries(given.parse(query)).map(([name, value]) => [name, String(value)])).toString();
  const address = `http://localhost:3000${path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(inPath[name])))}${inQuery === "" ? "" : `?${inQuery}`}`;
  const lines = [
    `curl -s${method === "GET" ? "" : ` -X ${method}`} '${address}'`,
    ...(access === "public" ? [] : ["-H 'Authorization: Bearer dml_…'"]),
    ...(body === undefined ? [] : ["-H 'Content-Type: application/json'", `-d '${JSON.stringify(body)}'`]),
  ];
  return lines.join(" \\\n  ");
}

function requestBody({ examples, bodyOptional }: Endpoint, body: z.ZodType): Json {
  const shown = examples.filter((example) => example.body !== undefined);
  return {
    required: !bodyOptional,
    content: { "application/json": { schema: schemaOf(body, "input"), ...(shown.length === 0 ? {} : { examples: Object.fromEntries(shown.map(({ name, body: value }) => [name, { value }])) }) } },
  };
}

function success({ produces, response, access }: Endpoint): Json {
  const media = produces.split(";", 1)[0]!;
  return { description: access === "public" ? "OK, for anybody" : "OK", content: { [media]: { schema: schemaOf(response, "output") } } };
}

/** What every endpoint of this kind may answer, and what this one may in addition. */
function failures(endpoint: Endpoint): Record<string, Json> {
  const hasInput = endpoint.body !== null || Object.keys(Described.parse(schemaOf(endpoint.query, "input")).properties).length > 0 || endpoint.path.includes("{");
  const codes = new Set<ProblemCode>([
    ...(hasInput ? (["invalid-request"] as const) : []),
    ...(endpoint.body === null ? [] : (["invalid-json", "unsupported-media-type", "body-too-large", "request-timeout"] as const)),
    ...(endpoint.access === "public" ? [] : (["unauthenticated", "too-many-requests", "database-away"] as const)),
    ...(typeof endpoint.access === "object" ? (["forbidden"] as const) : []),
    ...endpoint.problems.filter((code): code is ProblemCode => code in problems),
    "internal-error",
  ]);
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) byStatus.set(problems[code].status, [...(byStatus.get(problems[code].status) ?? []), code]);
  return Object.fromEntries([...byStatus].sort(([a], [b]) => a - b).map(([status, names]) => [status, { description: names.map((code) => `${code}: ${problems[code].title}`).join("; "), content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } } }]));
}

const problemSchema: Json = {
  type: "object",
  description: "RFC 9457. The code is the last part of `type`; `success` and `error` are for clients of the old contract.",
  required: ["type", "title", "status", "detail", "instance", "request_id", "success", "error"],
  properties: {
    type: { type: "string", enum: Object.keys(problems).map((code) => `/problems/${code}`) },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    instance: { type: "string" },
    fields: {
      type: "array",
      items: { type: "object", required: ["part", "field", "message"], properties: { part: { type: "string", enum: ["header", "path", "query", "body"] }, field: { type: "string" }, message: { type: "string" }, code: { type: "string" } } },
    },
    request_id: { type: "string" },
    success: { const: false },
    error: { type: "string" },
  },
};
