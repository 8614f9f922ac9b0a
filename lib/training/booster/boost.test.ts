import { describe, expect, it } from "vitest";
import { rocAuc } from "@/lib/stats/roc-auc";
import { defaultParameters } from "../engine";
import { rawScores } from "../predict-rows";
import { syntheticMatrix } from "../synthetic-matrix";
import { binColumns, cutBetween, MISSING_BIN } from "./bins";
import { boost } from "./boost";

const parameters = { ...defaultParameters, objective: "binary:logistic" as const, num_round: 30 };
const exact = { ...parameters, num_round: 1, max_depth: 1, eta: 1, subsample: 1, colsample_bytree: 1, min_child_weight: 0 };

describe("boost", () => {
  it("takes the split, gain and leaves of XGBoost's formula", () => {
    // Squared error: g = mean - y, h = 1. y = 0 0 0 9 9 with x = 1..5: mean 3.6, lambda 1.
    const matrix = { inputs: Float32Array.from([1, 2, 3, 4, 5]), rows: 5, width: 1, label: Float64Array.from([0, 0, 0, 9, 9]) };
    const { trees, baseScore } = boost(matrix, { ...exact, objective: "reg:squarederror" }, 1);
    const tree = trees[0]!;
    expect(baseScore).toBeCloseTo(3.6, 6);
    expect(tree.threshold[0]).toBe(3.5);
    // G left = 10.8, H 3; G right = -10.8, H 2; G parent 0.
    expect(tree.gain[0]).toBeCloseTo(10.8 ** 2 / 4 + 10.8 ** 2 / 3, 3);
    expect(tree.value[tree.left[0]!]).toBeCloseTo(-10.8 / 4, 5);
    expect(tree.value[tree.right[0]!]).toBeCloseTo(10.8 / 3, 5);
    expect(tree.cover).toEqual([5, 3, 2]);
  });

  it("learns where missing values belong", () => {
    for (const missing of [0, 1]) {
      const inputs = Float32Array.from([1, 1, 2, 2, Number.NaN, Number.NaN]);
      const label = Float64Array.from([0, 0, 1, 1, missing, missing]);
      const tree = boost({ inputs, rows: 6, width: 1, label }, exact, 1).trees[0]!;
      expect(tree.defaultLeft[0]).toBe(missing === 0);
    }
  });

  it("splits present from missing where only that tells", () => {
    const inputs = Float32Array.from([3, 3, 3, Number.NaN, Number.NaN, Number.NaN]);
    const ensemble = boost({ inputs, rows: 6, width: 1, label: Float64Array.from([0, 0, 0, 1, 1, 1]) }, exact, 1);
    const [present, absent] = rawScores(ensemble, Float32Array.from([3, Number.NaN]));
    expect(absent! - present!).toBeGreaterThan(0.3);
  });

  it("prunes what gains less than gamma, and keeps to min_child_weight", () => {
    const matrix = syntheticMatrix(500, 4, 3);
    const nodes = (changed: Partial<typeof parameters>): number => boost(matrix, { ...parameters, ...changed }, 1).trees.reduce((sum, tree) => sum + tree.left.length, 0);
    expect(nodes({ gamma: 1e9 })).toBe(30);
    expect(nodes({ gamma: 2 })).toBeLessThan(nodes({}));
    const heavy = boost(matrix, { ...parameters, min_child_weight: 20 }, 1);
    const leaves = heavy.trees.flatMap((tree) => tree.cover.filter((_, node) => tree.left[node] === -1 && tree.left.length > 1));
    expect(Math.min(...leaves)).toBeGreaterThanOrEqual(20);
  });

  it("gives the same trees for a seed and others for another", () => {
    const matrix = syntheticMatrix(400, 5, 9);
    expect(boost(matrix, parameters, 5)).toEqual(boost(matrix, parameters, 5));
    expect(boost(matrix, parameters, 6)).not.toEqual(boost(matrix, parameters, 5));
  });

  it("ranks rows it has not seen", () => {
    const ensemble = boost(syntheticMatrix(4_000, 8, 1), parameters, 1);
    const fresh = syntheticMatrix(2_000, 8, 2);
    expect(rocAuc([...fresh.label], [...rawScores(ensemble, fresh.inputs)])).toBeGreaterThan(0.76);
  });

  it("survives one class, a constant column and an empty one", () => {
    const inputs = Float32Array.from([1, Number.NaN, 1, Number.NaN, 1, Number.NaN]);
    const ensemble = boost({ inputs, rows: 3, width: 2, label: Float64Array.from([1, 1, 1]) }, parameters, 1);
    expect(rawScores(ensemble, Float32Array.from([1, Number.NaN]))[0]).toBeGreaterThan(0.99);
  });
});

describe("binColumns", () => {
  it("keeps at most the bins asked for, in order, missing apart", () => {
    const inputs = Float32Array.from({ length: 3_000 }, (_, at) => (at % 100 === 0 ? Number.NaN : at % 7 === 0 ? 0 : at));
    const { codes, cuts } = binColumns({ inputs, rows: 3_000, width: 1 }, 16);
    expect(cuts[0]!.length).toBeLessThanOrEqual(15);
    inputs.forEach((value, row) => {
      expect(codes[row]).toBe(Number.isNaN(value) ? MISSING_BIN : cuts[0]!.filter((cut) => cut <= value).length);
    });
  });

  it("cuts between neighbours of float32", () => {
    const [low, high] = [1, 1.00000011920929];
    const cut = cutBetween(low, high);
    expect(low < cut && cut <= high).toBe(true);
    expect(cutBetween(-3e38, 3e38)).toBe(0);
  });
});
