import { z } from "zod";
import { packHistogram, unpackHistogram, type LogHistogram } from "./log-histogram";
import { CeilingMetric, Metric } from "./metric";
import { Analysis } from "./settings";
import type { ExperimentState } from "./state";

const count = z.number().min(0);
const instant = z.number().nullable();
const phase = z.union([z.literal(1), z.literal(2)]);
const Histogram = z.array(z.number()).transform((packed) => unpackHistogram(packed)).nullable();
const Arm = z.object({ moments: z.object({ n: count, mean: z.number(), m2: z.number() }), successes: count, histogram: Histogram });
const Stratum = z.object({ n1: count, sum1: z.number(), n2: count, sum2: z.number() });
const Evidence = z.object({
  kind: z.enum(["binary", "positive"]),
  lnE: z.array(z.number()).length(12),
  n: count,
  successes: count,
  peak: z.number(),
  peakLower: z.number(),
  peakHigher: z.number(),
  ranks: Histogram,
  openPairs: z.record(z.string(), z.object({ arm: phase, y: z.number().nullable() })),
});
const MetricState = z.object({
  arms: z.tuple([Arm, Arm]),
  aipw: z.object({ strata: z.record(z.string(), Stratum), n: count, total: z.number(), psiMean: z.number(), psiM2: z.number() }),
  evidence: Evidence.nullable(),
  late: count,
  excluded: count,
  path: z.array(z.tuple([z.number(), z.number()])),
});
const Matured = z.object({ n: count, withOutcome: count });
const Cursor = z.object({ nextSlotMs: instant, closedAtMs: instant });

const FORMAT = 2;

/** The stored form of the running state. */
const StateJson = z.object({
  format: z.literal(FORMAT),
  experimentKey: z.string(),
  analysis: Analysis,
  periods: z.record(
    z.string(),
    z.object({
      version: z.int(),
      startedAtMs: z.number(),
      decisions: z.tuple([count, count]),
      sumShare: count,
      sumVariance: count,
      coin: z.object({ share: count, n1: count, n2: count, lnE: z.number() }).nullable(),
      turns: z.object({ n: count, min: count, max: count, wrong: count, gaps: count }).nullable(),
    }),
  ),
  anonymous: count,
  degraded: count,
  firstDecidedAtMs: instant,
  lastDecidedAtMs: instant,
  lastSeenAtMs: z.tuple([instant, instant]),
  mismatch: z.object({ lnConstant: z.number(), lnTilts: z.array(z.number()).length(10), peak: z.number(), impossible: count }),
  outcomes: z.object({ n: count, crossover: count }),
  ceilings: z.partialRecord(CeilingMetric, z.object({ bets: z.array(z.number()).length(8), n: count, failures: count, value: count, peak: count })),
  hardStop: z.object({ streak: count, longest: count }),
  metrics: z.record(Metric, MetricState),
  matured: z.tuple([Matured, Matured]),
  cursors: z.object({ immediate: Cursor, late: Cursor }),
});

export function stateToJson(state: ExperimentState): string {
  return JSON.stringify({ format: FORMAT, ...state }, (_key, value: unknown) => (isHistogram(value) ? packHistogram(value) : value));
}

/** Null for the form of another version of this program: the log gives the state anew. */
export function stateFromJson(text: string): ExperimentState | null {
  const value: unknown = JSON.parse(text);
  if ((value as { format?: unknown } | null)?.format !== FORMAT) return null;
  const { format: _format, ...state } = StateJson.parse(value);
  return state;
}

function isHistogram(value: unknown): value is LogHistogram {
  return typeof value === "object" && value !== null && "tree" in value && value.tree instanceof Float64Array;
}
