import onnxProto from "onnx-proto";
import { baseMargin, type Ensemble } from "./ensemble";

const { onnx } = onnxProto;

export const ONNX_INPUT = "input";

/** Name and width of the output that holds the score: [1 - p, p] of a classifier, or the value. */
export function onnxOutput(ensemble: Pick<Ensemble, "objective">): { name: string; width: number; column: number } {
  return ensemble.objective === "binary:logistic" ? { name: "probabilities", width: 2, column: 1 } : { name: "value", width: 1, column: 0 };
}

const FLOAT = 1;
const INT64 = 7;
const AttributeType = { FLOAT: 1, INT: 2, STRING: 3, FLOATS: 6, INTS: 7, STRINGS: 8 };

/**
 * The ensemble as an ONNX model over a float32 input [rows, features].
 *
 * A binary TreeEnsembleClassifier takes class id 0 on every leaf and one base value: with class id 1 the runtime drops the
 * base value without a word, and with two of them the probabilities are wrong.
 *
 * The runtime adds the base value behind the last leaf, XGBoost before the first, and float32 sums depend on the order: by
 * 0.02 with a base of 1e5 and 1,000 trees. So the base stands in the leaves of the first tree, and the sums are the same
 * bit by bit.
 */
export function toOnnx(ensemble: Ensemble): Uint8Array {
  const classifier = ensemble.objective === "binary:logistic";
  const nodes = flatten(ensemble);
  const attribute = {
    ints: (name: string, ints: number[]) => ({ name, ints, type: AttributeType.INTS }),
    floats: (name: string, floats: number[]) => ({ name, floats, type: AttributeType.FLOATS }),
    strings: (name: string, values: string[]) => ({ name, strings: values.map((value) => Buffer.from(value)), type: AttributeType.STRINGS }),
    string: (name: string, value: string) => ({ name, s: Buffer.from(value), type: AttributeType.STRING }),
  };
  const leafPrefix = classifier ? "class" : "target";
  const attributes = [
    attribute.ints("nodes_treeids", nodes.treeIds),
    attribute.ints("nodes_nodeids", nodes.nodeIds),
    attribute.ints("nodes_featureids", nodes.features),
    attribute.strings("nodes_modes", nodes.modes),
    attribute.floats("nodes_values", nodes.thresholds),
    attribute.ints("nodes_truenodeids", nodes.whenTrue),
    attribute.ints("nodes_falsenodeids", nodes.whenFalse),
    attribute.ints("nodes_missing_value_tracks_true", nodes.missingTrue),
    attribute.floats("nodes_hitrates", nodes.treeIds.map(() => 1)),
    attribute.ints(`${leafPrefix}_treeids`, nodes.leafTreeIds),
    attribute.ints(`${leafPrefix}_nodeids`, nodes.leafNodeIds),
    attribute.ints(`${leafPrefix}_ids`, nodes.leafNodeIds.map(() => 0)),
    attribute.floats(`${leafPrefix}_weights`, nodes.leafValues),
    attribute.floats("base_values", [0]),
    attribute.string("post_transform", classifier ? "LOGISTIC" : "NONE"),
    ...(classifier ? [attribute.ints("classlabels_int64s", [0, 1])] : [{ name: "n_targets", i: 1, type: AttributeType.INT }]),
  ];
  const output = onnxOutput(ensemble);
  const tensor = (elemType: number, dims: (string | number)[]) => ({
    tensorType: { elemType, shape: { dim: dims.map((dim) => (typeof dim === "string" ? { dimParam: dim } : { dimValue: dim })) } },
  });
  const model = {
    irVersion: 8,
    producerName: "ml-despacho",
    opsetImport: [
      { domain: "", version: 15 },
      { domain: "ai.onnx.ml", version: 3 },
    ],
    graph: {
      name: "ensemble",
      input: [{ name: ONNX_INPUT, type: tensor(FLOAT, ["rows", ensemble.featureCount]) }],
      output: [
        ...(classifier ? [{ name: "label", type: tensor(INT64, ["rows"]) }] : []),
        { name: output.name, type: tensor(FLOAT, ["rows", output.width]) },
      ],
      node: [
        {
          name: "trees",
          opType: classifier ? "TreeEnsembleClassifier" : "TreeEnsembleRegressor",
          domain: "ai.onnx.ml",
          input: [ONNX_INPUT],
          output: classifier ? ["label", output.name] : [output.name],
          attribute: attributes,
        },
      ],
    },
  };
  return onnx.ModelProto.encode(onnx.ModelProto.fromObject(model)).finish();
}

function flatten(ensemble: Ensemble) {
  const flat = {
    treeIds: [] as number[],
    nodeIds: [] as number[],
    features: [] as number[],
    modes: [] as string[],
    thresholds: [] as number[],
    whenTrue: [] as number[],
    whenFalse: [] as number[],
    missingTrue: [] as number[],
    leafTreeIds: [] as number[],
    leafNodeIds: [] as number[],
    leafValues: [] as number[],
  };
  const base = baseMargin(ensemble);
  // The operator needs at least one tree; a model of the base value alone gets a leaf that adds 0 to it.
  const trees = ensemble.trees.length > 0 ? ensemble.trees : [{ left: [-1], right: [-1], feature: [0], threshold: [0], defaultLeft: [false], value: [0] }];
  trees.forEach((tree, treeId) => {
    for (let node = 0; node < tree.left.length; node++) {
      const leaf = tree.left[node] === -1;
      flat.treeIds.push(treeId);
      flat.nodeIds.push(node);
      flat.features.push(tree.feature[node]!);
      flat.modes.push(leaf ? "LEAF" : "BRANCH_LT");
      flat.thresholds.push(leaf ? 0 : tree.threshold[node]!);
      flat.whenTrue.push(leaf ? 0 : tree.left[node]!);
      flat.whenFalse.push(leaf ? 0 : tree.right[node]!);
      flat.missingTrue.push(tree.defaultLeft[node] ? 1 : 0);
      if (leaf) {
        flat.leafTreeIds.push(treeId);
        flat.leafNodeIds.push(node);
        flat.leafValues.push(treeId === 0 ? Math.fround(base + tree.value[node]!) : tree.value[node]!);
      }
    }
  });
  return flat;
}
