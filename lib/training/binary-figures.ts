import { spiegelhalterZ } from "@/lib/stats/spiegelhalter-z";
import type { Estimate } from "@/lib/models/manifest";
import { type DayDraws, estimate, type WeightedFigure, weightedMean } from "./day-bootstrap";

/** Served probabilities, the raw scores that rank, and a base probability of each row to be better than. */
export type Judged = { label: Float64Array; probability: Float64Array; rank: Float64Array; base: Float64Array };

const LOG_CLIP = 1e-15;

/** The figures of a binary model on held-out rows with day-bootstrap intervals. What is not defined is left out. */
export function binaryFigures({ label, probability, rank, base }: Judged, draws: DayDraws): Record<string, Estimate> {
  const squared = weightedMean((row) => (probability[row]! - label[row]!) ** 2);
  const baseSquared = weightedMean((row) => (base[row]! - label[row]!) ** 2);
  const chosen = probability.map((p) => (p > 0.5 ? 1 : 0));
  const figures: Record<string, WeightedFigure> = {
    auc: weightedAuc(label, rank),
    brier: squared,
    brier_skill: ratio(squared, baseSquared),
    ece: weightedEce(label, probability),
    log_loss: weightedMean((row) => {
      const p = Math.min(1 - LOG_CLIP, Math.max(LOG_CLIP, probability[row]!));
      return label[row] === 1 ? -Math.log(p) : -Math.log1p(-p);
    }),
    accuracy: weightedMean((row) => (chosen[row] === label[row] ? 1 : 0)),
    specificity: among(label, 0, (row) => 1 - chosen[row]!),
    recall: among(label, 1, (row) => chosen[row]!),
    precision: among(chosen, 1, (row) => label[row]!),
    base_rate: weightedMean((row) => label[row]!),
    mean_probability: weightedMean((row) => probability[row]!),
  };
  const values: Record<string, Estimate> = {};
  for (const [name, figure] of Object.entries(figures)) {
    const found = estimate(figure, draws);
    if (found) values[name] = found;
  }
  const z = spiegelhalterZ([...label], [...probability]);
  if (z) values.spiegelhalter_z = { value: z.z, low: null, high: null, method: "N(0,1) when calibrated" };
  return values;
}

/** 1 - model / base. */
function ratio(model: WeightedFigure, base: WeightedFigure): WeightedFigure {
  return (weights) => {
    const [a, b] = [model(weights), base(weights)];
    return a === null || b === null || b === 0 ? null : 1 - a / b;
  };
}

function among(which: Float64Array, value: number, of: (row: number) => number): WeightedFigure {
  return (weights) => {
    let sum = 0;
    let total = 0;
    for (let row = 0; row < weights.length; row++) {
      if (which[row] !== value) continue;
      sum += weights[row]! * of(row);
      total += weights[row]!;
    }
    return total === 0 ? null : sum / total;
  };
}

const ascending = (values: Float64Array): Uint32Array => Uint32Array.from(values.keys()).sort((i, j) => values[i]! - values[j]!);

/** Mann-Whitney with mid-ranks, each row counted by its weight. */
export function weightedAuc(label: Float64Array, score: Float64Array): WeightedFigure {
  const order = ascending(score);
  return (weights) => {
    let positives = 0;
    let negatives = 0;
    let inOrder = 0;
    for (let start = 0; start < order.length; ) {
      const tied = score[order[start]!]!;
      let up = 0;
      let down = 0;
      let end = start;
      for (; end < order.length && score[order[end]!] === tied; end++) {
        const row = order[end]!;
        if (label[row] === 1) up += weights[row]!;
        else down += weights[row]!;
      }
      inOrder += up * (negatives + down / 2);
      positives += up;
      negatives += down;
      start = end;
    }
    return positives === 0 || negatives === 0 ? null : inOrder / positives / negatives;
  };
}

/** Ten bins of equal mass; equal probabilities never straddle two. */
export function weightedEce(label: Float64Array, probability: Float64Array, bins = 10): WeightedFigure {
  const order = ascending(probability);
  return (weights) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (total === 0) return null;
    let [seen, gap, mass, predicted, observed, bin] = [0, 0, 0, 0, 0, 1];
    for (let at = 0; at < order.length; at++) {
      const row = order[at]!;
      const weight = weights[row]!;
      seen += weight;
      mass += weight;
      predicted += weight * probability[row]!;
      observed += weight * label[row]!;
      const last = at === order.length - 1;
      if (!last && (seen < Math.round((bin * total) / bins) || probability[order[at + 1]!] === probability[row])) continue;
      if (mass > 0) gap += Math.abs(observed - predicted);
      [mass, predicted, observed] = [0, 0, 0];
      while (bin < bins && Math.round((bin * total) / bins) <= seen) bin++;
    }
    return gap / total;
  };
}
