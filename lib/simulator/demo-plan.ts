import { UTC_OFFSET_MS } from "./city";
import type { Dispatch } from "./simulate";

/** Where the demonstration stands: its city runs from `anchorMs` on, and a restart goes on where it stopped. */
export type DemoState = {
  anchorMs: number;
  seed: number;
  /** Everything up to here was asked and told. */
  doneMs: number;
  /** While the service was off nobody asked; what became of those dispatches is not told either. */
  off: { fromMs: number; toMs: number }[];
};

export type DemoEvent = { ms: number; kind: "ask" | "tell"; dispatch: Dispatch };

const DAY_MS = 86_400_000;
const HISTORY_DAYS = 28;
/** The city is made anew when its beginning is this far away, so that a start stays quick. */
const RENEW_DAYS = 60;
const AHEAD_DAYS = 7;

const midnight = (ms: number): number => Math.floor((ms + UTC_OFFSET_MS) / DAY_MS) * DAY_MS - UTC_OFFSET_MS;

export function beginDemo(nowMs: number): DemoState {
  return { anchorMs: midnight(nowMs) - HISTORY_DAYS * DAY_MS, seed: 20, doneMs: nowMs, off: [] };
}

/** Goes on, and remembers the pause; after a long one in a new city, whose past nobody saw. */
export function resumeDemo(state: DemoState, nowMs: number): DemoState {
  if (nowMs - state.anchorMs >= RENEW_DAYS * DAY_MS) {
    const anchorMs = midnight(nowMs) - DAY_MS;
    return { anchorMs, seed: state.seed + 1, doneMs: nowMs, off: [{ fromMs: anchorMs, toMs: nowMs }] };
  }
  return { ...state, off: [...state.off.slice(-50), { fromMs: state.doneMs, toMs: nowMs }] };
}

/** What is still to do, in the order of time. Outcomes that came due in a pause are told at once. */
export function demoEvents(state: DemoState, dispatches: readonly Dispatch[]): DemoEvent[] {
  const missed = (ms: number): boolean => state.off.some((each) => ms > each.fromMs && ms <= each.toMs);
  const events: DemoEvent[] = [];
  for (const dispatch of dispatches) {
    if (missed(dispatch.t0Ms) || dispatch.serviceDown) continue;
    if (dispatch.t0Ms > state.doneMs) events.push({ ms: dispatch.t0Ms, kind: "ask", dispatch });
    if (dispatch.knownMs > state.doneMs) events.push({ ms: dispatch.knownMs, kind: "tell", dispatch });
  }
  return events.sort((a, b) => a.ms - b.ms || a.dispatch.call.id - b.dispatch.call.id);
}

/** Days to simulate so that the city runs ahead of the clock. */
export const daysUntil = (state: DemoState, ms: number): number => Math.ceil((ms - state.anchorMs) / DAY_MS) + AHEAD_DAYS;

/** A thousand numbers a day, so that two cities never share one. 2020-01-01 is day 0. */
export const firstDispatchId = (anchorMs: number): number => Math.floor((anchorMs - 1_577_836_800_000) / DAY_MS) * 1_000;
