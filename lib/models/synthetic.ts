import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { dispatchFeatures } from "@/lib/dispatch/features";
import { buildFolder, type ModelFiles } from "./build-folder";
import type { Ensemble, Tree } from "./ensemble";
import { toOnnx } from "./onnx";

/** A model of random trees over the thirteen honest inputs: for benchmarks and tests of serving. It knows nothing. */
export const syntheticId = "bench@1";

export const syntheticFeatures = dispatchFeatures.filter((feature) => feature.availableAt !== "after_outcome");

export function syntheticEnsemble(trees: number, depth: number): Ensemble {
  const random = xoroshiro128plus(7);
  const tree = (): Tree => {
    const made: Tree = { feature: [], threshold: [], left: [], right: [], defaultLeft: [], value: [], cover: [], gain: [] };
    const splits = 2 ** depth - 1;
    for (let node = 0; node < 2 ** (depth + 1) - 1; node++) {
      const leaf = node >= splits;
      const feature = uniformInt(random, 0, syntheticFeatures.length - 1);
      const { min, max } = syntheticFeatures[feature]!.validRange;
      made.feature.push(leaf ? 0 : feature);
      made.threshold.push(leaf ? 0 : Math.fround(min! + uniformFloat64(random) * Math.min(max! - min!, 20)));
      made.left.push(leaf ? -1 : 2 * node + 1);
      made.right.push(leaf ? -1 : 2 * node + 2);
      made.defaultLeft.push(uniformInt(random, 0, 1) === 1);
      made.value.push(leaf ? Math.fround((uniformFloat64(random) - 0.5) / 10) : 0);
      made.cover.push(1);
      made.gain.push(leaf ? 0 : 1);
    }
    return made;
  };
  return { objective: "binary:logistic", baseScore: 0.5, featureCount: syntheticFeatures.length, trees: Array.from({ length: trees }, tree) };
}

/** Files of a model folder named `bench@1`. */
export function syntheticFolder(): ModelFiles {
  const ensemble = syntheticEnsemble(100, 5);
  return buildFolder({
    manifest: {
      name: "bench",
      version: "1",
      createdAt: "2026-01-01T00:00:00Z",
      description: "Random trees for benchmarks and tests; it knows nothing.",
      task: "binary",
      target: { name: "none", unit: "class", description: "" },
      targetTransform: "identity",
      features: syntheticFeatures.map((feature) => ({ ...feature, trainedRange: feature.validRange, allowMissing: true })),
      scaler: { mean: syntheticFeatures.map(() => 1), scale: syntheticFeatures.map(() => 2) },
      calibration: { method: "identity" },
      threshold: 0.5,
      quantiles: [],
      baseline: null,
      metrics: null,
      leaks: [],
      engine: { name: "synthetic", version: "1", parameters: {} },
      data: null,
      parity: { rows: 0, maxAbsDifference: 0 },
      gates: [],
    },
    ensemble,
    onnx: toOnnx(ensemble),
    goldenInputs: [syntheticFeatures.map((feature) => feature.validRange.min)],
  }).files;
}

/** A valid request body for it. */
export function exampleFeatures(random: ReturnType<typeof xoroshiro128plus>): Record<string, number> {
  return Object.fromEntries(
    syntheticFeatures.map(({ name, kind, validRange }) => {
      const value = validRange.min! + uniformFloat64(random) * Math.min(validRange.max! - validRange.min!, 20);
      return [name, kind === "number" ? Math.round(value * 1000) / 1000 : Math.round(value)];
    }),
  );
}
