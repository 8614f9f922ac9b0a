import { randomFillSync } from "node:crypto";
import { timeOfId } from "../prediction-id";

/** Random bytes are drawn by the pool: one call to the system per 250 ids. */
const pool = Buffer.alloc(10 * 250);
let at = pool.length;
let lastMs = Number.NaN;
let lastTime = "";
const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/**
 * UUID version 7 (RFC 9562): 48 bits of milliseconds, then random. Ids of one time lie side by side in the index, which
 * keeps the insert cheap however long the log is.
 */
export function predictionId(nowMs: number): string {
  if (at === pool.length) {
    randomFillSync(pool);
    at = 0;
  }
  const a = pool[at++]!;
  const b = pool[at++]!;
  const c = pool[at++]!;
  const d = pool[at++]!;
  if (nowMs !== lastMs) {
    lastMs = nowMs;
    lastTime = timeOfId(nowMs);
  }
  const text = `${lastTime}-7${hex[a]![0]!}${hex[b]!}-${hex[0x80 | (c & 0x3f)]!}${hex[d]!}-${hex[pool[at]!]!}${hex[pool[at + 1]!]!}${hex[pool[at + 2]!]!}${hex[pool[at + 3]!]!}${hex[pool[at + 4]!]!}${hex[pool[at + 5]!]!}`;
  at += 6;
  return text;
}
