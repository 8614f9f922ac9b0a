import { z } from "zod";
import { SHARE_UNITS } from "./turn-phase";

const kinds = ["random_50_50", "weight_based", "time_based", "round_robin", "balanced_blocks", "thompson"] as const;

/** Read in either case, written in lower case. */
export const StrategyName = z.preprocess((v) => (typeof v === "string" ? v.trim().toLowerCase() : v), z.enum(kinds));
export type StrategyName = z.output<typeof StrategyName>;

const share = z.number().min(0).max(1);
const turnShare = share.refine((w) => Number.isInteger(Math.round(w * SHARE_UNITS * 1e6) / 1e6), "at most four decimals: turns count in ten-thousandths");
const zone = z.string().max(64).refine(isTimeZone, "an IANA time zone, such as America/Bogota");

/** How the phase is chosen. Strict: a weight given to random_50_50 is refused, never ignored. */
export const Strategy = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("random_50_50") }),
  z.strictObject({ kind: z.literal("weight_based"), phase2Share: share }),
  z
    .strictObject({
      kind: z.literal("time_based"),
      zone,
      /** Half-open [start, end) in local hours; start > end crosses midnight. */
      peakStartHour: z.int().min(0).max(23).default(9),
      peakEndHour: z.int().min(0).max(24).default(17),
      peakShare: share.default(0.7),
      offPeakShare: share.default(0.3),
    })
    .refine((s) => s.peakStartHour !== s.peakEndHour, "peak hours need a start and another end"),
  z.strictObject({ kind: z.literal("round_robin"), phase2Share: turnShare.default(0.5) }),
  z.strictObject({ kind: z.literal("balanced_blocks") }),
  /** The share is recomputed hourly (thompson.ts) and starts at one half. */
  z.strictObject({ kind: z.literal("thompson"), phase2Share: share.min(0.05).max(0.95).default(0.5), floor: z.number().min(0.01).max(0.25).default(0.05) }),
]);
export type Strategy = z.output<typeof Strategy>;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: name });
    return true;
  } catch {
    // Intl names unknown zones by throwing; here that is an answer.
    return false;
  }
}
