import { expect, it } from "vitest";
import type { AnalysisOut, ConfigOut } from "@/lib/ab-testing/contract";
import { thin, toEvidence } from "./to-evidence";

const HOUR = 3_600_000;
const path = (lnE: readonly number[]) => lnE.map((ln_e, i) => ({ at: new Date(Date.UTC(2026, 0, 1) + i * HOUR).toISOString(), ln_e }));
const numbers: AnalysisOut["numbers"] = { evidence: 1, evidence_limit: 20, estimate: null, low: null, high: null, decisions_needed: null, hours_needed: null, days_needed: null };
const version = (n: number, hour: number): ConfigOut => ({ version: n, experiment_key: "exp-1", strategy: { kind: "weight_based", phase2_share: 0.25 }, analysis: {}, changed_at: new Date(Date.UTC(2026, 0, 1) + hour * HOUR).toISOString(), changed_by: "op2", reason: "" });

it("knows the peak, the limit and what lies over it", () => {
  const view = toEvidence({ evidence_path: path([0, 1, 3.2, 2]), numbers }, []);
  expect(view.lnLimit).toBeCloseTo(2.995732);
  expect(view).toMatchObject({ peakLnE: 3.2, decided: true });
  expect(view.last?.lnE).toBe(2);
  expect(view.points.map((point) => point.over)).toEqual([false, false, true, false]);
  expect(view.ticks).toContain(view.lnLimit);
});

it("marks the changes of configuration inside the drawn time only", () => {
  const view = toEvidence({ evidence_path: path([0, 1, 2]), numbers }, [version(3, 1), version(2, -5)]);
  expect(view.marks).toEqual([{ atMs: Date.UTC(2026, 0, 1) + HOUR, version: 3, percent: 25, labelled: true }]);
});

it("draws nothing of nothing", () => {
  expect(toEvidence({ evidence_path: [], numbers }, [version(1, 0)])).toMatchObject({ points: [], decided: false, last: null, marks: [] });
});

it("counts a peak between two drawn hours", () => {
  const view = toEvidence({ evidence_path: path([0, 2]), numbers: { ...numbers, evidence: 28 } }, []);
  expect(view.decided).toBe(true);
  expect(Math.exp(view.peakLnE)).toBeCloseTo(28);
});

it("keeps peaks when there are too many points", () => {
  const points = Array.from({ length: 2_000 }, (_, i) => ({ atMs: i, lnE: i === 777 ? 9 : Math.sin(i / 50), over: false }));
  const thinned = thin(points, 300);
  expect(thinned.length).toBeLessThanOrEqual(300);
  expect(Math.max(...thinned.map((point) => point.lnE))).toBe(9);
  expect(thinned.map((point) => point.atMs)).toEqual(thinned.map((point) => point.atMs).toSorted((a, b) => a - b));
});
