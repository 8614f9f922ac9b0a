import type { Ensemble } from "./ensemble";
import type { Manifest } from "./manifest";
import { ModelError } from "./model-error";
import { parityRows } from "./parity-rows";
import { scaleInto } from "./score";
import { walkScore } from "./tree-walk";

export type ParityReport = { rows: number; maxAbsDifference: number };

/** Of a probability; relative to the value where a regression exceeds 1. */
export const PARITY_TOLERANCE = 1e-6;

/** Rows that the export is asked at once. */
const CHUNK = 4_096;

/**
 * Gate G8: scores the parity rows with the exported model and with the tree walk, in model space and, when there is a
 * scaler, again from raw values that land on the scaled thresholds. A larger difference than the tolerance means a wrong
 * branch or sum, and the export is refused: no class can flip outside that band.
 */
export async function checkParity(
  ensemble: Ensemble,
  score: (inputs: Float32Array, rows: number) => Promise<Float32Array>,
  scaler: Manifest["scaler"] = null,
): Promise<ParityReport> {
  const inputs = parityRows(ensemble, { atLeast: 1_500, seed: 20_260_101 });
  const plain = await compare(ensemble, inputs, inputs, score);
  if (!scaler) return plain;

  const width = ensemble.featureCount;
  const raw = Float64Array.from(inputs, (value, i) => value * scaler.scale[i % width]! + scaler.mean[i % width]!);
  const served = new Float32Array(raw.length);
  for (let at = 0; at < raw.length; at += width) scaleInto(served, at, raw.subarray(at, at + width), scaler);
  // Written again and not called, so that a change of the serving path shows here.
  const reference = Float32Array.from(raw, (value, i) => Math.fround((value - scaler.mean[i % width]!) / scaler.scale[i % width]!));
  const scaled = await compare(ensemble, served, reference, score);
  return { rows: plain.rows + scaled.rows, maxAbsDifference: Math.max(plain.maxAbsDifference, scaled.maxAbsDifference) };
}

async function compare(
  ensemble: Ensemble,
  served: Float32Array,
  reference: Float32Array,
  score: (inputs: Float32Array, rows: number) => Promise<Float32Array>,
): Promise<ParityReport> {
  const width = ensemble.featureCount;
  const rows = served.length / width;
  let worst = 0;
  for (let start = 0; start < rows; start += CHUNK) {
    const end = Math.min(rows, start + CHUNK);
    const scores = await score(served.slice(start * width, end * width), end - start);
    for (let row = start; row < end; row++) {
      const expected = walkScore(ensemble, reference.subarray(row * width, (row + 1) * width));
      const scale = ensemble.objective === "binary:logistic" ? 1 : Math.max(1, Math.abs(expected));
      const difference = Math.abs(expected - scores[row - start]!) / scale;
      if (!(difference <= PARITY_TOLERANCE))
        throw new ModelError("parity", `row ${row}: the exported model gives ${scores[row - start]!}, the trees ${expected}`);
      if (difference > worst) worst = difference;
    }
  }
  return { rows, maxAbsDifference: worst };
}
