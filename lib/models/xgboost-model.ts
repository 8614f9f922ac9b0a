import { z } from "zod";
import type { Ensemble, Objective } from "./ensemble";
import { ModelError } from "./model-error";
import { integers, numeric, parsePart } from "./xgboost-fields";
import { readTree } from "./xgboost-tree";
import { decodeUbj } from "./xgboost-ubj";

/** A booster file as read: the trees, the feature names it holds (may be none), and what a reader should know. */
export type Booster = { ensemble: Ensemble; featureNames: string[]; version: string; notices: string[] };

/**
 * Which rounds of an early-stopped booster count: `all` as `Booster.predict` has it, `best` (up to `best_iteration`) as the
 * scikit-learn wrapper has it. The file cannot say which the caller means.
 */
export type Rounds = "all" | "best";

const Learner = z.strictObject({
  attributes: z.record(z.string(), z.unknown()).default({}),
  feature_names: z.array(z.string().min(1)).default([]),
  feature_types: z.array(z.string()).default([]),
  gradient_booster: z.looseObject({ name: z.string() }),
  learner_model_param: z.strictObject({
    base_score: numeric,
    /** Says how the base score was found, not what it is. */
    boost_from_average: numeric.default(1),
    num_class: numeric.default(0),
    num_feature: numeric,
    num_target: numeric.default(1),
  }),
  /** `scale_pos_weight` acts in training only. */
  objective: z.strictObject({ name: z.string(), reg_loss_param: z.strictObject({ scale_pos_weight: numeric.default(1) }).optional() }),
});
type Learner = z.output<typeof Learner>;

const Gbtree = z.strictObject({
  name: z.literal("gbtree"),
  model: z.strictObject({
    gbtree_model_param: z.strictObject({
      /** Trees of a round; their leaves are already divided by it, so margins are plain sums. */
      num_parallel_tree: numeric.default(1),
      num_trees: numeric,
      size_leaf_vector: numeric.default(0),
    }),
    tree_info: integers,
    iteration_indptr: integers.optional(),
    /** Category tables of 3.1 and later: empty without native categories. */
    cats: z.strictObject({ enc: z.array(z.unknown()), feature_segments: integers, sorted_idx: integers }).optional(),
    /** Weights of dropped trees: 3.4 writes dart models as gbtree with these. */
    weight_drop: z.array(z.number()).default([]),
    trees: z.array(z.unknown()),
  }),
});
type Trees = z.output<typeof Gbtree>["model"];

/** Reads a booster from the bytes of a `.json` or `.ubj` file, whichever they are. */
export function readBooster(bytes: Uint8Array, rounds: Rounds = "all"): Booster {
  const first = bytes.findIndex((byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09);
  if (first < 0) throw new ModelError("truncated", "the file is empty");
  if (bytes[first] !== 0x7b) throw new ModelError("not-a-model", "the file is neither XGBoost JSON nor UBJSON (the old binary form must be saved again as .json)");
  // A JSON object goes on with white space, a quote or a bracket; UBJSON with a length marker.
  const json = first > 0 || /^[\s"}]$/.test(String.fromCharCode(bytes[1] ?? 0x20));
  return readDocument(json ? parseJson(bytes) : decodeUbj(bytes), rounds);
}

function parseJson(bytes: Uint8Array, retried = false): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ModelError("not-json", "the file is not UTF-8 text");
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    // XGBoost writes NaN bare (a categorical split has it for a threshold). Numbers too large for a double parse as infinite,
    // so that what is wrong with the model can be named; nothing infinite is ever accepted.
    const finite = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (found) => (found.startsWith('"') ? found : "1e999"));
    if (finite !== text && !retried) return parseJson(Buffer.from(finite), true);
    if (!text.trimEnd().endsWith("}")) throw new ModelError("truncated", "the JSON text ends early");
    throw new ModelError("not-json", error instanceof Error ? error.message.replace(/\s+/g, " ").slice(0, 120) : "cannot be read");
  }
}

function readDocument(document: unknown, rounds: Rounds): Booster {
  const { learner: raw, version } = parsePart(z.strictObject({ learner: z.unknown(), version: integers.min(1).max(3) }), document, "");
  if (version[0]! < 1 || version[0]! > 3) throw new ModelError("unknown-version", `XGBoost ${version.join(".")}: the forms of 1 to 3 are known`);
  const named = parsePart(z.looseObject({ objective: z.looseObject({ name: z.string() }), gradient_booster: z.looseObject({ name: z.string() }) }), raw, "learner");
  const objective = supportedObjective(named.gradient_booster.name, named.objective.name);
  const learner = parsePart(Learner, raw, "learner");
  checkLearner(learner, objective);
  const { model } = parsePart(Gbtree, learner.gradient_booster, "learner.gradient_booster");
  checkTrees(model);

  const notices: string[] = [];
  const featureCount = learner.learner_model_param.num_feature;
  const trees = model.trees.map((tree, index) => readTree(tree, index, featureCount));
  const best = treesOfBestIteration(learner.attributes, model);
  if (rounds === "best" && best === null) throw new ModelError("no-best-iteration", "the booster was not stopped early: it holds no best_iteration");
  if (best !== null && best < trees.length)
    notices.push(
      rounds === "best"
        ? `stopped early: the first ${best} of ${trees.length} trees are used`
        : `stopped early: all ${trees.length} trees are used, as Booster.predict does; --rounds best takes the first ${best}`,
    );
  return {
    ensemble: {
      objective,
      baseScore: Math.fround(learner.learner_model_param.base_score),
      featureCount,
      trees: rounds === "best" ? trees.slice(0, best!) : trees,
    },
    featureNames: learner.feature_names,
    version: version.join("."),
    notices,
  };
}

