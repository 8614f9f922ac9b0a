import { delimiter } from "node:path";
import { describe, expect, it } from "vitest";
import { crossValidatedAuc, crossValidatedMae } from "../cross-validate";
import { boost } from "../booster/boost";
import { defaultParameters, type BoosterParameters } from "../engine";
import { syntheticMatrix } from "../synthetic-matrix";
import { embeddedEngine } from "./embedded";
import { findEngine } from "./find-engine";
import { findXgboost, xgboostEngine } from "./xgboost-cli";

const path = process.env.PATH ?? "";
const executable = findXgboost(path);
const parameters: BoosterParameters = { ...defaultParameters, objective: "binary:logistic", num_round: 60, max_depth: 4, eta: 0.1 };

describe("embeddedEngine", () => {
  it("grows in its thread the trees it grows here", async () => {
    const matrix = syntheticMatrix(800, 6, 4);
    expect(await embeddedEngine().train(matrix, { ...parameters, num_round: 5 }, 3)).toEqual(boost(matrix, { ...parameters, num_round: 5 }, 3));
  });

  it("brings the reason out of its thread", async () => {
    const nothing = { inputs: new Float32Array(0), rows: 0, width: 3, label: new Float64Array(0) };
    await expect(embeddedEngine().train(nothing, parameters, 1)).rejects.toThrow("no-rows");
  });
});

describe("findEngine", () => {
  it("takes the embedded engine where there is no executable, and says when XGBoost was wanted", async () => {
    const nowhere = { path: ["", "/nonexistent"].join(delimiter) };
    expect((await findEngine("auto", nowhere)).name).toBe("embedded");
    await expect(findEngine("xgboost", nowhere)).rejects.toThrow("no-xgboost");
  });
});

describe.skipIf(executable === null)("xgboostEngine (skipped without the executable)", () => {
  it("is reproducible and answers as its own predictions do", async () => {
    const engine = await xgboostEngine(executable!);
    const matrix = syntheticMatrix(1_500, 6, 4);
    // Values that text bends, denormals and both zeros.
    matrix.inputs.set([0.1, 1 / 3, 1.1754942e-38, -0, 0, 3e38]);
    const first = await engine.train(matrix, parameters, 3);
    expect(first.trees).toHaveLength(60);
    expect(await engine.train(matrix, parameters, 3)).toEqual(first);
  });

  it("finds the same first tree as the embedded engine where every split is exact", async () => {
    const rows = 600;
    const inputs = Float32Array.from({ length: rows * 2 }, (_, at) => ((at * 7_919) % 31) / 10);
    const label = Float64Array.from({ length: rows }, (_, row) => inputs[row * 2]! * 2 + (inputs[row * 2 + 1]! > 1.5 ? 3 : 0));
    const whole: BoosterParameters = { ...parameters, objective: "reg:squarederror", num_round: 1, max_depth: 2, subsample: 1, colsample_bytree: 1 };
    const matrix = { inputs, rows, width: 2, label };
    const [theirs, ours] = [await (await xgboostEngine(executable!)).train(matrix, whole, 1), boost(matrix, whole, 1)];
    const summary = ({ trees }: typeof ours) => trees[0]!.value.map((value, node) => [value, trees[0]!.cover[node]!] as const).filter((_, node) => trees[0]!.left[node] === -1).sort((a, b) => a[0] - b[0]);
    summary(ours).forEach(([value, cover], leaf) => {
      expect(value).toBeCloseTo(summary(theirs)[leaf]![0], 4);
      expect(cover).toBe(summary(theirs)[leaf]![1]);
    });
  });

  it("is at most 0.005 of AUC ahead of the embedded engine", async () => {
    const matrix = syntheticMatrix(6_000, 8, 5);
    const foldOf = Int32Array.from({ length: 6_000 }, (_, row) => row % 3);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const ours = mean(await crossValidatedAuc(embeddedEngine(), matrix, foldOf, parameters, 1));
    const theirs = mean(await crossValidatedAuc(await xgboostEngine(executable!), matrix, foldOf, parameters, 1));
    expect(ours - theirs).toBeGreaterThan(-0.005);
    expect(ours - theirs).toBeLessThan(0.01);
  });

  it("errs as much as the embedded engine on a quantity, within 1 %", async () => {
    const matrix = syntheticMatrix(4_000, 8, 6);
    // Minutes as skewed as responses are: learnt as logarithms, judged as minutes.
    matrix.label = matrix.label.map((label, row) => Math.log(4 + 6 * label + 3 * (Number.isNaN(matrix.inputs[row * 8]!) ? 0.5 : matrix.inputs[row * 8]!) + ((row * 7_919) % 101) / 25));
    const foldOf = Int32Array.from({ length: 4_000 }, (_, row) => row % 3);
    const whole: BoosterParameters = { ...parameters, objective: "reg:squarederror" };
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const ours = mean(await crossValidatedMae(embeddedEngine(), matrix, foldOf, whole, 1, Math.exp));
    const theirs = mean(await crossValidatedMae(await xgboostEngine(executable!), matrix, foldOf, whole, 1, Math.exp));
    expect(Math.abs(ours - theirs) / theirs).toBeLessThan(0.01);
  });
});
