import type { Tree } from "@/lib/models/ensemble";

/**
 * Takes back, from the leaves up, every split that gained less than gamma, as XGBoost's `prune` updater does: a split with a
 * poor gain stays when one below it is worth it. `leafValue` gives the output of a node that becomes a leaf.
 */
export function pruneTree(tree: Tree, gamma: number, leafValue: readonly number[]): Tree {
  if (gamma <= 0) return tree;
  const cut = { left: [...tree.left], right: [...tree.right] };
  // Children stand behind their parent, so walking backwards meets the leaves first.
  for (let node = cut.left.length - 1; node >= 0; node--) {
    const left = cut.left[node]!;
    if (left === -1) continue;
    if (cut.left[left] === -1 && cut.left[cut.right[node]!] === -1 && tree.gain[node]! < gamma) cut.left[node] = cut.right[node] = -1;
  }
  const kept: Tree = { feature: [], threshold: [], left: [], right: [], defaultLeft: [], value: [], cover: [], gain: [] };
  const order = [0];
  for (const node of order) if (cut.left[node] !== -1) order.push(cut.left[node]!, cut.right[node]!);
  const position = new Map(order.map((node, at) => [node, at]));
  for (const node of order) {
    const leaf = cut.left[node] === -1;
    kept.feature.push(leaf ? 0 : tree.feature[node]!);
    kept.threshold.push(leaf ? 0 : tree.threshold[node]!);
    kept.left.push(leaf ? -1 : position.get(cut.left[node]!)!);
    kept.right.push(leaf ? -1 : position.get(cut.right[node]!)!);
    kept.defaultLeft.push(!leaf && tree.defaultLeft[node]!);
    kept.value.push(leaf ? leafValue[node]! : 0);
    kept.cover.push(tree.cover[node]!);
    kept.gain.push(leaf ? 0 : tree.gain[node]!);
  }
  return kept;
}