function supportedObjective(booster: string, objective: string): Objective {
  if (booster === "dart") throw new ModelError("dart", "dart boosters weigh their trees at prediction time");
  if (booster === "gblinear") throw new ModelError("gblinear", "a linear booster has no trees");
  if (booster !== "gbtree") throw new ModelError("unknown-booster", `booster ${booster} is not served, only gbtree`);
  if (objective === "binary:logistic" || objective === "reg:squarederror") return objective;
  if (objective.startsWith("multi:")) throw new ModelError("multiclass", `objective ${objective}: one score per row is served`);
  const short = new Map([["count:poisson", "poisson"], ["binary:logitraw", "logitraw"]]).get(objective);
  throw new ModelError(short ?? "unsupported-objective", `objective ${objective} is not served, only binary:logistic and reg:squarederror`);
}

function checkLearner(learner: Learner, objective: Objective): void {
  const { num_class, num_target, num_feature, base_score } = learner.learner_model_param;
  if (num_class > 1) throw new ModelError("multiclass", `num_class is ${num_class}: one score per row is served`);
  if (num_target > 1) throw new ModelError("multi-target", `num_target is ${num_target}: one score per row is served`);
  if (learner.feature_types.includes("c")) throw new ModelError("categorical-splits", "the model has native categorical features");
  if (!Number.isInteger(num_feature) || num_feature < 1 || num_feature > 10_000) throw new ModelError("malformed-model", `num_feature is ${num_feature}`);
  const names = learner.feature_names;
  if (names.length > 0 && names.length !== num_feature) throw new ModelError("malformed-model", `${names.length} feature names for ${num_feature} features`);
  if (new Set(names).size !== names.length) throw new ModelError("malformed-model", "a feature name stands twice");
  if (!Number.isFinite(Math.fround(base_score))) throw new ModelError("non-finite", "base_score is not a finite float32");
  // Versions from 3.2 on clip the base score there and older ones do not: beyond, a file does not say what it predicts.
  if (objective === "binary:logistic" && !(base_score >= 1e-6 && base_score <= 1 - 1e-6))
    throw new ModelError("malformed-model", `base_score ${base_score} is not a probability from 1e-6 to 1 - 1e-6`);
}

function checkTrees(model: Trees): void {
  const { num_trees, size_leaf_vector, num_parallel_tree } = model.gbtree_model_param;
  if (model.weight_drop.length > 0) throw new ModelError("dart", "the trees have weights (weight_drop)");
  if (size_leaf_vector > 1) throw new ModelError("multi-target", `size_leaf_vector is ${size_leaf_vector}`);
  if (model.cats && (model.cats.sorted_idx.length > 0 || model.cats.feature_segments.some((at) => at !== 0)))
    throw new ModelError("categorical-splits", "the model holds tables of native categories");
  if (num_trees !== model.trees.length) throw new ModelError("truncated", `num_trees is ${num_trees} but ${model.trees.length} trees are there`);
  if (model.tree_info.length !== model.trees.length) throw new ModelError("malformed-model", `tree_info holds ${model.tree_info.length} entries for ${model.trees.length} trees`);
  if (model.tree_info.some((group) => group !== 0)) throw new ModelError("multiclass", "tree_info names more than one output");
  if (!Number.isInteger(num_parallel_tree) || num_parallel_tree < 0) throw new ModelError("malformed-model", `num_parallel_tree is ${num_parallel_tree}`);
  if (model.iteration_indptr && model.iteration_indptr.at(-1) !== model.trees.length)
    throw new ModelError("malformed-model", "iteration_indptr does not end at the last tree");
}

/** Trees up to and with `best_iteration`; null when the booster was not stopped early. */
function treesOfBestIteration(attributes: Learner["attributes"], model: Trees): number | null {
  if (attributes.best_iteration === undefined) return null;
  const best = Number(attributes.best_iteration);
  const written = Number(attributes.best_ntree_limit ?? Number.NaN);
  const count = model.iteration_indptr?.[best + 1] ?? (Number.isNaN(written) ? (best + 1) * Math.max(1, model.gbtree_model_param.num_parallel_tree) : written);
  if (!Number.isInteger(count) || count < 1 || count > model.trees.length) throw new ModelError("malformed-model", `best_iteration is ${best} of ${model.trees.length} trees`);
  return count;
}
