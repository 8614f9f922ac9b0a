import { hash } from "node:crypto";

/**
 * The draw: first 8 bytes of SHA-256(experimentKey + ":" + dispatchId) as an unsigned big-endian number, >> 11, / 2^53.
 * Uniform on [0, 1); 53 bits fit a double exactly. The rule `u < w` nests ramps: in arm 2 at 5 % is in arm 2 at 25 %.
 * Ids are trimmed, never lower-cased.
 */
export function draw(experimentKey: string, dispatchId: string): number {
  const digest = hash("sha256", `${experimentKey}:${dispatchId.trim()}`, "buffer");
  const high = digest.readUInt32BE(0);
  const low = digest.readUInt32BE(4);
  return (high * 2 ** 21 + (low >>> 11)) / 2 ** 53;
}
