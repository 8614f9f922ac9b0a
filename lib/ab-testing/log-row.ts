import type { Metric } from "./metric";
import type { StrategyName } from "./strategy";
import type { Phase } from "./turn-phase";

/** One decision as the log holds it: what every later number is computed from. */
export type Decision = {
  dispatchId: string;
  phase: Phase;
  /** Probability of phase 2 used for this decision. */
  share: number;
  strategy: StrategyName;
  deterministic: boolean;
  /** Configuration version: a period of the analysis. */
  version: number;
  /** Turn taken; null where the strategy takes none or the store did not answer. */
  turn: number | null;
  /** Answered by the draw because the store did not answer in time; its turn, if it took one, is a gap in the alternation. */
  degraded: boolean;
  decidedAtMs: number;
  /** Local hour in the zone of the analysis, fixed when decided. */
  localHour: number;
  /** No dispatch id was given: recorded, never analysed. */
  anonymous: boolean;
  /** Place of the commit in the experiment, where a store gives one: events are then counted in that order. */
  seq?: number;
};

export type Observed = { value: number; atMs: number; seq?: number };

/** A decision with what has been logged for it: the first value of each metric, and when it became known. */
export type LogRow = Decision & { executedPhase: Phase | null; executedAtMs: number | null; outcomes: Partial<Record<Metric, Observed>> };

export type Outcome = { executedPhase: Phase; atMs: number; seq?: number | undefined; values: Partial<Record<Metric, number>> };
