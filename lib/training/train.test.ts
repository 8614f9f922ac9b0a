import { describe, expect, it } from "vitest";
import { brier } from "@/lib/stats/brier";
import { eceEqualMass } from "@/lib/stats/ece-equal-mass";
import { logLoss } from "@/lib/stats/log-loss";
import { rocAuc } from "@/lib/stats/roc-auc";
import { aTable } from "./a-table.test-data";
import { binaryFigures } from "./binary-figures";
import { boost } from "./booster/boost";
import { dayDraws } from "./day-bootstrap";
import { defaultParameters, type Engine } from "./engine";
import { pick } from "./held-out";
import { splitByTime } from "./split";
import { trainModel } from "./train";
import type { TrainOptions } from "./trained";

const engine: Engine = { name: "embedded", version: "test", train: (matrix, parameters, seed) => Promise.resolve(boost(matrix, parameters, seed)) };
const options: TrainOptions = {
  task: "binary",
  targetTransform: "identity",
  quantiles: [0.5, 0.9],
  split: { kind: "shares", train: 0.6, calibrate: 0.15, test: 0.25, gapHours: 2 },
  parameters: { ...defaultParameters, num_round: 40, max_depth: 3 },
  seed: 1,
  inputs: null,
  keepLeaks: false,
  removalTest: true,
  draws: 100,
};
const verdicts = (gates: { id: string; verdict: string }[]) => Object.fromEntries(gates.map((gate) => [gate.id, gate.verdict]));

describe("splitByTime", () => {
  it("keeps time order, whole calls and the gap", () => {
    const table = aTable();
    const { train, calibrate, test, dropped } = splitByTime(table, options.split);
    const times = (rows: Int32Array) => pick(table.timeMs, rows).sort();
    const gap = 2 * 3_600_000;
    expect(times(calibrate)[0]! - times(train).at(-1)!).toBeGreaterThan(gap);
    expect(times(test)[0]! - times(calibrate).at(-1)!).toBeGreaterThan(gap);
    expect(train.length + calibrate.length + test.length + dropped).toBe(table.rows);
    expect(test.length).toBe(500);
    const calls = (rows: Int32Array) => new Set([...rows].map((row) => table.group![row]!));
    expect([...calls(train)].some((call) => calls(test).has(call) || calls(calibrate).has(call))).toBe(false);
  });

  it("cuts at given instants without losing a test row", () => {
    const table = aTable();
    const from = table.timeMs[1_500]!;
    const { test } = splitByTime(table, { kind: "times", calibrateFromMs: table.timeMs[1_000]!, testFromMs: from, gapHours: 2 });
    expect(test.length).toBe(500);
    expect(() => splitByTime(table, { kind: "times", calibrateFromMs: from, testFromMs: from, gapHours: 2 })).toThrow("split");
  });
});

describe("trainModel", () => {
  it("gives the figures of the statistics on the rows it held out, with intervals around them", async () => {
    const table = aTable();
    const trained = await trainModel(table, options, engine);
    const label = [...pick(table.label, trained.split.test)];
    const { values, baselines, reliability, slices } = trained.metrics;
    expect(values.brier!.value).toBeCloseTo(brier(label, [...trained.testPredictions])!, 12);
    expect(values.log_loss!.value).toBeCloseTo(logLoss(label, [...trained.testPredictions])!, 9);
    expect(values.auc!.low! < values.auc!.value && values.auc!.value < values.auc!.high!).toBe(true);
    expect(values.auc!.low).toBeGreaterThan(0.6);
    expect(baselines.base_rate!.auc!.value).toBe(0.5);
    expect(Object.keys(baselines)).toEqual(["base_rate", "base_rate_by_severity"]);
    expect(reliability.reduce((sum, bin) => sum + bin.rows, 0)).toBe(500);
    expect(slices.map((slice) => slice.rows).reduce((a, b) => a + b, 0)).toBe(500);
    expect(verdicts(trained.gates)).toMatchObject({ G1: "warn", G2: "pass", G3: "pass" });
    // x is all there is to learn, and the removal test says so.
    expect(trained.warnings[0]).toContain("without x the AUC falls");
    expect(trained.baseline.rows).toBe(trained.split.calibrate.length + trained.split.test.length);
  });

  it("does not pass noise", async () => {
    const table = aTable();
    const trained = await trainModel(table, { ...options, inputs: ["y"], removalTest: false }, engine);
    expect(verdicts(trained.gates).G3).toBe("fail");
  });

  it("judges a forced leak as it would be at t0: without it", async () => {
    const table = aTable();
    table.columns.push({ ...table.columns[0]!, name: "rating", availableAt: "after_outcome" });
    table.values.push(table.label.map((value, row) => value * 3 + ((row * 7) % 5)));
    const trained = await trainModel(table, { ...options, inputs: ["y", "rating"], keepLeaks: true, removalTest: false }, engine);
    expect(trained.leaks).toEqual(["rating"]);
    expect(verdicts(trained.gates)).toMatchObject({ G1: "fail", G3: "fail" });
    expect(trained.metrics.baselines.with_after_outcome_inputs!.auc!.value).toBeGreaterThan(0.85);
    expect(trained.metrics.values.auc!.value).toBeLessThan(0.6);
  });

  it("predicts a quantity with a p90 that covers nine in ten", async () => {
    const table = aTable(3_000);
    table.label = table.label.map((_, row) => Math.exp(1 + table.values[0]![row]! + 0.5 * (table.values[1]![row]! - 0.5)) * (0.7 + 0.6 * ((row * 7_919) % 101) / 100));
    const trained = await trainModel(table, { ...options, task: "regression", targetTransform: "log" }, engine);
    const { values, baselines } = trained.metrics;
    expect(values.mae!.high!).toBeLessThan(baselines.median!.mae!.low!);
    expect(values.coverage_p90!.value).toBeGreaterThan(0.86);
    expect(values.coverage_p90!.value).toBeLessThan(0.94);
    expect(verdicts(trained.gates)).toMatchObject({ G3: "pass", G6: "not_applicable" });
  });

  it("refuses missing values where the declaration does not allow them, and labels that are none", async () => {
    const table = aTable();
    table.values[0]![5] = Number.NaN;
    table.columns[0]!.allowMissing = false;
    await expect(trainModel(table, options, engine)).rejects.toThrow("missing-values: x is missing in 1 rows");
    const wrong = aTable();
    wrong.label[3] = 2;
    await expect(trainModel(wrong, options, engine)).rejects.toThrow("label: row 4");
  });
});

describe("binaryFigures", () => {
  it("equals the statistics on whole rows, ties and all", () => {
    const label = Float64Array.from({ length: 300 }, (_, row) => ((row * 37) % 11 < 5 ? 1 : 0));
    const probability = Float64Array.from({ length: 300 }, (_, row) => Math.round(((row * 53) % 97) / 4) / 25);
    const draws = dayDraws(Array.from(label, (_, row) => String(row % 20)), 1, 20);
    const values = binaryFigures({ label, probability, rank: probability, base: probability }, draws);
    expect(values.auc!.value).toBeCloseTo(rocAuc([...label], [...probability])!, 12);
    expect(values.ece!.value).toBeCloseTo(eceEqualMass([...label], [...probability])!, 12);
    expect(values.brier_skill!.value).toBe(0);
  });
});
