import { z } from "zod";
import { CeilingMetric, GoalMetric, Metric } from "./metric";
import { Strategy } from "./strategy";

const fraction = z.number().gt(0).lt(1);

/** What a configuration version fixes beside the strategy. Defaults are those of the methods document. */
export const Analysis = z.strictObject({
  /** The first decides; the others are read. Each is tested at alpha / number of goals. */
  goals: z.array(GoalMetric).min(1).max(3).refine((g) => new Set(g).size === g.length, "each goal once").default(["optimal"]),
  alpha: fraction.max(0.2).default(0.05),
  /** Smallest difference that matters: shares as fractions, arrival in minutes. */
  margins: z.strictObject({ optimal: fraction.default(0.01), on_time: fraction.default(0.01), arrival_minutes: z.number().gt(0).max(60).default(0.25) }).prefault({}),
  /** Decisions of both arms near which the watched interval is narrowest. */
  nStar: z.int().min(100).max(10_000_000).default(2_000),
  minimumDays: z.number().min(0).max(60).default(7),
  /** An hour enters the evidence of late metrics once it is this old. */
  maturityMinutes: z.number().min(0).max(7 * 24 * 60).default(120),
  slotMinutes: z.int().min(1).max(60).refine((m) => 60 % m === 0, "a part of the hour without rest").default(60),
  /** Zone of the hour blocks of the strata. */
  zone: z.string().max(64).default("UTC"),
  ceilings: z.partialRecord(CeilingMetric, fraction).default({ fallback: 0.05, error: 0.05, deadline_missed: 0.05 }),
  /** Arm-2 decisions between false rollbacks at a ceiling. */
  ceilingRunLength: z.int().min(100).max(1_000_000).default(10_000),
  /** Metrics whose harm against arm 1 rolls back (one-sided, alpha 0.01). */
  relative: z.array(Metric.exclude(["confidence", "latency_ms"])).default(["optimal", "arrival_minutes"]),
  relativeAlpha: fraction.max(0.2).default(0.01),
  /** Failed decisions of arm 2 in a row that roll back without statistics. Null: none declared. */
  hardStop: z.int().min(1).max(1_000).nullable().default(5),
});
export type Analysis = z.output<typeof Analysis>;

export const Settings = z.strictObject({
  experimentKey: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/, "letters, digits, dot, dash, 1 to 40"),
  strategy: Strategy,
  analysis: Analysis.prefault({}),
});
export type Settings = z.output<typeof Settings>;

/** One row of the history: versions count from 1 and each is a period of the analysis. */
export type ConfigVersion = { version: number; settings: Settings; at: string; by: string; reason: string };

export const FIRST_SETTINGS: Settings = Settings.parse({ experimentKey: "exp-1", strategy: { kind: "weight_based", phase2Share: 0 } });
