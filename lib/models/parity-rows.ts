import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Ensemble } from "./ensemble";

/** The float32 neighbours of a float32 value. */
export function float32Step(value: number, direction: 1 | -1): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  if (value === 0) return direction * 1.401298464324817e-45;
  const bits = view.getInt32(0);
  view.setInt32(0, bits + (value > 0 ? direction : -direction));
  return view.getFloat32(0);
}

const extremes = [0, -0, 1.401298464324817e-45, -1.401298464324817e-45, 3e38, -3e38, 1, -1];

/**
 * Rows in model space (scaled, float32) on which an export most easily goes wrong: every split threshold exactly and one
 * float32 step beside it, missing values, signed zeros, denormals, the largest numbers, and random rows between thresholds.
 * Seeded: the same ensemble gives the same rows.
 */
export function parityRows(ensemble: Ensemble, options: { atLeast: number; seed: number }): Float32Array {
  const random = xoroshiro128plus(options.seed);
  const count = ensemble.featureCount;
  const thresholds: number[][] = Array.from({ length: count }, () => []);
  for (const tree of ensemble.trees)
    for (let node = 0; node < tree.left.length; node++) if (tree.left[node] !== -1) thresholds[tree.feature[node]!]!.push(tree.threshold[node]!);
  const pick = (feature: number): number => {
    const own = thresholds[feature]!;
    const kind = uniformInt(random, 0, 19);
    if (kind === 0) return Number.NaN;
    if (kind === 1 || own.length === 0) return Math.fround(uniformInt(random, -4_000, 4_000) / 1_000);
    const at = own[uniformInt(random, 0, own.length - 1)]!;
    if (kind < 8) return at;
    if (kind < 12) return float32Step(at, 1);
    if (kind < 16) return float32Step(at, -1);
    return Math.fround(at + uniformInt(random, -1_000, 1_000) / 1_000);
  };
  const rows: number[][] = [];
  const randomRow = (): number[] => Array.from({ length: count }, (_, feature) => pick(feature));

  // Each distinct threshold of each feature, exactly and beside it, inside an otherwise random row; at most 20,000 rows.
  const budget = Math.max(1, Math.floor(20_000 / 3 / count));
  for (let feature = 0; feature < count; feature++) {
    for (const threshold of [...new Set(thresholds[feature])].slice(0, budget)) {
      for (const value of [threshold, float32Step(threshold, -1), float32Step(threshold, 1)]) {
        const row = randomRow();
        row[feature] = value;
        rows.push(row);
      }
    }
  }
  for (const value of [...extremes, Number.NaN]) rows.push(Array.from({ length: count }, () => value));
  for (let feature = 0; feature < count; feature++) {
    for (const value of [...extremes, Number.NaN]) {
      const row = randomRow();
      row[feature] = value;
      rows.push(row);
    }
    rows.push(Array.from({ length: count }, (_, each) => (each === feature ? 1 : Number.NaN)));
  }
  while (rows.length < options.atLeast) rows.push(randomRow());
  return Float32Array.from(rows.flat());
}
