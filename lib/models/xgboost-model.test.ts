import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { baseMargin } from "./ensemble";
import { ModelError } from "./model-error";
import { walkMargin } from "./tree-walk";
import { readBooster } from "./xgboost-model";

type Fields = Record<string, unknown>;

/** One split on feature 1 at 0.5, leaves -0.25 and 0.75. */
const tree = (change: Fields = {}): Fields => ({
  base_weights: [0, -0.25, 0.75],
  categories: [],
  categories_nodes: [],
  categories_segments: [],
  categories_sizes: [],
  default_left: [1, 0, 0],
  id: 0,
  left_children: [1, -1, -1],
  loss_changes: [2.5, 0, 0],
  parents: [2147483647, 0, 0],
  right_children: [2, -1, -1],
  split_conditions: [0.5, -0.25, 0.75],
  split_indices: [1, 0, 0],
  split_type: [0, 0, 0],
  sum_hessian: [10, 4, 6],
  tree_param: { num_deleted: "0", num_feature: "2", num_nodes: "3", size_leaf_vector: "0" },
  ...change,
});

const parameters = { base_score: "5E-1", boost_from_average: "1", num_class: "0", num_feature: "2", num_target: "1" };
type Change = { tree?: Fields; trees?: Fields[]; model?: Fields; booster?: Fields; parameters?: Fields; learner?: Fields; root?: Fields };

function file(change: Change = {}): Uint8Array {
  const trees = change.trees ?? [tree(change.tree)];
  const model = { gbtree_model_param: { num_parallel_tree: "1", num_trees: String(trees.length), size_leaf_vector: "0" }, tree_info: trees.map(() => 0), trees, ...change.model };
  const learner = {
    attributes: {},
    feature_names: [],
    feature_types: [],
    gradient_booster: { model, name: "gbtree", ...change.booster },
    learner_model_param: { ...parameters, ...change.parameters },
    objective: { name: "binary:logistic", reg_loss_param: { scale_pos_weight: "1" } },
    ...change.learner,
  };
  return Buffer.from(JSON.stringify({ learner, version: [1, 7, 4], ...change.root }));
}

const margin = (bytes: Uint8Array, inputs: number[]): number => walkMargin(readBooster(bytes).ensemble, Float32Array.from(inputs));

const codeOf = (bytes: Uint8Array): string => {
  try {
    readBooster(bytes);
  } catch (error) {
    if (error instanceof ModelError) {
      expect(error.message).not.toContain("\n");
      return error.code;
    }
    throw error;
  }
  return "accepted";
};

