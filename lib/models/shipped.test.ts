import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Estimate, Manifest } from "./manifest";
import { readModelFolder } from "./server/store";

const root = new URL("../../", import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, root), "utf8");
const load = (id: string): Manifest => readModelFolder(new URL(`models/${id}`, root).pathname).manifest;
const ids = ["optimal@1", "eta@1", "sf-ontime@1", "legacy-recipe@1"];

describe.each(ids)("%s", (id) => {
  const { metrics, gates } = load(id);
  const card = text(`models/${id}/README.md`);

  it("says on its card every figure of its manifest, and no other", () => {
    const digits = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(1) : value.toFixed(4));
    const interval = ({ value, low, high }: Estimate): string => (low === null || high === null ? digits(value) : `${digits(value)} [${digits(low)}, ${digits(high)}]`);
    const rivals = Object.values(metrics!.baselines);
    const rows = Object.entries(metrics!.values).map(([name, value]) => `| ${[name, interval(value), ...rivals.map((each) => (each[name] ? interval(each[name]) : ""))].join(" | ")} |`);
    const written = card.slice(card.indexOf("\n| figure |"), card.indexOf("\n\nCalibration:")).trim().split("\n").slice(2);
    expect(written).toEqual(rows);
    expect(card).toContain(`On ${metrics!.rows} rows from ${metrics!.from!} to ${metrics!.to!}`);
    for (const gate of gates) expect(card).toContain(`| ${gate.id} ${gate.title} | ${gate.verdict} |`);
  });
});

/** The interval of one lies wholly on the better side of the other's. */
const apart = (better: Estimate | undefined, worse: Estimate | undefined, higherIsBetter: boolean): boolean => (higherIsBetter ? better!.low! > worse!.high! : better!.high! < worse!.low!);

it("optimal is better than the base rate and the rule beyond their intervals, and calibrated", () => {
  const { metrics, gates } = load("optimal@1");
  const { values, baselines } = metrics!;
  for (const rival of ["base_rate", "base_rate_by_severity", "rule"]) {
    expect(apart(values.auc, baselines[rival]!.auc, true), rival).toBe(true);
    expect(apart(values.brier, baselines[rival]!.brier, false), rival).toBe(true);
  }
  expect(Math.abs(values.spiegelhalter_z!.value)).toBeLessThan(2.58);
  expect(values.auc!.value).toBeGreaterThan(0.7);
  expect(values.auc!.value).toBeLessThan(0.82);
  expect(gates.map((gate) => gate.verdict)).toEqual(gates.map(() => "pass"));
});

it("eta is better than the medians and the rule beyond their intervals, and its p90 covers nine in ten", () => {
  const { values, baselines } = load("eta@1").metrics!;
  for (const rival of ["median", "median_by_severity", "rule"]) expect(apart(values.mae, baselines[rival]!.mae, false), rival).toBe(true);
  expect(values.coverage_p90!.value).toBeGreaterThan(0.88);
  expect(values.coverage_p90!.value).toBeLessThan(0.93);
});

it("the old recipe keeps the verdict that it was written against", () => {
  const { gates, leaks } = load("legacy-recipe@1");
  expect(leaks).toHaveLength(5);
  for (const id of ["G1", "G3"]) expect(gates.find((gate) => gate.id === id)?.verdict).toBe("fail");
});

it.each([
  ["docs/models.md", ".", ", ", "MAE"],
  ["docs/modelos.md", ",", "; ", "error medio"],
])("%s tells their figures as the manifests do", (file, point, between, mae) => {
  const page = text(file);
  const at = (value: number, digits: number): string => value.toFixed(digits).replace(".", point);
  const shown = ({ value, low, high }: Estimate, digits: number): string => `${at(value, digits)} [${at(low!, digits)}${between}${at(high!, digits)}]`;
  const [optimal, eta] = [load("optimal@1").metrics!, load("eta@1").metrics!];
  expect(page).toContain(`AUC ${shown(optimal.values.auc!, 3)}, Brier ${shown(optimal.values.brier!, 3)}`);
  expect(page).toContain(at(optimal.values.spiegelhalter_z!.value, 2));
  expect(page).toContain(`AUC ${shown(optimal.baselines.rule!.auc!, 3)}, Brier ${shown(optimal.baselines.rule!.brier!, 3)}`);
  expect(page).toContain(`Brier ${shown(optimal.baselines.base_rate!.brier!, 3)}`);
  expect(page).toContain(`${mae} ${at(eta.values.mae!.value, 2)} min [${at(eta.values.mae!.low!, 2)}${between}${at(eta.values.mae!.high!, 2)}]`);
  expect(page).toContain(shown(eta.baselines.median_by_severity!.mae!, 2));
  expect(page).toContain(shown(load("sf-ontime@1").metrics!.values.auc!, 3));
  expect(page).toContain(shown(load("legacy-recipe@1").metrics!.values.auc!, 3));
});
