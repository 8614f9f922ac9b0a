import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { TrainingMatrix } from "./engine";

/**
 * A binary table for measuring engines, not models: uniform inputs, 3 % missing, a label with steps, curves and one
 * interaction in the first six inputs and noise in the rest.
 */
export function syntheticMatrix(rows: number, width: number, seed: number): TrainingMatrix {
  const random = xoroshiro128plus(seed);
  const inputs = new Float32Array(rows * width);
  const label = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const x = Array.from({ length: width }, () => uniformFloat64(random));
    const at = (column: number): number => x[column] ?? 0.5;
    const margin = 2 * (at(0) - 0.5) + (at(1) > 0.7 ? 1 : -0.4) + 1.5 * Math.sin(6 * at(2)) + 3 * (at(3) - 0.5) * (at(4) - 0.5) + at(5) ** 2 - 0.5;
    label[row] = uniformFloat64(random) < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
    x.forEach((value, column) => {
      inputs[row * width + column] = uniformFloat64(random) < 0.03 ? Number.NaN : value;
    });
  }
  return { inputs, rows, width, label };
}
