import type { Strategy } from "./strategy";

export function isPeak(strategy: Extract<Strategy, { kind: "time_based" }>, localHour: number): boolean {
  const { peakStartHour: start, peakEndHour: end } = strategy;
  return start < end ? localHour >= start && localHour < end : localHour >= start || localHour < end;
}

/** Share of arm 2 for a decision in that local hour. */
export function shareAt(strategy: Strategy, localHour: number): number {
  switch (strategy.kind) {
    case "random_50_50":
    case "balanced_blocks":
      return 0.5;
    case "weight_based":
    case "round_robin":
    case "thompson":
      return strategy.phase2Share;
    case "time_based":
      return isPeak(strategy, localHour) ? strategy.peakShare : strategy.offPeakShare;
  }
}

/** Strategies that take a turn from the shared counter. */
export function takesTurn(strategy: Strategy): boolean {
  return strategy.kind === "round_robin" || strategy.kind === "balanced_blocks";
}
