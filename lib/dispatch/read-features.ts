import type { FieldProblem } from "@/lib/http/problem";
import type { Feature } from "@/lib/models/manifest";
import { afterOutcomeFields, dispatchFeatures } from "./features";

/** One request's features in the order of the model, with everything that must be said about them. */
export type ReadFeatures = {
  /** Unscaled; NaN is missing. Float32-rounded values are what the model sees and the log keeps. */
  values: Float64Array;
  /** Where this request's begin in them: the rows of a batch share one array. */
  at: number;
  problems: FieldProblem[];
  /** After-outcome members that were sent: kept for the record, never scored. */
  ignored: Record<string, number | null> | null;
  unknown: string[];
  /** Valid, but outside what the model saw in training. */
  outOfRange: string[];
  /** Farther outside than that range is wide: the rules answer. */
  farOutOfRange: boolean;
};

const none: string[] = [];
const published = new Map(dispatchFeatures.map((feature) => [feature.name, feature]));

/** Made once per model: a request then costs one pass over its features. */
export function featureReader(manifest: { features: readonly Feature[] }, otherMembers: ReadonlySet<string>): (body: Record<string, unknown>, values?: Float64Array, at?: number) => ReadFeatures {
  const { features } = manifest;
  const own = new Map(features.map((feature, index) => [feature.name, index]));
  const names = features.map((feature) => feature.name);
  /** Members of the last request in their order, all known: one client sends the same ones again and again. */
  let usual: string[] = [];

  return (body, values = new Float64Array(names.length), at = 0) => {
    const problems: FieldProblem[] = [];
    let outOfRange = none;
    let farOutOfRange = false;
    const wrong = (field: string, message: string, code: string): void => {
      problems.push({ part: "body", field, message, code });
    };
    for (let index = 0; index < names.length; index++) {
      const feature = features[index]!;
      let value = body[feature.name];
      if (typeof value === "number") {
        values[at + index] = value;
        const message = valueProblem(feature, value);
        if (message !== null) wrong(feature.name, message, "out_of_valid_range");
        else {
          const { min, max } = feature.trainedRange;
          if ((min !== null && value < min) || (max !== null && value > max)) {
            outOfRange = [...outOfRange, feature.name];
            // Measured in widths of the trained range; a constant feature has none, so any other value is far.
            if (min !== null && max !== null && Math.max(min - value, value - max) > max - min) farOutOfRange = true;
          }
        }
        continue;
      }
      // What an object inherits is never a number.
      if (!Object.hasOwn(body, feature.name)) value = undefined;
      if (value === undefined) wrong(feature.name, "missing", "missing");
      else if (value === null) {
        if (feature.allowMissing) values[at + index] = Number.NaN;
        else wrong(feature.name, "null: the model was not trained with this value missing", "null");
      } else if (typeof value === "boolean" && feature.kind === "boolean") values[at + index] = value ? 1 : 0;
      else wrong(feature.name, `must be a number, is ${Array.isArray(value) ? "an array" : typeof value === "object" ? "an object" : `a ${typeof value}`}`, "invalid_type");
    }
    let ignored: ReadFeatures["ignored"] = null;
    let unknown = none;
    let member = 0;
    let seen: string[] | null = null;
    for (const name in body) {
      if (name === usual[member] && !seen) {
        member++;
        continue;
      }
      seen ??= usual.slice(0, member);
      if (own.has(name) || otherMembers.has(name)) {
        seen.push(name);
        continue;
      }
      if (afterOutcomeFields.has(name)) {
        const value = body[name];
        const feature = published.get(name)!;
        const message = value === null ? null : typeof value === "number" ? valueProblem(feature, value) : "must be a number or null";
        if (message === null) (ignored ??= {})[name] = value as number | null;
        else wrong(name, message, "invalid_type");
      } else if (unknown.length < 50) unknown = [...unknown, name.slice(0, 100)];
    }
    if (seen && ignored === null && unknown === none && problems.length === 0) usual = seen;
    return { values, at, problems, ignored, unknown, outOfRange, farOutOfRange };
  };
}

/** Null when the value is one the field can have. */
function valueProblem(feature: Pick<Feature, "kind" | "validRange" | "name" | "unit">, value: number): string | null {
  const { min, max } = feature.validRange;
  if (feature.kind !== "number" && !Number.isInteger(value)) return `must be a whole number, is ${value}`;
  if (min !== null && value < min) return `must be at least ${min}, is ${value}`;
  if (max !== null && value > max) return feature.unit.startsWith("share") && value <= 100 ? `is a share from ${min ?? 0} to ${max}, not a percentage: ${value}` : `must be at most ${max}, is ${value}`;
  if (Math.abs(value) > 3.4e38) return "is larger than a float32 can hold";
  return null;
}
