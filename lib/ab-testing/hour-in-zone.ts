import { localClock } from "@/lib/dispatch/local-clock";

/**
 * A lookup of the local hour (0-23) of an instant in any IANA zone. Each zone keeps its last quarter of an hour, so a
 * decision costs a division; one lookup belongs to one process.
 */
export function hourInZone(): (zone: string, epochMs: number) => number {
  const clocks = new Map<string, ReturnType<typeof localClock>>();
  return (zone, epochMs) => {
    let clock = clocks.get(zone);
    if (!clock) clocks.set(zone, (clock = localClock(zone)));
    return clock(epochMs).hour;
  };
}
