import type { AnalysisOut } from "@/lib/ab-testing/contract";

/** What an analysis looks like that takes weeks to come about: answers of the shape that the contract names, for the tests of looks and weights. */
const at = (hoursAgo: number): string => new Date(Date.now() - hoursAgo * 3_600_000).toISOString();
type Metric = AnalysisOut["metrics"][number];

export function metric(name: Metric["metric"], role: Metric["role"], better: Metric["better"], means: [number, number], interval: [number, number] | null, n: [number, number] = [3_012, 998]): Metric {
  const arm = (mean: number, count: number) => ({ n: count, mean, sd: mean / 3, median: mean * 0.95, p90: mean * 1.5, p95: mean * 1.8 });
  return {
    metric: name,
    kind: means[0] <= 1 && means[1] <= 1 ? "binary" : "positive",
    better,
    role,
    arms: [arm(means[0], n[0]), arm(means[1], n[1])],
    plain_difference: means[1] - means[0],
    estimate: interval === null ? null : (interval[0] + interval[1]) / 2,
    interval: interval === null ? null : { low: interval[0], high: interval[1], always_valid_p: 0.03 },
    evidence: { ln_e: 2.2, peak_ln_e: 2.4, p: 0.09 },
    at_plan: { statistic: 2.1, p: 0.036, low: interval?.[0] ?? null, high: interval?.[1] ?? null },
    bayes: { lift: 0.03, sd: 0.01, chance: 0.97, low: 0.005, high: 0.06, expected_loss: 0.0004, chance_from_counts: 0.96 },
    late: 12,
    excluded: 3,
  };
}

export const base: AnalysisOut = {
  experiment_key: "exp-1",
  config_version: 4,
  strategy: "weight_based",
  as_of: at(0.4),
  decisions: { phase1: 3_012, phase2: 998, anonymous: 4, outcomes: 3_710, crossover: 0 },
  verdict: "undecided",
  reasons: [{ code: "evidence-short", values: { lnE: 2.2, limit: 3 } }, { code: "interval-open", values: {} }, { code: "caveat", values: { name: "unequal-shares" } }],
  numbers: { evidence: 9, evidence_limit: 20, estimate: 0.031, low: -0.004, high: 0.066, decisions_needed: 1_450, hours_needed: 46, days_needed: 1.9 },
  health: {
    ok: true,
    checks: [
      { code: "mismatch", ok: true, acts: true, values: { lnE: 0.2, limit: 6.9, impossible: 0 }, remedy: null },
      { code: "mismatch-shown", ok: true, acts: false, values: { expectedShare: 0.25, seenShare: 0.249, n: 4_010, p: 0.41 }, remedy: null },
      { code: "crossover", ok: true, acts: true, values: { crossed: 0, n: 3_710, share: 0 }, remedy: null },
      { code: "missing-outcomes", ok: true, acts: true, values: { missing1: 210, matured1: 3_000, missing2: 66, matured2: 990 }, remedy: null },
      { code: "no-traffic", ok: true, acts: false, values: { quietMs: 64_000, limitMs: 3_600_000 }, remedy: null },
    ],
  },
  alarms: [],
  goal: "optimal",
  metrics: [
    metric("optimal", "goal", "up", [0.85, 0.881], [-0.004, 0.066]),
    metric("on_time", "guardrail", "up", [0.8, 0.83], [-0.01, 0.07]),
    metric("arrival_minutes", "guardrail", "down", [9.1, 8.6], [-1.1, 0.1]),
    metric("fallback", "guardrail", "down", [0, 0.018], [0.01, 0.03]),
    metric("error", "guardrail", "down", [0, 0.001], [-0.001, 0.003]),
    metric("latency_ms", "guardrail", "down", [3, 41], [36, 40]),
    metric("confidence", "signal", null, [0.71, 0.9], null),
  ],
  evidence_path: Array.from({ length: 120 }, (_, hour) => ({ at: at(120 - hour), ln_e: 2.2 * Math.sin(hour / 76) + 0.3 * Math.sin(hour / 3) })),
  confidence_signal: { band: "phase2", difference: 0.19, improvement_percent: 26.8, basis: "decisions" },
};
