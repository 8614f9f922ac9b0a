import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Ensemble, Objective, Tree } from "./ensemble";
import { onnxOutput, toOnnx } from "./onnx";
import { checkParity } from "./parity";
import { float32Step, parityRows } from "./parity-rows";
import { openOnnxSession } from "./server/onnx-session";
import { walkMargin, walkScore } from "./tree-walk";

const FEATURES = 3;
const float = fc.float({ noNaN: true, noDefaultInfinity: true });
const leafValue = fc.oneof(fc.float({ min: -2, max: 2, noNaN: true }), fc.constant(0), fc.constant(Math.fround(1e-40)));

/** Trees of at most `splits` splits, each splitting some leaf of the one before. */
const tree = (leaves: fc.Arbitrary<number>): fc.Arbitrary<Tree> =>
  fc.array(fc.record({ feature: fc.nat(FEATURES - 1), threshold: float, defaultLeft: fc.boolean(), at: fc.nat(), left: leaves, right: leaves }), { maxLength: 8 }).chain((splits) =>
    leaves.map((root) => {
      const made: Tree = { feature: [0], threshold: [0], left: [-1], right: [-1], defaultLeft: [false], value: [root], cover: [1], gain: [0] };
      for (const split of splits) {
        const open = made.left.flatMap((left, node) => (left === -1 ? [node] : []));
        const node = open[split.at % open.length]!;
        const first = made.left.length;
        Object.assign(made.feature, { [node]: split.feature });
        made.threshold[node] = split.threshold;
        made.defaultLeft[node] = split.defaultLeft;
        made.value[node] = 0;
        made.left[node] = first;
        made.right[node] = first + 1;
        for (const value of [split.left, split.right]) {
          made.feature.push(0);
          made.threshold.push(0);
          made.left.push(-1);
          made.right.push(-1);
          made.defaultLeft.push(false);
          made.value.push(value);
          made.cover.push(1);
          made.gain.push(0);
        }
      }
      return made;
    }),
  );

const ensemble = (leaves = leafValue): fc.Arbitrary<Ensemble> =>
  fc.record({
    objective: fc.constantFrom<Objective>("binary:logistic", "reg:squarederror"),
    baseScore: fc.float({ min: Math.fround(0.01), max: Math.fround(0.99), noNaN: true }),
    featureCount: fc.constant(FEATURES),
    trees: fc.array(tree(leaves), { maxLength: 6 }),
  });

const value = fc.oneof(float, fc.constantFrom(Number.NaN, 0, -0, 1.4e-45, -1.4e-45, 3e38, -3e38, Infinity, -Infinity));

describe("the ONNX export", () => {
  it("answers as the trees do: any ensemble, any float32 inputs", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(ensemble(), fc.array(fc.array(value, { minLength: FEATURES, maxLength: FEATURES }), { minLength: 1, maxLength: 20 }), async (model, rows) => {
        const session = await openOnnxSession(toOnnx(model), onnxOutput(model));
        const scores = await session.run(Float32Array.from(rows.flat()), rows.length);
        rows.forEach((row, i) => {
          const inputs = Float32Array.from(row);
          if (model.objective === "reg:squarederror") expect(scores[i]).toBe(walkMargin(model, inputs));
          else expect(Math.abs(scores[i]! - walkScore(model, inputs))).toBeLessThan(2e-7);
        });
        await session.release();
      }),
      { seed: 3, numRuns: 150 },
    );
  });

  it.each([["positive", 0.25], ["negative", -0.25], ["zero", 0]])("answers with probabilities when every leaf is %s", async (_, leaf) => {
    const single: Tree = { feature: [0], threshold: [0], left: [-1], right: [-1], defaultLeft: [false], value: [leaf], cover: [1], gain: [0] };
    for (const trees of [[], [single], [single, single]]) {
      const model: Ensemble = { objective: "binary:logistic", baseScore: 0.5, featureCount: 1, trees };
      const session = await openOnnxSession(toOnnx(model), onnxOutput(model));
      expect((await session.run(Float32Array.from([1]), 1))[0]).toBeCloseTo(walkScore(model, [1]), 6);
      await session.release();
    }
  });

  it("adds in XGBoost's order: a large base and many small leaves", async () => {
    const leaf = (v: number): Tree => ({ feature: [0], threshold: [0], left: [-1], right: [-1], defaultLeft: [false], value: [Math.fround(v)], cover: [1], gain: [0] });
    const model: Ensemble = { objective: "reg:squarederror", baseScore: 100_000, featureCount: 1, trees: Array.from({ length: 500 }, (_, i) => leaf(-0.01 * i)) };
    const session = await openOnnxSession(toOnnx(model), onnxOutput(model));
    expect((await session.run(Float32Array.from([1]), 1))[0]).toBe(walkMargin(model, [1]));
    await session.release();
  });
});

