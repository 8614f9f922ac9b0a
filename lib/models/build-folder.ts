import { createHash } from "node:crypto";
import type { Ensemble } from "./ensemble";
import { Manifest } from "./manifest";
import { scaleInto } from "./score";
import { walkMargin, walkScore } from "./tree-walk";

export type ModelFiles = { "model.onnx": Uint8Array; "ensemble.json": Uint8Array; "manifest.json": Uint8Array; "README.md"?: Uint8Array };

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** The files of a model folder from its parts; the manifest gains checksums, counts and golden rows. */
export function buildFolder(parts: {
  /** A manifest without what is computed here. */
  manifest: Omit<Manifest, "formatVersion" | "files" | "trees" | "goldenRows">;
  ensemble: Ensemble;
  onnx: Uint8Array;
  /** Raw inputs (null = missing) to replay before the model counts as ready. */
  goldenInputs: (number | null)[][];
  readme?: string;
}): { files: ModelFiles; manifest: Manifest } {
  const { ensemble, onnx } = parts;
  const ensembleBytes = Buffer.from(JSON.stringify(ensemble));
  const scaled = new Float32Array(ensemble.featureCount);
  const manifest = Manifest.parse({
    ...parts.manifest,
    formatVersion: 1,
    files: {
      onnx: { file: "model.onnx", sha256: sha256(onnx), bytes: onnx.length },
      ensemble: { file: "ensemble.json", sha256: sha256(ensembleBytes), bytes: ensembleBytes.length },
    },
    trees: {
      count: ensemble.trees.length,
      maxDepth: ensemble.trees.reduce((most, tree) => Math.max(most, depthOf(tree.left, tree.right)), 0),
      nodes: ensemble.trees.reduce((sum, tree) => sum + tree.left.length, 0),
    },
    goldenRows: parts.goldenInputs.map((inputs) => {
      scaleInto(scaled, 0, inputs.map((value) => value ?? Number.NaN), parts.manifest.scaler);
      return { inputs, margin: walkMargin(ensemble, scaled), score: walkScore(ensemble, scaled) };
    }),
  });
  const files: ModelFiles = {
    "model.onnx": onnx,
    "ensemble.json": ensembleBytes,
    "manifest.json": Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`),
  };
  if (parts.readme !== undefined) files["README.md"] = Buffer.from(parts.readme);
  return { files, manifest };
}

function depthOf(left: readonly number[], right: readonly number[]): number {
  let deepest = 0;
  const stack: [number, number][] = [[0, 0]];
  while (stack.length > 0) {
    const [node, depth] = stack.pop()!;
    deepest = Math.max(deepest, depth);
    if (left[node] !== -1) stack.push([left[node]!, depth + 1], [right[node]!, depth + 1]);
  }
  return deepest;
}
