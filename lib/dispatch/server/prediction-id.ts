import { randomFillSync } from "node:crypto";
import { timeOfId } from "../prediction-id";

/** Random bytes are drawn by the pool: one call to the system for hundreds of ids. */
const pool = Buffer.alloc(4_000);
const LONGEST = 10;
let at = pool.length;
let lastMs = Number.NaN;
let counter = 0;

/** The next id: written as bytes, because a text put together of pieces is copied piece by piece by whoever uses it. */
const text = Buffer.from("00000000-0000-7000-8000-000000000000", "latin1");
const digits = Buffer.from("0123456789abcdef", "latin1");
const writeByte = (position: number, byte: number): void => {
  text[position] = digits[byte >> 4]!;
  text[position + 1] = digits[byte & 0xf]!;
};

/**
 * UUID version 7 (RFC 9562): 48 bits of milliseconds, a counter of 12 bits that begins anywhere in its lower half in each
 * millisecond (method 1 of section 6.2), 62 random bits. Each id of a process follows the one before it, so the index of the
 * log grows at its end: the insert stays cheap however long the log is and however many rows share a millisecond.
 */
export function predictionId(nowMs: number): string {
  if (at > pool.length - LONGEST) {
    randomFillSync(pool);
    at = 0;
  }
  if (nowMs !== lastMs) {
    lastMs = nowMs;
    text.write(timeOfId(nowMs), 0, "latin1");
    counter = ((pool[at]! & 0x7) << 8) | pool[at + 1]!;
    at += 2;
  }
  const count = counter++ & 0xfff;
  text[15] = digits[count >> 8]!;
  writeByte(16, count & 0xff);
  writeByte(19, 0x80 | (pool[at]! & 0x3f));
  writeByte(21, pool[at + 1]!);
  for (let i = 2; i < 8; i++) writeByte(20 + 2 * i, pool[at + i]!);
  at += 8;
  return text.toString("latin1");
}
