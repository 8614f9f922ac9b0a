import { describe, expect, it } from "vitest";
import { ModelError } from "./model-error";
import { readScaler } from "./scaler";

const read = (document: unknown) => readScaler(JSON.stringify(document), 2);

describe("readScaler", () => {
  it.each<[string, unknown]>([
    ["plain names", { mean: [1, 2], scale: [3, 4] }],
    ["scikit-learn's names", { mean_: [1, 2], scale_: [3, 4], var_: [9, 16], n_features_in_: 2, n_samples_seen_: 100, with_mean: true, with_std: true, copy: true }],
  ])("takes %s", (_, document) => {
    expect(read(document).scaler).toEqual({ mean: [1, 2], scale: [3, 4] });
  });

  it("takes feature names", () => {
    expect(read({ mean: [1, 2], scale: [3, 4], feature_names_in_: ["a", "b"] }).featureNames).toEqual(["a", "b"]);
  });

  it("leaves 0 and 1 where centring or scaling is switched off", () => {
    expect(read({ mean_: [1, 2], scale_: [3, 4], with_mean: false }).scaler).toEqual({ mean: [0, 0], scale: [3, 4] });
    expect(read({ mean_: [1, 2], scale_: null, with_std: false }).scaler).toEqual({ mean: [1, 2], scale: [1, 1] });
  });

  it.each<[string, string, unknown]>([
    ["a zero scale", "malformed-scaler", { mean: [1, 2], scale: [1, 0] }],
    ["a negative scale", "malformed-scaler", { mean: [1, 2], scale: [1, -1] }],
    ["too few means", "malformed-scaler", { mean: [1], scale: [1, 1] }],
    ["another number of features", "malformed-scaler", { mean: [1, 2], scale: [1, 1], n_features_in_: 3 }],
    ["no scale", "malformed-scaler", { mean: [1, 2] }],
    ["text for a number", "malformed-scaler", { mean: ["1", 2], scale: [1, 1] }],
    ["two means", "malformed-scaler", { mean: [1, 2], mean_: [1, 2], scale: [1, 1] }],
    ["another scaler", "unknown-field", { data_min_: [1, 2], data_max_: [1, 1], mean: [1, 2], scale: [1, 1] }],
    ["a list", "malformed-scaler", [[1, 2], [3, 4]]],
  ])("refuses %s", (_, code, document) => {
    expect(() => read(document)).toThrow(ModelError);
    expect(() => read(document)).toThrow(code);
  });

  it("refuses numbers beyond float64 and text that is not JSON", () => {
    expect(() => readScaler('{"mean":[0,0],"scale":[1,1e999]}', 2)).toThrow("malformed-scaler");
    expect(() => readScaler("mean,scale", 2)).toThrow("not-json");
  });
});
