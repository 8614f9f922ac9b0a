import { draw } from "./draw";

export type Phase = 1 | 2;

/** Shares are kept in ten-thousandths, so that no rounding accumulates over turns. */
export const SHARE_UNITS = 10_000;

/**
 * Phase of turn n (1, 2, …): 2 if floor(n w) > floor((n−1) w). After n turns arm 2 has exactly floor(n w); at w = 0.5
 * the turns alternate 1, 2, 1, 2.
 */
export function turnPhase(turn: number, shareTenThousandths: number): Phase {
  if (!Number.isSafeInteger(turn) || turn < 1) throw new RangeError("turns count from 1");
  if (!Number.isInteger(shareTenThousandths) || shareTenThousandths < 0 || shareTenThousandths > SHARE_UNITS) {
    throw new RangeError("a share in turns is a whole number of ten-thousandths, 0 to 10000");
  }
  // Only the remainder of (n−1) w decides, and it repeats every 10,000 turns.
  const before = ((turn - 1) % SHARE_UNITS) * shareTenThousandths;
  return Math.floor((before + shareTenThousandths) / SHARE_UNITS) > Math.floor(before / SHARE_UNITS) ? 2 : 1;
}

/** Blocks of two in random order: turns 2k−1 and 2k get different arms, a drawn coin per block says which comes first. */
export function blockPhase(experimentKey: string, turn: number): Phase {
  if (!Number.isSafeInteger(turn) || turn < 1) throw new RangeError("turns count from 1");
  const block = Math.ceil(turn / 2);
  const secondPhaseFirst = draw(experimentKey, `block:${block}`) < 0.5;
  return (turn % 2 === 1) === secondPhaseFirst ? 2 : 1;
}
