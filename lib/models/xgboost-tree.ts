import { z } from "zod";
import type { Tree } from "./ensemble";
import { ModelError } from "./model-error";
import { integers, numeric, parsePart } from "./xgboost-fields";

const floats = z.array(z.number());
const flags = z.array(z.union([z.boolean(), z.literal(0), z.literal(1)])).transform((values) => values.map(Boolean));

/** One tree as XGBoost 1.0 to 3.4 write it. */
const TreeFile = z.strictObject({
  base_weights: floats,
  /** Categories came with 1.3. */
  categories: integers.default([]),
  categories_nodes: integers.default([]),
  categories_segments: integers.default([]),
  categories_sizes: integers.default([]),
  default_left: flags,
  id: z.number().int(),
  /** 1.0 to 1.2. */
  leaf_child_counts: integers.optional(),
  /** 3.2 and later, vector leaves only. */
  leaf_weights: floats.default([]),
  left_children: integers,
  loss_changes: floats,
  parents: integers,
  right_children: integers,
  split_conditions: floats,
  split_indices: integers,
  split_type: integers.default([]),
  sum_hessian: floats,
  tree_param: z.strictObject({ num_deleted: numeric.default(0), num_feature: numeric, num_nodes: numeric, size_leaf_vector: numeric.default(0) }),
});
type TreeFile = z.output<typeof TreeFile>;

/** Vector leaves leave out some arrays and categories have no threshold, so both are looked for before the shape. */
const Kind = z.looseObject({ tree_param: z.looseObject({ size_leaf_vector: numeric.default(0) }), split_type: integers.default([]) });

/** Reads tree number `index`; nodes that pruning left behind are dropped. */
export function readTree(raw: unknown, index: number, featureCount: number): Tree {
  const where = `tree ${index}`;
  const kind = parsePart(Kind, raw, where);
  if (kind.tree_param.size_leaf_vector > 1) throw new ModelError("multi-target", `${where} has vector leaves`);
  if (kind.split_type.some((type) => type !== 0)) throw new ModelError("categorical-splits", `${where} splits on native categories`);
  const file = parsePart(TreeFile, raw, where);
  checkShape(file, index, where);

  const tree: Tree = { feature: [], threshold: [], left: [], right: [], defaultLeft: [], value: [], cover: [], gain: [] };
  const order = reachable(file, where);
  const position = new Map(order.map((node, at) => [node, at]));
  for (const node of order) {
    const left = file.left_children[node]!;
    const leaf = left === -1;
    const feature = file.split_indices[node]!;
    if (!leaf && (feature < 0 || feature >= featureCount))
      throw new ModelError("malformed-model", `${where}: node ${node} splits on feature ${feature} of ${featureCount}`);
    // JSON holds decimals of float32 numbers, UBJSON the numbers: rounding makes them the same.
    const condition = finiteFloat32(file.split_conditions[node]!, `${where}: the split or leaf value of node ${node}`);
    tree.feature.push(leaf ? 0 : feature);
    tree.threshold.push(leaf ? 0 : condition);
    tree.left.push(leaf ? -1 : position.get(left)!);
    tree.right.push(leaf ? -1 : position.get(file.right_children[node]!)!);
    tree.defaultLeft.push(!leaf && file.default_left[node]!);
    tree.value.push(leaf ? condition : 0);
    tree.cover.push(finiteFloat32(file.sum_hessian[node]!, `${where}: sum_hessian of node ${node}`));
    tree.gain.push(leaf ? 0 : finiteFloat32(file.loss_changes[node]!, `${where}: loss_changes of node ${node}`));
  }
  return tree;
}

function checkShape(file: TreeFile, index: number, where: string): void {
  const refuse = (why: string): never => {
    throw new ModelError("malformed-model", `${where}: ${why}`);
  };
  const nodes = file.left_children.length;
  if (file.leaf_weights.length > 0) throw new ModelError("multi-target", `${where} has vector leaves`);
  if (file.categories.length > 0 || file.categories_nodes.length > 0)
    throw new ModelError("categorical-splits", `${where} splits on native categories`);
  const { right_children, split_conditions, split_indices, default_left, sum_hessian, loss_changes, base_weights, parents } = file;
  const arrays = [right_children, split_conditions, split_indices, default_left, sum_hessian, loss_changes, base_weights, parents];
  if (nodes === 0) refuse("it has no nodes");
  if (arrays.some((each) => each.length !== nodes)) refuse("its arrays differ in length");
  if (file.split_type.length !== 0 && file.split_type.length !== nodes) refuse("its arrays differ in length");
  if (file.tree_param.num_nodes !== nodes) refuse(`num_nodes is ${file.tree_param.num_nodes}, its arrays hold ${nodes}`);
  if (file.id !== index) refuse(`its id is ${file.id}`);
}

/** Nodes from the root, parents first. A node reached twice is a cycle or a shared child: not a tree. */
function reachable(file: Pick<TreeFile, "left_children" | "right_children">, where: string): number[] {
  const { left_children: left, right_children: right } = file;
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

function finiteFloat32(value: number, what: string): number {
  const rounded = Math.fround(value);
  if (!Number.isFinite(rounded)) throw new ModelError("non-finite", `${what} is not a finite float32`);
  return rounded;
}
