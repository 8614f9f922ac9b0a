import { betaBetter } from "@/lib/stats/beta-better";
import { normalCdf } from "@/lib/stats/normal";

const MIN_MATURED = 100;
const MAX_STEP = 0.2;

export type ThompsonArm = { n: number; successes: number };
export type ThompsonMean = { n: number; mean: number; variance: number };

/**
 * The next adaptive share: f + (1 − 2f) · P(arm 2 better), at most 0.2 from the present one, Beta(1 + s, 1 + f) posteriors
 * in closed form. Null before both arms have 100 matured outcomes: the share stays.
 */
export function thompsonShare(present: number, first: ThompsonArm, second: ThompsonArm, better: "up" | "down", floor = 0.05): number | null {
  if (Math.min(first.n, second.n) < MIN_MATURED) return null;
  const shape = ({ n, successes }: ThompsonArm) => ({ a: 1 + successes, b: 1 + n - successes });
  const higher = betaBetter(shape(first), shape(second));
  return step(present, better === "up" ? higher : 1 - higher, floor);
}

/** The same for means, under a normal posterior. Null too while nothing varies. */
export function thompsonShareOfMeans(present: number, first: ThompsonMean, second: ThompsonMean, better: "up" | "down", floor = 0.05): number | null {
  const variance = first.variance / first.n + second.variance / second.n;
  if (Math.min(first.n, second.n) < MIN_MATURED || !(variance > 0)) return null;
  const higher = normalCdf((second.mean - first.mean) / Math.sqrt(variance));
  return step(present, better === "up" ? higher : 1 - higher, floor);
}

function step(present: number, chance: number, floor: number): number {
  const wanted = floor + (1 - 2 * floor) * chance;
  const limited = Math.min(present + MAX_STEP, Math.max(present - MAX_STEP, wanted));
  return Math.min(1 - floor, Math.max(floor, limited));
}
