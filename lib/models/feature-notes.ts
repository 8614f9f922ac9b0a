import { z } from "zod";
import { dispatchFeatures } from "@/lib/dispatch/features";
import { AvailableAt, type Feature, Range } from "./manifest";
import { ModelError } from "./model-error";

/** What the person who imports a model knows of its features, by name: the file of `--features`. */
const FeatureNotes = z.record(
  z.string(),
  z.strictObject({
    description: z.string().optional(),
    unit: z.string().min(1).optional(),
    kind: z.enum(["integer", "number", "boolean"]).optional(),
    availableAt: AvailableAt.optional(),
    validRange: Range.optional(),
    trainedRange: Range.optional(),
    allowMissing: z.boolean().optional(),
  }),
);
export type FeatureNotes = z.infer<typeof FeatureNotes>;

/** Reads the notes; a name that the model does not take is refused, as it is most likely misspelt. */
export function readFeatureNotes(text: string, names: readonly string[]): FeatureNotes {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new ModelError("not-json", "the features file cannot be read as JSON");
  }
  const parsed = FeatureNotes.safeParse(document);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new ModelError("malformed-features", `${issue.path.map(String).join(".")}: ${issue.message}`);
  }
  const stray = Object.keys(parsed.data).find((name) => !names.includes(name));
  if (stray !== undefined) throw new ModelError("feature-names", `the model has no feature ${stray}`);
  return parsed.data;
}

/**
 * A feature of an imported model. Notes come first, then the meaning of the eighteen published names; anything else is taken
 * as a number of unknown unit, known at the decision. Missing values are allowed: every XGBoost split has a way for them,
 * and the parity gate has walked it.
 */
export function importedFeature(name: string, notes: FeatureNotes): Feature {
  const known = dispatchFeatures.find((feature) => feature.name === name);
  const note = notes[name];
  return {
    name,
    description: note?.description ?? known?.description ?? "",
    unit: note?.unit ?? known?.unit ?? "unknown",
    kind: note?.kind ?? known?.kind ?? "number",
    availableAt: note?.availableAt ?? known?.availableAt ?? "decision",
    validRange: note?.validRange ?? known?.validRange ?? { min: null, max: null },
    trainedRange: note?.trainedRange ?? { min: null, max: null },
    allowMissing: note?.allowMissing ?? true,
  };
}

/** Names of the features: the booster's, else the scaler's, else f0 to fN. */
export function featureNames(fromBooster: readonly string[], fromScaler: readonly string[], count: number): string[] {
  if (fromBooster.length > 0 && fromScaler.length > 0) {
    const at = fromBooster.findIndex((name, index) => name !== fromScaler[index]);
    if (at >= 0) throw new ModelError("feature-names", `feature ${at} is ${fromBooster[at]!} in the booster and ${fromScaler[at]!} in the scaler`);
  }
  if (fromBooster.length > 0) return [...fromBooster];
  if (fromScaler.length > 0) {
    if (new Set(fromScaler).size !== fromScaler.length) throw new ModelError("malformed-scaler", "a feature name stands twice");
    return [...fromScaler];
  }
  return Array.from({ length: count }, (_, index) => `f${index}`);
}