describe("readBooster", () => {
  it("reads a split: below goes left, at the threshold right, missing as the file says", () => {
    expect(margin(file(), [0, 0.49])).toBe(-0.25);
    expect(margin(file(), [0, 0.5])).toBe(0.75);
    expect(margin(file(), [0, Number.NaN])).toBe(-0.25);
  });

  it.each(["3.5E-1", "[3.5E-1]", "[ 3.5E-1 ]", 0.35, ["3.5E-1"], [0.35]])("takes the base score %j of each version", (base_score) => {
    expect(readBooster(file({ parameters: { base_score } })).ensemble.baseScore).toBe(Math.fround(0.35));
  });

  // Margins of XGBoost 1.7.4 with trees of zero; a float64 logit of 0.9999 gives 9.21007442.
  it.each([[0.35, -0.619039237], [0.9, 2.19722414], [0.999, 6.90675545], [0.9999, 9.21017456]])("takes the margin of the base score %d in XGBoost's float32 steps", (baseScore, expected) => {
    expect(baseMargin({ objective: "binary:logistic", baseScore: Math.fround(baseScore) })).toBe(Math.fround(expected));
  });

  it("reads the form of 1.0, without categories, feature names and newer parameters", () => {
    const later = { categories: undefined, categories_nodes: undefined, categories_segments: undefined, categories_sizes: undefined, split_type: undefined };
    const bytes = file({
      trees: [{ ...tree(), ...later, leaf_child_counts: [0, 0, 0], default_left: [true, false, false], tree_param: { num_feature: "2", num_nodes: "3", size_leaf_vector: "0" } }],
      learner: { learner_model_param: { base_score: "0.5", num_class: "0", num_feature: "2" }, feature_names: undefined, feature_types: undefined },
      model: { gbtree_model_param: { num_trees: "1", size_leaf_vector: "0" } },
    });
    expect(margin(bytes, [0, Number.NaN])).toBe(-0.25);
  });

  it("drops nodes that pruning left behind", () => {
    const pruned = tree({
      base_weights: [0, 0, -0.25, 0.75], default_left: [0, 0, 0, 0], left_children: [2, -1, -1, -1], right_children: [3, -1, -1, -1], loss_changes: [2.5, 0, 0, 0],
      parents: [2147483647, -1, 0, 0], split_conditions: [0.5, 1e300, -0.25, 0.75], split_indices: [1, 4294967295, 0, 0], split_type: [0, 0, 0, 0], sum_hessian: [10, 0, 4, 6],
      tree_param: { num_deleted: "1", num_feature: "2", num_nodes: "4", size_leaf_vector: "0" },
    });
    expect(readBooster(file({ trees: [pruned] })).ensemble.trees[0]!.left).toEqual([1, -1, -1]);
  });

  it("keeps all rounds of an early-stopped booster and says so, or takes the best ones when asked", () => {
    const bytes = file({ trees: [tree(), tree({ id: 1 }), tree({ id: 2 })], learner: { attributes: { best_iteration: "1", best_score: "0.1" } } });
    expect(readBooster(bytes).ensemble.trees).toHaveLength(3);
    expect(readBooster(bytes).notices).toHaveLength(1);
    expect(readBooster(bytes, "best").ensemble.trees).toHaveLength(2);
    expect(() => readBooster(file(), "best")).toThrow("no-best-iteration");
  });

  it("is not polluted by hostile keys", () => {
    const text = Buffer.from(file()).toString().replace('"attributes":{}', '"attributes":{"__proto__":{"polluted":1}}');
    readBooster(Buffer.from(text));
    expect(({} as Fields).polluted).toBeUndefined();
  });

  it.each<[string, string, Uint8Array]>([
    ["dart", "dart", file({ booster: { name: "dart", gbtree: {}, weight_drop: [1] } })],
    ["dart as 3.4 writes it", "dart", file({ model: { weight_drop: [0.5] } })],
    ["gblinear", "gblinear", file({ booster: { name: "gblinear" } })],
    ["an unknown booster", "unknown-booster", file({ booster: { name: "gbforest" } })],
    ["multiclass by objective", "multiclass", file({ learner: { objective: { name: "multi:softprob", softmax_multiclass_param: { num_class: "3" } } } })],
    ["multiclass by number", "multiclass", file({ parameters: { num_class: "3" } })],
    ["multiclass by tree_info", "multiclass", file({ model: { tree_info: [1] } })],
    ["several targets", "multi-target", file({ parameters: { num_target: "2" } })],
    ["vector leaves", "multi-target", file({ tree: { tree_param: { num_deleted: "0", num_feature: "2", num_nodes: "3", size_leaf_vector: "2" } } })],
    ["poisson", "poisson", file({ learner: { objective: { name: "count:poisson", poisson_regression_param: { max_delta_step: "0.7" } } } })],
    ["logitraw", "logitraw", file({ learner: { objective: { name: "binary:logitraw" } } })],
    ["reg:logistic", "unsupported-objective", file({ learner: { objective: { name: "reg:logistic" } } })],
    ["categorical features", "categorical-splits", file({ learner: { feature_types: ["float", "c"] } })],
    ["categorical splits", "categorical-splits", file({ tree: { split_type: [1, 0, 0], categories: [3], categories_nodes: [0], categories_segments: [0], categories_sizes: [1] } })],
    [
      "categorical splits with NaN for a threshold",
      "categorical-splits",
      Buffer.from(Buffer.from(file({ tree: { split_type: [1, 0, 0] } })).toString().replace('"split_conditions":[0.5', '"split_conditions":[NaN')),
    ],
    ["category tables", "categorical-splits", file({ model: { cats: { enc: [{}], feature_segments: [0, 2, 2], sorted_idx: [1, 0] } } })],
    ["an unknown field of a tree", "unknown-field", file({ tree: { leaf_scale: [1, 2, 3] } })],
    ["an unknown field of the model", "unknown-field", file({ model: { tree_weights: [2] } })],
    ["an unknown field of the learner", "unknown-field", file({ learner: { link: "probit" } })],
    ["an unknown field of the objective", "unknown-field", file({ learner: { objective: { name: "binary:logistic", temperature: 2 } } })],
    ["an unknown version", "unknown-version", file({ root: { version: [4, 0, 0] } })],
    ["no version", "malformed-model", file({ root: { version: undefined } })],
    ["a base score that is no probability", "malformed-model", file({ parameters: { base_score: "1" } })],
    ["two base scores", "malformed-model", file({ parameters: { base_score: "[5E-1,2E-1]" } })],
    ["two base scores as a list", "malformed-model", file({ parameters: { base_score: [0.5, 0.2] } })],
    ["no base score", "malformed-model", file({ parameters: { base_score: [] } })],
    ["a missing array", "malformed-model", file({ tree: { default_left: undefined } })],
    ["arrays of two lengths", "malformed-model", file({ tree: { split_indices: [1, 0] } })],
    ["a feature out of range", "malformed-model", file({ tree: { split_indices: [2, 0, 0] } })],
    ["a child that does not exist", "malformed-model", file({ tree: { right_children: [7, -1, -1] } })],
    ["a cycle", "malformed-model", file({ tree: { left_children: [1, 0, -1], right_children: [2, 2, -1] } })],
    ["one child", "malformed-model", file({ tree: { right_children: [-1, -1, -1] } })],
    ["trees out of order", "malformed-model", file({ tree: { id: 3 } })],
    ["names that do not fit", "malformed-model", file({ learner: { feature_names: ["a"] } })],
    ["a name twice", "malformed-model", file({ learner: { feature_names: ["a", "a"] } })],
    ["a threshold beyond float32", "non-finite", file({ tree: { split_conditions: [1e39, 0, 0] } })],
    ["a leaf that is NaN", "non-finite", Buffer.from(Buffer.from(file()).toString().replace("-0.25,0.75],\"split_ind", "NaN,0.75],\"split_ind"))],
    ["too few trees", "truncated", file({ model: { gbtree_model_param: { num_trees: "2" } } })],
    ["text that ends early", "truncated", file().subarray(0, 300)],
    ["an empty file", "truncated", new Uint8Array()],
    ["the old binary form", "not-a-model", Buffer.from("binf\0\0\0")],
    ["a list", "not-a-model", Buffer.from("[]")],
    ["broken JSON", "not-json", Buffer.from('{"learner": nope}')],
  ])("refuses %s as %s", (_, code, bytes) => {
    expect(codeOf(bytes)).toBe(code);
  });
});

const shared = new URL("../../../shared/data/xgboost-parity/", import.meta.url);
const present = existsSync(shared);

describe("the shared parity set", () => {
  const table = (name: string): number[][] =>
    readFileSync(new URL(name, shared), "utf8").trim().split("\n").slice(1).map((line) => line.split(",").map(Number));

  it.skipIf(!present)("gives the same ensemble from JSON, UBJSON and the form of 3.1", () => {
    const [json, ubj, v3] = ["model.json", "model.ubj", "model-v3.json"].map((name) => readBooster(readFileSync(new URL(name, shared))).ensemble);
    expect(ubj).toEqual(json);
    expect(v3).toEqual(json);
  });

  it.skipIf(!present)("walks to XGBoost's own margins, bit by bit", () => {
    const { ensemble } = readBooster(readFileSync(new URL("model.json", shared)));
    const expected = table("expected.csv");
    const rows = table("rows.csv");
    expect(rows.length).toBe(1_044);
    rows.forEach((row, index) => expect(walkMargin(ensemble, Float32Array.from(row))).toBe(Math.fround(expected[index]![0]!)));
  });
});
