import { expect, it } from "vitest";
import type { AnalysisOut } from "@/lib/ab-testing/contract";
import { toComparison, toSides } from "./to-comparison";

type MetricOut = AnalysisOut["metrics"][number];
const arm = { n: 500, mean: 0.85, sd: 0.3, median: 9.1, p90: 12, p95: 41 };
const metric = (given: Partial<MetricOut>): MetricOut => ({ metric: "optimal", kind: "binary", better: "up", role: "goal", arms: [arm, arm], plain_difference: null, estimate: 0.03, interval: { low: 0.01, high: 0.05, always_valid_p: 0.01 }, evidence: null, at_plan: null, bayes: null, late: 0, excluded: 0, ...given });
const row = (given: Partial<MetricOut>, settings: Parameters<typeof toComparison>[1] = {}) => toComparison({ goal: "optimal", metrics: [metric(given)] }, settings)[0]!;

it("draws better to the right, whichever way the metric improves", () => {
  expect(row({}).mark).toMatchObject({ kind: "interval", reading: "better" });
  const faster = row({ metric: "arrival_minutes", kind: "positive", better: "down", estimate: -0.6, interval: { low: -1.1, high: -0.1, always_valid_p: 0.01 } }).mark;
  if (faster.kind !== "interval") throw new Error(faster.kind);
  expect(faster.reading).toBe("better");
  expect(faster.left).toBeGreaterThan(0.5);
  expect(faster.left).toBeLessThan(faster.point);
  expect(faster.point).toBeLessThan(faster.right);
  expect(faster.right).toBeLessThanOrEqual(1);
});

it("keeps zero in the middle and tells an open interval from a small one", () => {
  const open = { estimate: 0.01, interval: { low: -0.02, high: 0.04, always_valid_p: 1 } };
  expect(row(open, { margins: { optimal: 0.01 } }).mark).toMatchObject({ reading: "open" });
  expect(row(open, { margins: { optimal: 0.05 } }).mark).toMatchObject({ reading: "small" });
  expect(row({ estimate: -0.03, interval: { low: -0.05, high: -0.01, always_valid_p: 0.01 } }).mark).toMatchObject({ reading: "worse" });
});

it("hides the bar while it is too early, and never compares a signal", () => {
  expect(row({ interval: null }).mark).toEqual({ kind: "early" });
  expect(row({ metric: "confidence", role: "signal", better: null }).mark).toEqual({ kind: "signal" });
});

it("puts phase 2 alone against a ceiling", () => {
  const fallback = { metric: "fallback", role: "guardrail", better: "down", arms: [{ ...arm, n: 0, mean: null }, { ...arm, mean: 0.08 }] } as const;
  expect(row({ ...fallback, arms: [...fallback.arms] }, { ceilings: { fallback: 0.05 } }).mark).toMatchObject({ kind: "ceiling", over: true, limit: 0.05 });
});

it("shows the median of arrival and the 95th percentile of latency", () => {
  expect(row({ metric: "arrival_minutes", kind: "positive", better: "down" }).arms).toEqual([9.1, 9.1]);
  expect(row({ metric: "latency_ms", kind: "positive", better: "down" }).arms).toEqual([41, 41]);
});

it("names the favourable end first", () => {
  expect(toSides(-1.1, 0.2, "down")).toEqual([{ by: 1.1, direction: "better" }, { by: 0.2, direction: "worse" }]);
  expect(toSides(-0.01, 0.03, "up")).toEqual([{ by: 0.03, direction: "better" }, { by: 0.01, direction: "worse" }]);
});
