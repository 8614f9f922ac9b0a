import { z } from "zod";

export type Field = { name: string; required: boolean; words: string };
export type Operation = {
  key: string;
  method: string;
  path: string;
  section: string;
  summary: string;
  access: "public" | "signed-in" | readonly string[];
  params: Field[];
  query: Field[];
  body: string | null;
  response: string | null;
  produces: string;
  /** Codes of errors beside those of every endpoint, by status. */
  problems: { status: string; words: string }[];
  examples: { label: string; source: string }[];
};

const Content = z.record(z.string(), z.object({ schema: z.unknown() }));
const Parameter = z.object({ name: z.string(), in: z.string(), required: z.boolean(), schema: z.unknown() });
const Described = z.object({
  summary: z.string(),
  tags: z.tuple([z.string()]),
  "x-access": z.union([z.literal("public"), z.literal("signed-in"), z.array(z.string())]),
  parameters: z.array(Parameter),
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string(), content: Content })),
  "x-codeSamples": z.array(z.object({ label: z.string(), source: z.string() })),
});
const Document = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** One entry per operation of the OpenAPI document, in its order. */
export function toReference(document: unknown): Operation[] {
  return Object.entries(Document.parse(document).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([name, described]) => {
      const operation = Described.parse(described);
      const method = name.toUpperCase();
      const reply = Object.entries(operation.responses["200"]?.content ?? {})[0];
      const produces = reply?.[0] ?? "application/json";
      const body = operation.requestBody?.content["application/json"];
      return {
        key: `${method} ${path}`,
        method,
        path,
        section: operation.tags[0],
        summary: operation.summary,
        access: operation["x-access"],
        params: fields(operation.parameters, "path"),
        query: fields(operation.parameters, "query"),
        body: body ? print(body.schema) : null,
        response: reply && produces === "application/json" ? print(reply[1].schema) : null,
        produces,
        problems: Object.entries(operation.responses).flatMap(([status, { description }]) => (status === "200" ? [] : [{ status, words: description }])),
        examples: operation["x-codeSamples"],
      };
    }),
  );
}

const print = (schema: unknown): string => JSON.stringify(schema, null, 2);

function fields(parameters: readonly z.infer<typeof Parameter>[], where: string): Field[] {
  return parameters.filter((each) => each.in === where).map(({ name, required, schema }) => ({ name, required, words: words(schema) }));
}

/** `integer 1 to 500, default 50` instead of a schema, where it is that simple. */
function words(property: unknown): string {
  const parsed = z.looseObject({ type: z.string().optional(), enum: z.array(z.unknown()).optional(), minimum: z.number().optional(), maximum: z.number().optional(), format: z.string().optional(), default: z.unknown() }).safeParse(property);
  if (!parsed.success) return "";
  const { type, enum: options, minimum, maximum, format, default: otherwise } = parsed.data;
  const bounds = minimum !== undefined && maximum !== undefined ? `${minimum} … ${maximum}` : null;
  return [options?.map(String).join(" | ") ?? type, format, bounds, otherwise === undefined ? null : `= ${JSON.stringify(otherwise)}`].filter((each) => each !== null && each !== undefined).join(", ");
}
