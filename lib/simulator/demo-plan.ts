import { UTC_OFFSET_MS } from "./city";
import type { Dispatch, Question } from "./simulate";

/** Where the demonstration stands: its city runs from `anchorMs` on, and a restart goes on where it stopped. */
export type DemoState = {
  anchorMs: number;
  seed: number;
  /** Everything up to here was asked and told. */
  doneMs: number;
  /** While the service was off nobody asked; what became of those dispatches is not told either. */
  off: { fromMs: number; toMs: number }[];
  /** Numbers of the calls, counted from the city's first, on which the model advised: the city went on from there. */
  advised: number[];
};

const DAY_MS = 86_400_000;
const HISTORY_DAYS = 28;
/** The city is made anew when its beginning is this far away, so that a start stays quick. */
const RENEW_DAYS = 60;
const AHEAD_DAYS = 7;

const midnight = (ms: number): number => Math.floor((ms + UTC_OFFSET_MS) / DAY_MS) * DAY_MS - UTC_OFFSET_MS;

export function beginDemo(nowMs: number): DemoState {
  return { anchorMs: midnight(nowMs) - HISTORY_DAYS * DAY_MS, seed: 20, doneMs: nowMs, off: [], advised: [] };
}

/** Goes on, and remembers the pause; after a long one in a new city, whose past nobody saw. */
export function resumeDemo(state: DemoState, nowMs: number): DemoState {
  if (nowMs - state.anchorMs >= RENEW_DAYS * DAY_MS) {
    const anchorMs = midnight(nowMs) - DAY_MS;
    return { anchorMs, seed: state.seed + 1, doneMs: nowMs, off: [{ fromMs: anchorMs, toMs: nowMs }], advised: [] };
  }
  return { ...state, off: [...state.off.slice(-50), { fromMs: state.doneMs, toMs: nowMs }] };
}

const missed = ({ off }: DemoState, { t0Ms, serviceDown }: Question): boolean => serviceDown || off.some((each) => t0Ms > each.fromMs && t0Ms <= each.toMs);

/** Whether the service is asked about a call: it is still to come, and somebody can answer. */
export const toAsk = (state: DemoState, question: Question): boolean => question.t0Ms > state.doneMs && !missed(state, question);

/** Whether an outcome is still to be told; one that came due in a pause is told at once. */
export const toTell = (state: DemoState, dispatch: Dispatch): boolean => dispatch.knownMs > state.doneMs && !missed(state, dispatch);

/** Days to simulate so that the city runs ahead of the clock. */
export const daysUntil = (state: DemoState, ms: number): number => Math.ceil((ms - state.anchorMs) / DAY_MS) + AHEAD_DAYS;

/** A thousand numbers a day, so that two cities never share one. 2020-01-01 is day 0. */
export const firstDispatchId = (anchorMs: number): number => Math.floor((anchorMs - 1_577_836_800_000) / DAY_MS) * 1_000;

/**
 * For a city that runs ahead of the clock: numbers that neither its own days nor an earlier run will use, because a decision
 * is kept for ever. Forty a second, more than any city calls at 3600x; they come again after ten months.
 */
export const aheadDispatchId = (nowMs: number): number => 1_000_000_000 + (Math.floor(nowMs / 25) % 1_100_000_000);
