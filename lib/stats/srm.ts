import { chiSquareSf } from "./chi-square";

/** Sample-ratio mismatch: chi-square of the counts against n · weight / Σ weights, dof = groups − 1. */
export function srm(observed: readonly number[], weights: readonly number[]): { chi2: number; p: number; dof: number } {
  if (observed.length !== weights.length || observed.length < 2) throw new RangeError("two groups or more, one weight each");
  if (observed.some((o) => !(o >= 0 && o < Infinity))) throw new RangeError("counts are not negative");
  if (weights.some((w) => !(w > 0 && w < Infinity))) throw new RangeError("weights are positive");
  const n = observed.reduce((s, o) => s + o, 0);
  if (n === 0) throw new RangeError("nothing was observed");
  const total = weights.reduce((s, w) => s + w, 0);
  const chi2 = observed.reduce((s, o, i) => s + (o - (n * weights[i]!) / total) ** 2 / ((n * weights[i]!) / total), 0);
  return { chi2, p: chiSquareSf(chi2, observed.length - 1), dof: observed.length - 1 };
}
