import { z } from "zod";
import type { Ensemble, Objective, Tree } from "./ensemble";
import { ModelError } from "./model-error";
import { decodeUbj } from "./xgboost-ubj";

/** A booster file as read: the trees, the feature names it holds (may be none), and what a reader should know. */
export type Booster = { ensemble: Ensemble; featureNames: string[]; version: string; notices: string[] };

/** XGBoost writes parameters as text; 3.x writes `base_score` as a list, "[3.5E-1]". */
const numeric = z.union([z.number(), z.string()]).transform((value, context) => {
  const text = String(value).trim();
  const inner = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
  const number = inner === "" || inner.includes(",") ? Number.NaN : Number(inner);
  if (!Number.isFinite(number)) context.addIssue({ code: "custom", message: `not one number: ${text.slice(0, 40)}` });
  return number;
});
const flags = z.array(z.union([z.boolean(), z.number()])).transform((values) => values.map(Boolean));
const integers = z.array(z.number().int());
const emptyList = z.array(z.unknown());

const TreeFile = z.strictObject({
  base_weights: z.array(z.number()),
  categories: emptyList,
  categories_nodes: emptyList,
  categories_segments: emptyList,
  categories_sizes: emptyList,
  default_left: flags,
  id: z.number().int(),
  left_children: integers,
  loss_changes: z.array(z.number()),
  parents: integers,
  right_children: integers,
  split_conditions: z.array(z.number()),
  split_indices: integers,
  split_type: integers,
  sum_hessian: z.array(z.number()),
  tree_param: z.strictObject({ num_deleted: numeric.default(0), num_feature: numeric, num_nodes: numeric, size_leaf_vector: numeric.default(0) }),
});

const Learner = z.strictObject({
  attributes: z.record(z.string(), z.unknown()).default({}),
  feature_names: z.array(z.string()).default([]),
  feature_types: z.array(z.string()).default([]),
  gradient_booster: z.looseObject({ name: z.string() }),
  learner_model_param: z.strictObject({
    base_score: numeric,
    boost_from_average: numeric.default(1),
    num_class: numeric.default(0),
    num_feature: numeric,
    num_target: numeric.default(1),
  }),
  objective: z.looseObject({ name: z.string() }),
});

const Gbtree = z.strictObject({
  name: z.literal("gbtree"),
  model: z.strictObject({
    gbtree_model_param: z.strictObject({ num_parallel_tree: numeric.default(1), num_trees: numeric, size_leaf_vector: numeric.default(0) }),
    tree_info: integers,
    iteration_indptr: integers.optional(),
    /** Category tables of 3.1 and later; empty without native categories. */
    cats: z.unknown().optional(),
    trees: z.array(z.unknown()),
  }),
});

const supported = new Set<string>(["binary:logistic", "reg:squarederror"]);

