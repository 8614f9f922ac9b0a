import { z } from "zod";
import type { Endpoint } from "@/lib/http/endpoint";

export type Field = { name: string; required: boolean; words: string };
export type Operation = {
  key: string;
  method: string;
  path: string;
  summary: string;
  access: "public" | "signed-in" | readonly string[];
  params: Field[];
  query: Field[];
  body: string | null;
  response: string | null;
  produces: string;
  problems: readonly string[];
};

const isEndpoint = (value: unknown): value is Endpoint => typeof value === "object" && value !== null && "path" in value && "method" in value && "access" in value;

/** One entry per endpoint that a contract module exports, from the same schemas that parse requests. */
export function toReference(contract: Record<string, unknown>): Operation[] {
  return Object.values(contract)
    .filter(isEndpoint)
    .map((endpoint) => ({
      key: `${endpoint.method} ${endpoint.path}`,
      method: endpoint.method,
      path: endpoint.path,
      summary: endpoint.summary,
      access: endpoint.access,
      params: fields(endpoint.params),
      query: fields(endpoint.query),
      body: endpoint.body === null ? null : schema(endpoint.body, "input"),
      response: endpoint.produces === "application/json" ? schema(endpoint.response, "output") : null,
      produces: endpoint.produces,
      problems: endpoint.problems,
    }))
    .sort((a, b) => a.path.localeCompare(b.path));
}

const Described = z.looseObject({ properties: z.record(z.string(), z.unknown()).optional(), required: z.array(z.string()).optional() });

function json(type: z.ZodType, io: "input" | "output"): Record<string, unknown> {
  const whole = z.toJSONSchema(type, { io, unrepresentable: "any" });
  return Object.fromEntries(Object.entries(whole).filter(([key]) => key !== "$schema"));
}

function schema(type: z.ZodType, io: "input" | "output"): string {
  return JSON.stringify(json(type, io), null, 2);
}

function fields(type: z.ZodType): Field[] {
  const { properties = {}, required = [] } = Described.parse(json(type, "input"));
  return Object.entries(properties).map(([name, value]) => ({ name, required: required.includes(name), words: words(value) }));
}

/** `integer 1 to 500, default 50` instead of a schema, where it is that simple. */
function words(property: unknown): string {
  const parsed = z.looseObject({ type: z.string().optional(), enum: z.array(z.unknown()).optional(), minimum: z.number().optional(), maximum: z.number().optional(), format: z.string().optional(), default: z.unknown() }).safeParse(property);
  if (!parsed.success) return "";
  const { type, enum: options, minimum, maximum, format, default: otherwise } = parsed.data;
  const bounds = minimum !== undefined && maximum !== undefined ? `${minimum} … ${maximum}` : null;
  return [options?.map(String).join(" | ") ?? type, format, bounds, otherwise === undefined ? null : `= ${JSON.stringify(otherwise)}`].filter((each) => each !== null && each !== undefined).join(", ");
}
