import type { Ensemble } from "./ensemble";

/** Share of the total gain per feature, largest first; features without a split have 0. Empty trees give zeros. */
export function gainShares(ensemble: Ensemble, names: readonly string[]): { name: string; share: number }[] {
  const gains = names.map(() => 0);
  for (const tree of ensemble.trees)
    for (let node = 0; node < tree.left.length; node++) if (tree.left[node] !== -1) gains[tree.feature[node]!]! += tree.gain[node]!;
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  return names
    .map((name, index) => ({ name, share: total === 0 ? 0 : gains[index]! / total }))
    .sort((a, b) => b.share - a.share || names.indexOf(a.name) - names.indexOf(b.name));
}
