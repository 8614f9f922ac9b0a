import { z } from "zod";

const LIMIT = 50;

/**
 * Dotted names of members that a schema does not know: `available_ambulances[].colour`. They are accepted and reported;
 * a client that misspells a name must be able to see it.
 */
export function unknownFields(schema: z.ZodType, value: unknown): string[] {
  const found = new Set<string>();
  walk(schema, value, "", found);
  return [...found].slice(0, LIMIT);
}

function walk(schema: z.ZodType, value: unknown, path: string, found: Set<string>): void {
  if (found.size >= LIMIT || typeof value !== "object" || value === null) return;
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject && !Array.isArray(value)) {
    const shape = inner.shape as Record<string, z.ZodType>;
    for (const [key, member] of Object.entries(value)) {
      const name = path === "" ? key : `${path}.${key}`;
      const known = Object.hasOwn(shape, key) ? shape[key] : undefined;
      if (known) walk(known, member, name, found);
      else found.add(name);
    }
  } else if (inner instanceof z.ZodUnion) {
    const fitting = (inner.options as z.ZodType[]).find((option) => option.safeParse(value).success);
    if (fitting) walk(fitting, value, path, found);
  } else if (inner instanceof z.ZodArray && Array.isArray(value)) {
    for (const member of value.slice(0, 1_000)) walk(inner.element as z.ZodType, member, `${path}[]`, found);
  }
}

function unwrap(schema: z.ZodType): z.ZodType {
  let inner = schema;
  for (;;) {
    if (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable || inner instanceof z.ZodDefault) inner = inner.unwrap() as z.ZodType;
    else if (inner instanceof z.ZodPipe) inner = inner.in as z.ZodType;
    else return inner;
  }
}
