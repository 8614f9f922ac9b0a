import { addDecision, addOutcome } from "./add-decision";
import { closeSlot, nextDueSlot, type SlotClass } from "./close-slot";
import type { LogRow, Outcome } from "./log-row";
import { METRIC_NAMES } from "./metric-rules";
import type { Analysis } from "./settings";
import { newState, type ExperimentState } from "./state";
import type { Phase } from "./turn-phase";

/**
 * The state an experiment must be in at an instant, from its log alone. What the running state has to equal. Slots are
 * closed as of `closedMs`: a server waits a little for what is still under way.
 */
export function rebuild(experimentKey: string, analysis: Analysis, rows: readonly LogRow[], nowMs: number, closedMs = nowMs): ExperimentState {
  const state = newState(experimentKey, analysis);
  const past = rows.filter((row) => row.decidedAtMs <= nowMs);
  const events = past.flatMap((row) => [
    { atMs: row.decidedAtMs, seq: row.seq ?? 0, row, outcome: null },
    ...outcomesOf(row).filter(({ atMs }) => atMs <= nowMs).map((outcome) => ({ atMs: outcome.atMs, seq: outcome.seq ?? 0, row, outcome })),
  ]);
  events.sort((a, b) => a.seq - b.seq || a.atMs - b.atMs || Number(a.outcome !== null) - Number(b.outcome !== null) || inTurn(a.row, b.row));
  for (const { row, outcome } of events) {
    if (outcome) addOutcome(state, row, outcome);
    else addDecision(state, row);
  }
  for (const slotClass of ["immediate", "late"] as const) closeDue(state, slotClass, past, closedMs);
  return state;
}

/** The outcome events of a row: values that became known together, by commit or else by instant, are one event. */
export function outcomesOf(row: LogRow): Outcome[] {
  const byTime = new Map<number, Outcome>();
  for (const metric of METRIC_NAMES) {
    const observed = row.outcomes[metric];
    if (!observed) continue;
    const key = observed.seq ?? observed.atMs;
    const event = byTime.get(key) ?? { executedPhase: executedBy(row, observed.atMs), atMs: observed.atMs, seq: observed.seq, values: {} };
    event.values[metric] = observed.value;
    byTime.set(key, event);
  }
  return [...byTime.values()].sort((a, b) => (a.seq ?? a.atMs) - (b.seq ?? b.atMs));
}

/** As far as it was known then. */
function executedBy({ executedPhase, executedAtMs, phase }: LogRow, atMs: number): Phase {
  return executedPhase !== null && executedAtMs !== null && executedAtMs <= atMs ? executedPhase : phase;
}

function closeDue(state: ExperimentState, slotClass: SlotClass, rows: readonly LogRow[], nowMs: number): void {
  const lengthMs = state.analysis.slotMinutes * 60_000;
  const index = new Map<number, LogRow[]>();
  const file = (slotMs: number, row: LogRow): void => {
    const there = index.get(slotMs);
    if (!there) index.set(slotMs, [row]);
    else if (there[there.length - 1] !== row) there.push(row);
  };
  const waitMs = slotClass === "late" ? state.analysis.maturityMinutes * 60_000 : 0;
  for (const row of rows) {
    file(Math.floor(row.decidedAtMs / lengthMs) * lengthMs, row);
    // An outcome known at t is seen by the first slot that closes at t or later: start >= t − wait − length.
    for (const metric of METRIC_NAMES) {
      const atMs = row.outcomes[metric]?.atMs;
      if (atMs !== undefined) file(Math.ceil((atMs - waitMs - lengthMs) / lengthMs) * lengthMs, row);
    }
  }
  for (let slot = nextDueSlot(state, slotClass, nowMs); slot; slot = nextDueSlot(state, slotClass, nowMs)) {
    closeSlot(state, slot, [...new Set(index.get(slot.startMs) ?? [])]);
  }
}

function inTurn(a: LogRow, b: LogRow): number {
  return (a.turn ?? 0) - (b.turn ?? 0) || (a.dispatchId < b.dispatchId ? -1 : a.dispatchId > b.dispatchId ? 1 : 0);
}