const stump: Ensemble = {
  objective: "binary:logistic",
  baseScore: 0.5,
  featureCount: 2,
  trees: [{ feature: [1, 0, 0], threshold: [Math.fround(0.3), 0, 0], left: [1, -1, -1], right: [2, -1, -1], defaultLeft: [true, false, false], value: [0, -1, 1], cover: [2, 1, 1], gain: [1, 0, 0] }],
};
const wrong = (change: (tree: Tree) => Partial<Tree>): Ensemble => ({ ...stump, trees: stump.trees.map((each) => ({ ...each, ...change(each) })) });
const walked = (model: Ensemble) => (inputs: Float32Array, rows: number): Promise<Float32Array> =>
  Promise.resolve(Float32Array.from({ length: rows }, (_, row) => walkScore(model, inputs.subarray(row * model.featureCount, (row + 1) * model.featureCount))));

describe("checkParity", () => {
  it("passes the same trees on a thousand rows and more, with a scaler on twice as many", async () => {
    const plain = await checkParity(stump, walked(stump));
    expect(plain.rows).toBeGreaterThanOrEqual(1_000);
    expect(plain.maxAbsDifference).toBeLessThan(1e-7);
    const scaled = await checkParity(stump, walked(stump), { mean: [3, 12.7], scale: [2, 4.3] });
    expect(scaled.rows).toBe(plain.rows * 2);
  });

  it.each<[string, Ensemble]>([
    ["a threshold one float32 step higher", wrong(() => ({ threshold: [float32Step(Math.fround(0.3), 1), 0, 0] }))],
    ["a threshold one float32 step lower", wrong(() => ({ threshold: [float32Step(Math.fround(0.3), -1), 0, 0] }))],
    ["missing values on the other side", wrong(() => ({ defaultLeft: [false, false, false] }))],
    ["another column", wrong(() => ({ feature: [0, 0, 0] }))],
    ["a leaf off by 1e-5", wrong(() => ({ value: [0, -1, 1.00001] }))],
    ["another base", { ...stump, baseScore: 0.50001 }],
  ])("refuses an export with %s", async (_, broken) => {
    await expect(checkParity(stump, walked(broken))).rejects.toThrow("parity");
  });

  it("refuses an export that answers NaN", async () => {
    await expect(checkParity(stump, (_, rows) => Promise.resolve(new Float32Array(rows).fill(Number.NaN)))).rejects.toThrow("parity");
  });
});

describe("parityRows", () => {
  it("are the same for the same seed, and reach every split at its threshold", () => {
    fc.assert(
      fc.property(ensemble(), (model) => {
        const rows = parityRows(model, { atLeast: 1_000, seed: 5 });
        expect(rows).toEqual(parityRows(model, { atLeast: 1_000, seed: 5 }));
        expect(rows.length / FEATURES).toBeGreaterThanOrEqual(1_000);
      }),
      { seed: 4, numRuns: 10 },
    );
  });

  it("stay bounded for thousands of features", () => {
    const wide: Ensemble = { ...stump, featureCount: 5_000 };
    expect(parityRows(wide, { atLeast: 1_000, seed: 1 }).length).toBeLessThan(8_000_000);
  });
});

it("steps to the float32 neighbours", () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true, min: Math.fround(-1e38), max: Math.fround(1e38) }), (at) => {
      expect(float32Step(at, 1)).toBeGreaterThan(at);
      expect(float32Step(at, -1)).toBeLessThan(at);
      if (at !== 0) expect(float32Step(float32Step(at, 1), -1) === at).toBe(true);
    }),
    { seed: 6 },
  );
});
