/** What is compared between the phases. Confidence is a signal: two scales, never a goal. */
export const METRICS = {
  optimal: { kind: "binary", better: "up", role: "goal", matures: true },
  on_time: { kind: "binary", better: "up", role: "goal", matures: true },
  arrival_minutes: { kind: "positive", better: "down", role: "goal", matures: true },
  fallback: { kind: "binary", better: "down", role: "guardrail", matures: false },
  error: { kind: "binary", better: "down", role: "guardrail", matures: false },
  deadline_missed: { kind: "binary", better: "down", role: "guardrail", matures: false },
  latency_ms: { kind: "positive", better: "down", role: "guardrail", matures: false },
  confidence: { kind: "bounded", better: null, role: "signal", matures: false },
} as const satisfies Record<string, MetricRule>;

export type MetricRule = {
  kind: "binary" | "positive" | "bounded";
  better: "up" | "down" | null;
  role: "goal" | "guardrail" | "signal";
  /** Known only after the dispatch: enters the evidence when its hour is older than the maturity age. */
  matures: boolean;
};

export type Metric = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as [Metric, ...Metric[]];
export const isMetric = (name: unknown): name is Metric => typeof name === "string" && Object.hasOwn(METRICS, name);

export const ruleOf = (metric: Metric): MetricRule => METRICS[metric];