/** Reads a booster from the bytes of a `.json` or `.ubj` file, whichever they are. */
export function readBooster(bytes: Uint8Array): Booster {
  const first = bytes.findIndex((byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09);
  if (first < 0) throw new ModelError("truncated", "the file is empty");
  if (bytes[first] !== 0x7b) throw new ModelError("not-a-model", "the file is neither XGBoost JSON nor UBJSON (the old binary form must be saved again as .json)");
  // A JSON object goes on with white space, a quote or a bracket; UBJSON with a length marker.
  const json = first > 0 || /^[\s"}]$/.test(String.fromCharCode(bytes[1] ?? 0));
  return json ? readJson(bytes) : readDocument(decodeUbj(bytes));
}

function readJson(bytes: Uint8Array): Booster {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new ModelError("not-json", error instanceof Error ? error.message.slice(0, 120) : "cannot be read");
  }
  return readDocument(document);
}

function parsed<T extends z.ZodType>(schema: T, value: unknown, where: string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const path = [where, ...issue.path.map(String)].filter((part) => part !== "").join(".");
  const code = issue.code === "unrecognized_keys" ? "unknown-field" : "malformed-model";
  throw new ModelError(code, `${path}: ${issue.message}`);
}

function readDocument(document: unknown): Booster {
  const { learner: raw, version } = parsed(z.strictObject({ learner: z.unknown(), version: integers.min(1) }), document, "");
  const named = parsed(z.looseObject({ objective: z.looseObject({ name: z.string() }), gradient_booster: z.looseObject({ name: z.string() }) }), raw, "learner");
  refuseByName(named.gradient_booster.name, named.objective.name);
  const learner = parsed(Learner, raw, "learner");
  const { num_class, num_target, num_feature, base_score } = learner.learner_model_param;
  if (num_class > 1) throw new ModelError("multiclass", `num_class is ${num_class}: one score per row is served`);
  if (num_target > 1) throw new ModelError("multi-target", `num_target is ${num_target}: one score per row is served`);
  if (learner.feature_types.includes("c")) throw new ModelError("categorical-splits", "the model has native categorical features");
  const { model } = parsed(Gbtree, learner.gradient_booster, "learner.gradient_booster");
  const trees = model.gbtree_model_param;
  if (trees.size_leaf_vector > 1) throw new ModelError("multi-target", `size_leaf_vector is ${trees.size_leaf_vector}`);
  if (trees.num_trees !== model.trees.length) throw new ModelError("truncated", `num_trees is ${trees.num_trees} but ${model.trees.length} trees are there`);
  if (model.tree_info.some((group) => group !== 0)) throw new ModelError("multiclass", "tree_info names more than one output");
  if (!Number.isInteger(num_feature) || num_feature < 1 || num_feature > 10_000) throw new ModelError("malformed-model", `num_feature is ${num_feature}`);
  if (learner.feature_names.length > 0 && learner.feature_names.length !== num_feature)
    throw new ModelError("malformed-model", `${learner.feature_names.length} feature names for ${num_feature} features`);
  if (new Set(learner.feature_names).size !== learner.feature_names.length) throw new ModelError("malformed-model", "a feature name stands twice");
  const objective = learner.objective.name as Objective;
  if (objective === "binary:logistic" && !(base_score > 0 && base_score < 1))
    throw new ModelError("malformed-model", `base_score ${base_score} is not a probability`);

  const notices: string[] = [];
  const best = Number(learner.attributes.best_iteration ?? Number.NaN);
  const rounds = model.trees.length / Math.max(1, trees.num_parallel_tree);
  if (Number.isFinite(best) && best + 1 < rounds)
    notices.push(`best_iteration is ${best} of ${rounds} rounds; all trees are used, as Booster.predict does`);
  return {
    ensemble: {
      objective,
      baseScore: Math.fround(base_score),
      featureCount: num_feature,
      trees: model.trees.map((tree, index) => readTree(tree, index, num_feature)),
    },
    featureNames: learner.feature_names,
    version: version.join("."),
    notices,
  };
}

function refuseByName(booster: string, objective: string): void {
  if (booster === "dart") throw new ModelError("dart", "dart boosters weigh their trees at prediction time");
  if (booster !== "gbtree") throw new ModelError("unknown-booster", `booster ${booster} is not served, only gbtree`);
  if (supported.has(objective)) return;
  if (objective.startsWith("multi:")) throw new ModelError("multiclass", `objective ${objective}: one score per row is served`);
  const named: Record<string, string> = { "count:poisson": "poisson", "binary:logitraw": "logitraw" };
  throw new ModelError(named[objective] ?? "unknown-objective", `objective ${objective} is not served, only binary:logistic and reg:squarederror`);
}

const float32 = (value: number, where: string): number => {
  const rounded = Math.fround(value);
  if (!Number.isFinite(rounded)) throw new ModelError("non-finite", `${where} is not a finite float32`);
  return rounded;
};

function readTree(raw: unknown, index: number, featureCount: number): Tree {
  const where = `tree ${index}`;
  const file = parsed(TreeFile, raw, where);
  const nodes = file.left_children.length;
  if (file.tree_param.size_leaf_vector > 1) throw new ModelError("multi-target", `${where} has vector leaves`);
  if (file.categories.length > 0 || file.categories_nodes.length > 0 || file.split_type.some((type) => type !== 0))
    throw new ModelError("categorical-splits", `${where} splits on native categories`);
  const lengths = [file.right_children, file.split_conditions, file.split_indices, file.default_left, file.sum_hessian, file.loss_changes, file.base_weights, file.parents].map((each) => each.length);
  if (nodes === 0 || lengths.some((length) => length !== nodes)) throw new ModelError("malformed-model", `${where}: its arrays differ in length`);
  if (file.split_type.length !== 0 && file.split_type.length !== nodes) throw new ModelError("malformed-model", `${where}: its arrays differ in length`);
  if (file.tree_param.num_nodes !== nodes) throw new ModelError("malformed-model", `${where}: num_nodes is ${file.tree_param.num_nodes}, its arrays hold ${nodes}`);

  const tree: Tree = { feature: [], threshold: [], left: [], right: [], defaultLeft: [], value: [], cover: [], gain: [] };
  // Pruned trees keep deleted nodes: those reached from the root are renumbered, the others left behind.
  const order = reachable(file.left_children, file.right_children, where);
  const position = new Map(order.map((node, at) => [node, at]));
  for (const node of order) {
    const left = file.left_children[node]!;
    const leaf = left === -1;
    const feature = file.split_indices[node]!;
    if (!leaf && (feature < 0 || feature >= featureCount)) throw new ModelError("malformed-model", `${where}: node ${node} splits on feature ${feature} of ${featureCount}`);
    const condition = float32(file.split_conditions[node]!, `${where}, node ${node}`);
    tree.feature.push(leaf ? 0 : feature);
    tree.threshold.push(leaf ? 0 : condition);
    tree.left.push(leaf ? -1 : position.get(left)!);
    tree.right.push(leaf ? -1 : position.get(file.right_children[node]!)!);
    tree.defaultLeft.push(!leaf && file.default_left[node]!);
    tree.value.push(leaf ? condition : 0);
    tree.cover.push(file.sum_hessian[node]!);
    tree.gain.push(leaf ? 0 : file.loss_changes[node]!);
  }
  return tree;
}

/** Nodes from the root, parents first. A node reached twice is a cycle or a shared child: not a tree. */
function reachable(left: readonly number[], right: readonly number[], where: string): number[] {
  const order: number[] = [];
  const seen = new Set<number>();
  const stack = [0];
  while (stack.length > 0) {
    const node = stack.pop()!;
    if (node < 0 || node >= left.length) throw new ModelError("malformed-model", `${where}: node ${node} does not exist`);
    if (seen.has(node)) throw new ModelError("malformed-model", `${where}: node ${node} has two parents`);
    seen.add(node);
    order.push(node);
    if ((left[node] === -1) !== (right[node] === -1)) throw new ModelError("malformed-model", `${where}: node ${node} has one child`);
    if (left[node] !== -1) stack.push(right[node]!, left[node]!);
  }
  return order;
}
