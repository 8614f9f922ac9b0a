import { z } from "zod";
import { ModelError } from "./model-error";

const one = z.union([z.number(), z.string()]);

/** XGBoost writes parameters as text; 3.x writes `base_score` as a list in text, "[3.5E-1]". A list of one is one too. */
export const numeric = z.union([one, z.tuple([one])]).transform((value, context) => {
  const text = String(value).trim();
  const inner = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1).trim() : text;
  const number = inner === "" ? Number.NaN : Number(inner);
  if (!Number.isFinite(number)) context.addIssue({ code: "custom", message: `not one number: ${text.slice(0, 40)}` });
  return number;
});

export const integers = z.array(z.number().int());

/** Parses a part of a model file; the first thing wrong becomes the refusal. */
export function parsePart<T extends z.ZodType>(schema: T, value: unknown, where: string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const path = [where, ...issue.path.map(String)].filter((part) => part !== "").join(".");
  if (issue.code === "unrecognized_keys") throw new ModelError("unknown-field", `${path}: ${issue.message}`);
  const infinite = /received (?:NaN|Infinity|-Infinity)/.test(issue.message);
  throw new ModelError(infinite ? "non-finite" : "malformed-model", `${path}: ${issue.message}`);
}
