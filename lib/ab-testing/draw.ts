import { hash } from "node:crypto";

/**
 * The draw: first 8 bytes of SHA-256(experimentKey + ":" + dispatchId) as an unsigned big-endian number, >> 11, / 2^53.
 * Uniform on [0, 1); 53 bits fit a double exactly. The rule `u < w` nests ramps: in arm 2 at 5 % is in arm 2 at 25 %.
 * Ids are trimmed, never lower-cased.
 */
export function draw(experimentKey: string, dispatchId: string): number {
  // As a text of one byte a character: a buffer lies outside the heap, and thousands of them a second are collected with the whole of it.
  const digest = hash("sha256", `${experimentKey}:${dispatchId.trim()}`, "binary");
  const high = uint32(digest, 0);
  const low = uint32(digest, 4);
  return (high * 2 ** 21 + (low >>> 11)) / 2 ** 53;
}

const uint32 = (bytes: string, at: number): number => ((bytes.charCodeAt(at) << 24) | (bytes.charCodeAt(at + 1) << 16) | (bytes.charCodeAt(at + 2) << 8) | bytes.charCodeAt(at + 3)) >>> 0;
