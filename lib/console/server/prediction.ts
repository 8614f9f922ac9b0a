import { z } from "zod";
import { dispatchFeatures } from "@/lib/dispatch/features";
import { judgeFeatures } from "@/lib/dispatch/phase1";
import { featureReader } from "@/lib/dispatch/read-features";
import { Problem } from "@/lib/http/problem";
import type { Feature } from "@/lib/models/manifest";
import { percentileOf } from "@/lib/models/percentile";
import { scaleInto, servedScore } from "@/lib/models/score";
import { DeadlineExceeded } from "@/lib/models/server/micro-batch";
import type { LoadedModel } from "@/lib/models/server/runtime";
import { explainMargin } from "@/lib/models/tree-shap";
import { services } from "@/lib/services";
import type { Contributions, FeatureValue, PredictionDetail, tryPrediction as tryContract } from "../predictions-contract";
import { toRow } from "./predictions";
import * as store from "./store";

const Features = z.record(z.string(), z.union([z.number(), z.boolean(), z.null()]).transform((value) => (typeof value === "boolean" ? Number(value) : value)));
const Ignored = z.record(z.string(), z.unknown());
const Revision = z.enum(["joined", "censored", "quarantined", "expired"]);
const published = new Map(dispatchFeatures.map((feature) => [feature.name, feature]));
const none: ReadonlySet<string> = new Set();

async function find(id: string): Promise<NonNullable<Awaited<ReturnType<typeof store.findPrediction>>>> {
  const found = await store.findPrediction(id);
  if (!found) throw new Problem("not-found", `There is no prediction ${id}.`, { fields: [{ part: "path", field: "id", message: "no such prediction" }] });
  return found;
}

function explain(model: LoadedModel, values: ArrayLike<number>): Contributions {
  const scaled = new Float32Array(values.length);
  scaleInto(scaled, 0, values, model.manifest.scaler);
  const { contributions, bias } = explainMargin(model.ensemble, scaled);
  return { base: bias, parts: model.manifest.features.map(({ name }, index) => ({ feature: name, amount: contributions[index]! })) };
}

type Described = Pick<Feature, "name" | "unit" | "availableAt"> & { trainedRange?: Feature["trainedRange"] };

/** In the order of the model; the published meaning where the model's folder is gone. */
function describe(stored: Record<string, number | null>, model: LoadedModel | null): FeatureValue[] {
  const features: Described[] = model?.manifest.features ?? Object.keys(stored).map((name) => published.get(name) ?? { name, unit: "", availableAt: "request" });
  const baseline = model?.manifest.baseline ?? null;
  return features.map((feature) => {
    const value = stored[feature.name] ?? null;
    const reference = baseline?.features[feature.name];
    const { min, max } = feature.trainedRange ?? { min: null, max: null };
    return {
      name: feature.name,
      value,
      unit: feature.unit,
      available_at: feature.availableAt,
      percentile: value === null || !reference ? null : percentileOf(value, baseline.quantileLevels, reference.quantiles),
      out_of_range: value !== null && ((min !== null && value < min) || (max !== null && value > max)),
    };
  });
}

const loaded = async (id: string | null): Promise<LoadedModel | null> => (id === null ? null : await services().models.get(id).catch(() => null));

/** The model's answer to inputs that it can read; null otherwise, as when it is late. */
async function askModel(model: LoadedModel, stored: Record<string, number | null>): Promise<PredictionDetail["other_phase"]> {
  const names = new Set(model.manifest.features.map(({ name }) => name));
  const read = featureReader(model.manifest, none)(Object.fromEntries(Object.entries(stored).filter(([name]) => names.has(name))));
  if (read.problems.length > 0 || read.farOutOfRange) return null;
  const raw = await model.score(read.values, 1).catch(() => null);
  const score = raw === null ? Number.NaN : servedScore(raw[0]!, model.manifest);
  if (!Number.isFinite(score)) return null;
  if (model.manifest.task === "regression") return { phase: 2, prediction: null, confidence: null, model: model.id, value: score };
  return { phase: 2, prediction: score > model.manifest.threshold ? 1 : 0, confidence: Math.max(score, 1 - score), model: model.id, value: null };
}

/** The phase that did not answer, on the inputs that the one that did was given. */
async function otherPhase(answered: string, named: string | null, stored: Record<string, number | null>): Promise<PredictionDetail["other_phase"]> {
  if (answered === "model") {
    const { prediction, confidence, code, etaMinutes, targetMinutes } = judgeFeatures(stored);
    return { phase: 1, prediction, confidence, rule: code, eta_minutes: etaMinutes, target_minutes: targetMinutes };
  }
  const model = (await loaded(named)) ?? services().models.champion;
  return model === null ? null : await askModel(model, stored);
}

