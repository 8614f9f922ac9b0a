import type { Metric } from "../metric";
import type { Strategy, StrategyName } from "../strategy";
import type { Phase } from "../turn-phase";

/** What crosses to the writer thread, and what a line of the spool holds. Plain values: they are cloned and stored as JSON. */

/** A decision as the answering thread made it; turn strategies get their phase from the turn in the transaction. */
export type DecisionInput = {
  experimentKey: string;
  dispatchKey: string;
  /** -1 when the id is not a whole number, or when there was none. */
  dispatchId: number;
  version: number;
  strategy: StrategyName;
  /** Set where a turn has to be taken. */
  turns: Extract<Strategy, { kind: "round_robin" | "balanced_blocks" }> | null;
  /** By the draw: final, except where a turn is taken. */
  phase: Phase;
  share: number;
  reason: string;
  degraded: boolean;
  anonymous: boolean;
  decidedAtMs: number;
  localHour: number;
  /** Nobody waits for a turn, or for the store where none is taken, after this: the draw is answered. Set by the log writer. */
  turnUntilMs: number;
  /** The caller got this answer although the transaction was told another: the row is set right. */
  correction: boolean;
};

export type DecisionAnswer = {
  phase: Phase;
  share: number;
  strategy: string;
  reason: string;
  version: number;
  turn: number | null;
  degraded: boolean;
  replayed: boolean;
};

/** What became known about a decision: first complete record wins, later ones may only add. */
export type ResultInput = {
  experimentKey: string;
  dispatchKey: string;
  dispatchId: number;
  /** Null where the sender does not know which phase ran (outcomes of the prediction API). */
  executedPhase: Phase | null;
  version: number;
  strategy: StrategyName;
  atMs: number;
  localHour: number;
  values: Partial<Record<Metric, number>>;
  phase1Json: string | null;
  phase2Json: string | null;
};

export type ResultAnswer = { status: "stored" | "unchanged" | "unassigned"; arm: Phase | null; crossover: boolean };
