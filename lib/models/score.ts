import type { Calibration, Manifest } from "./manifest";

/**
 * Scales one row as the model was trained: (x - mean) / scale in float64, rounded once to float32. NaN stays NaN. The row is
 * the `count` inputs from `from` on, by default all of them.
 */
export function scaleInto(target: Float32Array, offset: number, inputs: ArrayLike<number>, scaler: Manifest["scaler"], from = 0, count = inputs.length): void {
  if (scaler) for (let i = 0; i < count; i++) target[offset + i] = (inputs[from + i]! - scaler.mean[i]!) / scaler.scale[i]!;
  else for (let i = 0; i < count; i++) target[offset + i] = inputs[from + i]!;
}

export function calibrate(score: number, calibration: Calibration): number {
  switch (calibration.method) {
    case "identity":
      return score;
    case "platt": {
      const clipped = Math.min(1 - 1e-12, Math.max(1e-12, score));
      return 1 / (1 + Math.exp(calibration.a * Math.log(clipped / (1 - clipped)) + calibration.b));
    }
    case "isotonic":
      return interpolate(score, calibration.x, calibration.y);
  }
}

function interpolate(at: number, x: readonly number[], y: readonly number[]): number {
  const last = x.length - 1;
  if (at <= x[0]!) return y[0]!;
  if (at >= x[last]!) return y[last]!;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle]! <= at) low = middle;
    else high = middle;
  }
  const width = x[high]! - x[low]!;
  return width === 0 ? y[high]! : y[low]! + ((at - x[low]!) / width) * (y[high]! - y[low]!);
}

/** The served number of a raw score: calibrated probability, or the value back in the target's unit. */
export function servedScore(raw: number, manifest: Pick<Manifest, "task" | "calibration" | "targetTransform">): number {
  if (manifest.task === "binary") return calibrate(raw, manifest.calibration);
  return manifest.targetTransform === "log" ? Math.exp(raw) : raw;
}
