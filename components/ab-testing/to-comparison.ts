import type { AnalysisOut, ConfigOut } from "@/lib/ab-testing/contract";
import type { Metric } from "@/lib/ab-testing/metric";

type MetricOut = AnalysisOut["metrics"][number];

export type Mark =
  /** Positions from 0 to 1; zero is at one half, and better is always to the right. */
  | { kind: "interval"; low: number; high: number; estimate: number; left: number; right: number; point: number; margin: number | null; reading: "better" | "worse" | "open" | "small" }
  | { kind: "early" }
  /** Phase 2 alone against a ceiling. */
  | { kind: "ceiling"; value: number | null; limit: number; fill: number; limitAt: number; over: boolean }
  /** Two scales: shown, never compared. */
  | { kind: "signal" };

export type ComparisonRow = { metric: Metric; statistic: "mean" | "median" | "p95"; arms: [number | null, number | null]; counts: [number, number]; goal: boolean; mark: Mark };

/** Shown of arrival the median, of latency the 95th percentile, of the rest the mean or share. */
const statistics: Partial<Record<Metric, ComparisonRow["statistic"]>> = { arrival_minutes: "median", latency_ms: "p95" };
const order: readonly Metric[] = ["optimal", "on_time", "arrival_minutes", "fallback", "error", "deadline_missed", "latency_ms", "confidence"];

export function toComparison(analysis: Pick<AnalysisOut, "metrics" | "goal">, settings: ConfigOut["analysis"] | undefined): ComparisonRow[] {
  return order.flatMap((name) => {
    const found = analysis.metrics.find(({ metric }) => metric === name);
    if (!found) return [];
    const statistic = statistics[name] ?? "mean";
    return {
      metric: name,
      statistic,
      arms: [found.arms[0][statistic], found.arms[1][statistic]],
      counts: [found.arms[0].n, found.arms[1].n],
      goal: name === analysis.goal,
      mark: toMark(found, settings?.margins?.[name] ?? null, settings?.ceilings?.[name] ?? null),
    };
  });
}

function toMark(metric: MetricOut, margin: number | null, ceiling: number | null): Mark {
  if (metric.role === "signal") return { kind: "signal" };
  if (ceiling !== null) {
    const value = metric.arms[1].mean;
    const scale = Math.max(2 * ceiling, (value ?? 0) * 1.1);
    return { kind: "ceiling", value, limit: ceiling, fill: (value ?? 0) / scale, limitAt: ceiling / scale, over: value !== null && value > ceiling };
  }
  if (metric.interval === null || metric.estimate === null) return { kind: "early" };
  const { low, high } = metric.interval;
  const sign = metric.better === "down" ? -1 : 1;
  const extent = Math.max(Math.abs(low), Math.abs(high), (margin ?? 0) * 1.5, Number.MIN_VALUE) * 1.1;
  const at = (difference: number): number => 0.5 + (sign * difference) / (2 * extent);
  const [left, right] = sign === 1 ? [at(low), at(high)] : [at(high), at(low)];
  const reading = left > 0.5 ? "better" : right < 0.5 ? "worse" : margin !== null && low > -margin && high < margin ? "small" : "open";
  return { kind: "interval", low, high, estimate: metric.estimate, left, right, point: at(metric.estimate), margin: margin === null ? null : margin / (2 * extent), reading };
}

/** A bound of the goal's interval as a person reads it: by how much, and to which side. */
export type Side = { by: number; direction: "better" | "worse" | "same" };

/** The two ends of an interval, the more favourable first. */
export function toSides(low: number, high: number, better: "up" | "down"): [Side, Side] {
  const sign = better === "down" ? -1 : 1;
  const side = (difference: number): Side => ({ by: Math.abs(difference), direction: difference === 0 ? "same" : difference * sign > 0 ? "better" : "worse" });
  return sign === 1 ? [side(high), side(low)] : [side(low), side(high)];
}
