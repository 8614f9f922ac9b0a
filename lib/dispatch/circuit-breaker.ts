/** Opens after `failures` within `windowMs`, lets one try through after `pauseMs`, closes when that try works. */
export type Breaker = { failuresAt: number[]; openedAtMs: number | null; trying: boolean };

export const closedBreaker: Breaker = { failuresAt: [], openedAtMs: null, trying: false };

export const breakerLimits = { failures: 5, windowMs: 10_000, pauseMs: 5_000 };

export function mayTry(breaker: Breaker, nowMs: number, limits = breakerLimits): { allowed: boolean; breaker: Breaker } {
  if (breaker.openedAtMs === null) return { allowed: true, breaker };
  if (breaker.trying || nowMs - breaker.openedAtMs < limits.pauseMs) return { allowed: false, breaker };
  return { allowed: true, breaker: { ...breaker, trying: true } };
}

export function succeeded(breaker: Breaker): Breaker {
  return breaker.openedAtMs === null && breaker.failuresAt.length === 0 ? breaker : closedBreaker;
}

export function failed(breaker: Breaker, nowMs: number, limits = breakerLimits): Breaker {
  const failuresAt = [...breaker.failuresAt.filter((at) => nowMs - at < limits.windowMs), nowMs];
  const opens = breaker.trying || failuresAt.length >= limits.failures;
  return opens ? { failuresAt, openedAtMs: nowMs, trying: false } : { ...breaker, failuresAt };
}
