import { z } from "zod";
import type { Manifest } from "./manifest";
import { ModelError } from "./model-error";

const numbers = z.array(z.number());

/** A StandardScaler as JSON, with scikit-learn's attribute names or without their underscores. */
const ScalerFile = z.strictObject({
  mean_: numbers.nullish(),
  mean: numbers.nullish(),
  scale_: numbers.nullish(),
  scale: numbers.nullish(),
  var_: numbers.nullish(),
  var: numbers.nullish(),
  with_mean: z.boolean().nullish(),
  with_std: z.boolean().nullish(),
  n_features_in_: z.number().nullish(),
  n_features: z.number().nullish(),
  n_samples_seen_: z.union([z.number(), numbers]).nullish(),
  feature_names_in_: z.array(z.string()).nullish(),
  feature_names: z.array(z.string()).nullish(),
  features: z.array(z.string()).nullish(),
  copy: z.boolean().nullish(),
  type: z.enum(["StandardScaler", "standard"]).nullish(),
});

/** Reads a scaler for a model of `featureCount` features. Switched off, `with_mean` and `with_std` leave 0 and 1. */
export function readScaler(text: string, featureCount: number): { scaler: NonNullable<Manifest["scaler"]>; featureNames: string[] } {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new ModelError("not-json", `scaler: ${error instanceof Error ? error.message.slice(0, 100) : "cannot be read"}`);
  }
  const parsed = ScalerFile.safeParse(document);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new ModelError(issue.code === "unrecognized_keys" ? "unknown-field" : "malformed-scaler", `scaler.${issue.path.join(".")}: ${issue.message}`);
  }
  const file = parsed.data;
  const twice = (["mean", "scale", "var"] as const).find((name) => file[name] && file[`${name}_`]);
  if (twice) throw new ModelError("malformed-scaler", `both ${twice} and ${twice}_ are there`);
  const count = file.n_features_in_ ?? file.n_features;
  if (count !== undefined && count !== null && count !== featureCount) throw new ModelError("malformed-scaler", `it scales ${count} features, the model takes ${featureCount}`);
  const fill = (value: number): number[] => Array.from({ length: featureCount }, () => value);
  const mean = file.with_mean === false ? fill(0) : (file.mean_ ?? file.mean);
  const scale = file.with_std === false ? fill(1) : (file.scale_ ?? file.scale);
  if (!mean || !scale) throw new ModelError("malformed-scaler", "it needs mean and scale");
  if (mean.length !== featureCount || scale.length !== featureCount)
    throw new ModelError("malformed-scaler", `${mean.length} means and ${scale.length} scales for ${featureCount} features`);
  const variance = file.var_ ?? file.var;
  if (variance && variance.length !== featureCount) throw new ModelError("malformed-scaler", `${variance.length} variances for ${featureCount} features`);
  const bad = scale.findIndex((value) => !(value > 0) || !Number.isFinite(value));
  if (bad >= 0) throw new ModelError("malformed-scaler", `scale[${bad}] is ${scale[bad]!}`);
  const names = file.feature_names_in_ ?? file.feature_names ?? file.features ?? [];
  if (names.length > 0 && names.length !== featureCount) throw new ModelError("malformed-scaler", `${names.length} feature names for ${featureCount} features`);
  return { scaler: { mean, scale }, featureNames: names };
}
