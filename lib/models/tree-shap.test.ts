import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { baseMargin, type Ensemble, type Tree } from "./ensemble";
import { walkMargin } from "./tree-walk";
import { explainMargin } from "./tree-shap";
import { readBooster } from "./xgboost-model";

const FEATURES = 4;

/** A full tree of depth 4 with random splits, features met again on one path included; some nodes without cover. */
const fullTree = fc
  .array(fc.record({ feature: fc.nat(FEATURES - 1), threshold: fc.integer({ min: -2, max: 2 }), defaultLeft: fc.boolean(), value: fc.integer({ min: -9, max: 9 }), cover: fc.nat(5) }), { minLength: 31, maxLength: 31 })
  .map((nodes): Tree => {
    const cover = nodes.map((node) => node.cover);
    for (let node = 14; node >= 0; node--) cover[node] = cover[2 * node + 1]! + cover[2 * node + 2]!;
    return {
      feature: nodes.map((node, i) => (i < 15 ? node.feature : 0)),
      threshold: nodes.map((node, i) => (i < 15 ? node.threshold : 0)),
      left: nodes.map((_, i) => (i < 15 ? 2 * i + 1 : -1)),
      right: nodes.map((_, i) => (i < 15 ? 2 * i + 2 : -1)),
      defaultLeft: nodes.map((node) => node.defaultLeft),
      value: nodes.map((node, i) => (i < 15 ? 0 : node.value)),
      cover,
      gain: nodes.map(() => 0),
    };
  });
const row = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(Number.NaN)), { minLength: FEATURES, maxLength: FEATURES });

/** Mean output when only the features of `known` are known: the game whose Shapley values TreeSHAP computes. */
function gameValue(tree: Tree, inputs: readonly number[], known: number, node = 0): number {
  const [left, right] = [tree.left[node]!, tree.right[node]!];
  if (left === -1) return tree.value[node]!;
  const feature = tree.feature[node]!;
  if (known & (1 << feature)) {
    const value = inputs[feature]!;
    return gameValue(tree, inputs, known, (Number.isNaN(value) ? tree.defaultLeft[node]! : value < tree.threshold[node]!) ? left : right);
  }
  const total = tree.cover[left]! + tree.cover[right]!;
  const share = total > 0 ? tree.cover[left]! / total : 0.5;
  return share * gameValue(tree, inputs, known, left) + (1 - share) * gameValue(tree, inputs, known, right);
}

function shapleyByDefinition(tree: Tree, inputs: readonly number[], feature: number): number {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  let sum = 0;
  for (let subset = 0; subset < 1 << FEATURES; subset++) {
    if (subset & (1 << feature)) continue;
    const size = subset.toString(2).replaceAll("0", "").length;
    const weight = (factorial(size) * factorial(FEATURES - size - 1)) / factorial(FEATURES);
    sum += weight * (gameValue(tree, inputs, subset | (1 << feature)) - gameValue(tree, inputs, subset));
  }
  return sum;
}

describe("explainMargin", () => {
  it("gives the Shapley values of their definition over all subsets", () => {
    fc.assert(
      fc.property(fullTree, row, (tree, inputs) => {
        const { contributions, bias } = explainMargin({ objective: "reg:squarederror", baseScore: 0, featureCount: FEATURES, trees: [tree] }, inputs);
        expect(bias).toBeCloseTo(gameValue(tree, inputs, 0), 9);
        contributions.forEach((each, feature) => expect(each).toBeCloseTo(shapleyByDefinition(tree, inputs, feature), 9));
      }),
      { seed: 7, numRuns: 400 },
    );
  });

  it("adds up to the margin", () => {
    fc.assert(
      fc.property(fc.array(fullTree, { maxLength: 12 }), row, (trees, inputs) => {
        const ensemble: Ensemble = { objective: "binary:logistic", baseScore: 0.3, featureCount: FEATURES, trees };
        const { contributions, bias } = explainMargin(ensemble, inputs);
        expect(contributions.reduce((sum, each) => sum + each, bias)).toBeCloseTo(walkMargin(ensemble, inputs), 4);
      }),
      { seed: 8 },
    );
  });

  it("of trees without splits is the bias alone", () => {
    const ensemble: Ensemble = { objective: "binary:logistic", baseScore: 0.3, featureCount: 2, trees: [] };
    expect(explainMargin(ensemble, [1, 2])).toEqual({ contributions: [0, 0], bias: baseMargin(ensemble) });
  });

  const Golden = z.object({
    model: z.unknown(),
    rows: z.array(z.object({ inputs: z.array(z.number().nullable()), margin: z.number(), probability: z.number(), contributions: z.array(z.number()) })),
  });
  const golden = Golden.parse(JSON.parse(readFileSync(new URL("../../tests/golden/xgboost-contributions.json", import.meta.url), "utf8")));
  const { ensemble } = readBooster(Buffer.from(JSON.stringify(golden.model)));

  it.each(golden.rows.map((each, index) => [index, each] as const))("agrees with XGBoost's own contributions: row %d", (_, expected) => {
    const inputs = Float32Array.from(expected.inputs, (value) => value ?? Number.NaN);
    const { contributions, bias } = explainMargin(ensemble, inputs);
    expect(walkMargin(ensemble, inputs)).toBe(Math.fround(expected.margin));
    [...contributions, bias].forEach((each, index) => expect(Math.abs(each - expected.contributions[index]!)).toBeLessThan(1e-4));
  });
});
