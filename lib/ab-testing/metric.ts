import { z } from "zod";
import { METRIC_NAMES } from "./metric-rules";

/** The names of metric-rules.ts as schemas. */
export const Metric = z.enum(METRIC_NAMES);
export type Metric = z.output<typeof Metric>;

export const GoalMetric = Metric.extract(["optimal", "on_time", "arrival_minutes"]);
export type GoalMetric = z.output<typeof GoalMetric>;
export const CeilingMetric = Metric.extract(["fallback", "error", "deadline_missed"]);
export type CeilingMetric = z.output<typeof CeilingMetric>;