export async function readPrediction({ params }: { params: { id: string } }): Promise<PredictionDetail> {
  const found = await find(params.id);
  const row = toRow(found);
  const [model, revisions] = await Promise.all([loaded(row.model), store.outcomeRevisions(found.predictionId)]);
  const stored = Features.parse(JSON.parse(found.featuresJson));
  // Another build under the same name would explain something else.
  const same = model !== null && model.manifest.files.onnx.sha256 === found.modelSha256;
  const scored = found.source === "model" && same;
  return {
    row,
    recommendation: found.recommendation,
    probability: found.probability,
    raw_score: found.rawScore,
    threshold: found.threshold,
    arm: found.arm === 1 || found.arm === 2 ? found.arm : null,
    arm_probability: found.armProbability,
    config_version: found.configVersion,
    features: describe(stored, same ? model : null),
    ignored: found.ignoredJson === null ? {} : Ignored.parse(JSON.parse(found.ignoredJson)),
    contributions: scored ? explain(model, model.manifest.features.map(({ name }) => stored[name] ?? Number.NaN)) : null,
    other_phase: await otherPhase(found.source, row.model, stored),
    outcome_revisions: revisions.map((revision) => ({
      revision: revision.revision,
      status: Revision.parse(revision.status),
      received_at: revision.receivedAt.toISOString(),
      actual_response_minutes: revision.actualResponseTimeMinutes,
      actual_travel_distance_km: revision.actualTravelDistanceKm,
      was_optimal: revision.wasOptimal,
      cancelled: revision.cancelled,
    })),
    trace_id: found.traceId,
    client: found.clientKeyId,
  };
}

type Tried = z.input<typeof tryContract.response>;

/** The model on the stored inputs with some changed. Nothing is written, and nothing is counted as an answer. */
export async function tryPrediction({ params, body }: { params: { id: string }; body: z.output<NonNullable<typeof tryContract.body>> }): Promise<Tried> {
  const found = await find(params.id);
  const { models } = services();
  const wanted = body.model ?? toRow(found).model ?? models.champion?.id ?? null;
  if (wanted === null) throw new Problem("unavailable", "No model is loaded.", { headers: { "retry-after": "30" } });
  const model = await models.get(wanted).catch((error: unknown) => {
    throw new Problem("unavailable", `The model ${wanted} does not load.`, { cause: error, headers: { "retry-after": "30" } });
  });
  if (!model) throw new Problem("unknown-model", `model: there is no ${wanted}`, { fields: [{ part: "body", field: "model", message: "no such model" }] });
  const stored = Features.parse(JSON.parse(found.featuresJson));
  const names = new Set(model.manifest.features.map(({ name }) => name));
  const unknown = Object.keys(body.features).filter((name) => !names.has(name));
  if (unknown.length > 0) throw new Problem("invalid-request", `features: ${wanted} has no ${unknown.slice(0, 10).join(", ")}`, { fields: unknown.slice(0, 50).map((name) => ({ part: "body", field: `features.${name}`, message: "not an input of the model" })) });
  const merged = { ...Object.fromEntries(Object.entries(stored).filter(([name]) => names.has(name))), ...body.features };
  const read = featureReader(model.manifest, none)(merged);
  if (read.problems.length > 0)
    throw new Problem("invalid-request", read.problems.slice(0, 5).map((each) => `${each.field}: ${each.message}`).join("; "), { fields: read.problems.map((each) => ({ ...each, field: `features.${each.field}` })) });
  const common = { recorded: false as const, model: model.id, out_of_range: read.outOfRange };
  const byRules = (reason: string): Tried => {
    const { prediction, confidence } = judgeFeatures(merged);
    return { ...common, phase: 1, prediction, confidence, probability: null, value: null, fallback_reason: reason, contributions: null };
  };
  if (read.farOutOfRange) return byRules("out_of_range");
  let raw: number;
  try {
    raw = (await model.score(read.values, 1))[0]!;
  } catch (error) {
    return byRules(error instanceof DeadlineExceeded ? "deadline" : "model_error");
  }
  const score = servedScore(raw, model.manifest);
  if (!Number.isFinite(score)) return byRules("invalid_score");
  const contributions = explain(model, read.values);
  if (model.manifest.task === "regression") return { ...common, phase: 2, prediction: null, confidence: null, probability: null, value: score, fallback_reason: null, contributions };
  return { ...common, phase: 2, prediction: score > model.manifest.threshold ? 1 : 0, confidence: Math.max(score, 1 - score), probability: score, value: null, fallback_reason: null, contributions };
}
