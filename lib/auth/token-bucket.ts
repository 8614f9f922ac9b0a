/** A token bucket: `ratePerSecond` tokens flow in, at most `burst` wait, one goes out per request. */
export type Bucket = { tokens: number; atMs: number };

export type Limit = { ratePerSecond: number; burst: number };

/** Takes one token. Returns the next state and, when there was none, how long until there is. */
export function take(bucket: Bucket | undefined, limit: Limit, nowMs: number): { bucket: Bucket; waitMs: number } {
  const before = bucket ?? { tokens: limit.burst, atMs: nowMs };
  const tokens = Math.min(limit.burst, before.tokens + (Math.max(0, nowMs - before.atMs) / 1000) * limit.ratePerSecond);
  if (tokens >= 1) return { bucket: { tokens: tokens - 1, atMs: nowMs }, waitMs: 0 };
  return { bucket: { tokens, atMs: nowMs }, waitMs: ((1 - tokens) / limit.ratePerSecond) * 1000 };
}
