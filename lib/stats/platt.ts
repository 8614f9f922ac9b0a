import { checkScored } from "./scored";

/** p = 1 / (1 + exp(−(slope·score + intercept))). */
export type PlattMap = { slope: number; intercept: number };

export function applyPlatt({ slope, intercept }: PlattMap, score: number): number {
  return 1 / (1 + Math.exp(-(slope * score + intercept)));
}

/**
 * Platt scaling (1999) by Newton's method with step halving (Lin, Lin and Weng, 2007). Targets are (n₊+1)/(n₊+2)
 * and 1/(n₋+2), which keeps the slope finite on separable data. Null with one class.
 */
export function fitPlatt(labels: readonly number[], scores: readonly number[]): PlattMap | null {
  checkScored(labels, scores);
  const positives = labels.reduce((sum, y) => sum + y, 0);
  const negatives = labels.length - positives;
  if (positives === 0 || negatives === 0) return null;
  const targets = labels.map((y) => (y === 1 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2)));
  let map: PlattMap = { slope: 0, intercept: Math.log((positives + 1) / (negatives + 1)) };
  let loss = crossEntropy(map, targets, scores);
  for (let i = 0; i < 100; i++) {
    const step = newtonStep(map, targets, scores);
    if (Math.abs(step.slope) + Math.abs(step.intercept) < 1e-12) break;
    let next = map;
    let nextLoss = Infinity;
    for (let size = 1; size > 1e-10 && !(nextLoss <= loss); size /= 2) {
      next = { slope: map.slope + size * step.slope, intercept: map.intercept + size * step.intercept };
      nextLoss = crossEntropy(next, targets, scores);
    }
    if (!(nextLoss <= loss)) break;
    [map, loss] = [next, nextLoss];
  }
  return map;
}

function crossEntropy({ slope, intercept }: PlattMap, targets: readonly number[], scores: readonly number[]): number {
  return targets.reduce((sum, target, i) => {
    const f = slope * scores[i]! + intercept;
    return sum + Math.max(f, 0) - f * target + Math.log1p(Math.exp(-Math.abs(f)));
  }, 0);
}

function newtonStep(map: PlattMap, targets: readonly number[], scores: readonly number[]): PlattMap {
  let [g1, g2, h11, h12, h22] = [0, 0, 1e-12, 0, 1e-12];
  targets.forEach((target, i) => {
    const s = scores[i]!;
    const p = applyPlatt(map, s);
    const w = p * (1 - p);
    g1 += (target - p) * s;
    g2 += target - p;
    h11 += w * s * s;
    h12 += w * s;
    h22 += w;
  });
  const det = h11 * h22 - h12 * h12;
  return { slope: (h22 * g1 - h12 * g2) / det, intercept: (h11 * g2 - h12 * g1) / det };
}
