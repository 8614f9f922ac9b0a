import type { ConfigOut } from "@/lib/ab-testing/contract";
import type { Strategy, StrategyName } from "@/lib/ab-testing/strategy";

type Wire = ConfigOut["strategy"];

const isShare = (value: number | undefined): value is number => value !== undefined && value >= 0 && value <= 1;

/** The strategy of a configuration; null when its shape is not known here. */
export function toStrategy(wire: Wire): Strategy | null {
  const { kind, phase2_share: phase2Share, zone, peak_start_hour: peakStartHour, peak_end_hour: peakEndHour, peak_share: peakShare, off_peak_share: offPeakShare, floor } = wire;
  switch (kind) {
    case "random_50_50":
    case "balanced_blocks":
      return { kind };
    case "weight_based":
    case "round_robin":
      return isShare(phase2Share) ? { kind, phase2Share } : null;
    case "thompson":
      return isShare(phase2Share) && isShare(floor) ? { kind, phase2Share, floor } : null;
    case "time_based":
      return zone !== undefined && peakStartHour !== undefined && peakEndHour !== undefined && isShare(peakShare) && isShare(offPeakShare) ? { kind, zone, peakStartHour, peakEndHour, peakShare, offPeakShare } : null;
    default:
      return null; // a kind that this page's release did not have yet
  }
}

export function toWire(strategy: Strategy): Wire {
  switch (strategy.kind) {
    case "random_50_50":
    case "balanced_blocks":
      return { kind: strategy.kind };
    case "weight_based":
    case "round_robin":
      return { kind: strategy.kind, phase2_share: strategy.phase2Share };
    case "thompson":
      return { kind: strategy.kind, phase2_share: strategy.phase2Share, floor: strategy.floor };
    case "time_based":
      return { kind: strategy.kind, zone: strategy.zone, peak_start_hour: strategy.peakStartHour, peak_end_hour: strategy.peakEndHour, peak_share: strategy.peakShare, off_peak_share: strategy.offPeakShare };
  }
}

/** Another kind, with the share the present one has where the new one takes a share. */
export function ofKind(kind: StrategyName, share: number, zone: string): Strategy {
  switch (kind) {
    case "random_50_50":
    case "balanced_blocks":
      return { kind };
    case "weight_based":
    case "round_robin":
      return { kind, phase2Share: share };
    case "thompson":
      return { kind, phase2Share: Math.min(0.95, Math.max(0.05, share)), floor: 0.05 };
    case "time_based":
      return { kind, zone, peakStartHour: 9, peakEndHour: 17, peakShare: 0.7, offPeakShare: 0.3 };
  }
}
