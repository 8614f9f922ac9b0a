import { expect, it } from "vitest";
import type { Tree } from "./ensemble";
import { gainShares } from "./importance";

const stump = (feature: number, gain: number): Tree => ({
  feature: [feature, 0, 0], threshold: [0, 0, 0], left: [1, -1, -1], right: [2, -1, -1], defaultLeft: [false, false, false], value: [0, -1, 1], cover: [2, 1, 1], gain: [gain, 0, 0],
});
const names = ["a", "b", "c"];

it("shares the gain of all splits, largest first, unused features at the end", () => {
  const ensemble = { objective: "binary:logistic" as const, baseScore: 0.5, featureCount: 3, trees: [stump(1, 5), stump(2, 2), stump(1, 1)] };
  expect(gainShares(ensemble, names)).toEqual([{ name: "b", share: 0.75 }, { name: "c", share: 0.25 }, { name: "a", share: 0 }]);
});

it("gives zeros without trees", () => {
  expect(gainShares({ objective: "binary:logistic", baseScore: 0.5, featureCount: 3, trees: [] }, names).map((each) => each.share)).toEqual([0, 0, 0]);
});
