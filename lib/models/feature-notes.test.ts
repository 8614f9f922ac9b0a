import { describe, expect, it } from "vitest";
import { featureNames, importedFeature, readFeatureNotes } from "./feature-notes";

describe("importedFeature", () => {
  it("knows the published names", () => {
    expect(importedFeature("hour_of_day", {})).toMatchObject({ unit: "hour 0-23", availableAt: "request", validRange: { min: 0, max: 23 } });
    expect(importedFeature("actual_response_time_minutes", {}).availableAt).toBe("after_outcome");
  });

  it("takes other names as unbounded numbers known at the decision, unless a note says otherwise", () => {
    expect(importedFeature("f3", {})).toMatchObject({ unit: "unknown", availableAt: "decision", validRange: { min: null, max: null }, allowMissing: true });
    expect(importedFeature("f3", { f3: { unit: "km", availableAt: "after_outcome" } })).toMatchObject({ unit: "km", availableAt: "after_outcome" });
  });
});

describe("readFeatureNotes", () => {
  it("reads notes of features of the model", () => {
    expect(readFeatureNotes('{"a":{"unit":"km","validRange":{"min":0,"max":null}}}', ["a"])).toEqual({ a: { unit: "km", validRange: { min: 0, max: null } } });
  });

  it.each([
    ["another feature", '{"b":{}}', "feature-names"],
    ["an unknown member", '{"a":{"units":"km"}}', "malformed-features"],
    ["an unknown time", '{"a":{"availableAt":"later"}}', "malformed-features"],
    ["no JSON", "a: km", "not-json"],
  ])("refuses %s", (_, text, code) => {
    expect(() => readFeatureNotes(text, ["a"])).toThrow(code);
  });
});

describe("featureNames", () => {
  it.each([
    ["the booster's", ["a", "b"], [], ["a", "b"]],
    ["the scaler's when the booster has none", [], ["c", "d"], ["c", "d"]],
    ["numbers when neither has any", [], [], ["f0", "f1"]],
  ])("are %s", (_, booster, scaler, expected) => {
    expect(featureNames(booster, scaler, 2)).toEqual(expected);
  });

  it("are refused when booster and scaler differ in order", () => {
    expect(() => featureNames(["a", "b"], ["b", "a"], 2)).toThrow("feature-names: feature 0 is a in the booster and b in the scaler");
  });
});
