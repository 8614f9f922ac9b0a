/**
 * Back-off of sign-in. Three counters per attempt, each reset by a success or by rest: the account from one network, which stops
 * guessing; the account from anywhere, later, so that somebody elsewhere cannot lock a person out at once; and the network over
 * all accounts, which stops trying one password on everybody. An attempt counts before its password is looked at, so that many
 * at once gain nothing.
 */
export type Policy = { free: number; firstWaitMs: number; longestWaitMs: number };
export type Attempts = { attempts: number; lastAtMs: number };

const MINUTE = 60_000;
export const policies = {
  both: { free: 5, firstWaitMs: 5_000, longestWaitMs: 15 * MINUTE },
  account: { free: 30, firstWaitMs: 10_000, longestWaitMs: 15 * MINUTE },
  address: { free: 60, firstWaitMs: 10_000, longestWaitMs: 15 * MINUTE },
} as const satisfies Record<string, Policy>;

/** A counter that rested for as long as the longest wait starts again. */
export const REST_MS = 30 * MINUTE;

/** How long after its last attempt a counter still refuses: doubling with each attempt beyond the free ones. */
export function waitMs(counter: Attempts | null, policy: Policy, nowMs: number): number {
  if (!counter || counter.attempts < policy.free) return 0;
  const pause = Math.min(policy.longestWaitMs, policy.firstWaitMs * 2 ** Math.min(20, counter.attempts - policy.free));
  return Math.max(0, counter.lastAtMs + pause - nowMs);
}

/** The counter with one more attempt. */
export function counted(counter: Attempts | null, nowMs: number): Attempts {
  const rested = counter === null || nowMs - counter.lastAtMs > REST_MS;
  return { attempts: rested ? 1 : counter.attempts + 1, lastAtMs: nowMs };
}
