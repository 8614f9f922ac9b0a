import { gammaP, gammaQ } from "./incomplete-gamma";

/** Upper tail P(Z > z), full relative precision to z = 38: ½ Q(½, z²/2). */
export function normalSf(z: number): number {
  if (Number.isNaN(z)) throw new RangeError("z is not a number");
  return z >= 0 ? 0.5 * gammaQ(0.5, (z * z) / 2) : 0.5 + 0.5 * gammaP(0.5, (z * z) / 2);
}

/** P(Z <= z). */
export function normalCdf(z: number): number {
  return normalSf(-z);
}

/** Density φ(z). */
export function normalPdf(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

const A = [-3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1, 2.506628277459239];
const B = [-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1];
const C = [-7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783];
const D = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1];
const polynomial = (c: readonly number[], x: number): number => c.reduce((sum, k) => sum * x + k, 0);

/** Φ⁻¹(p): Acklam's rational start (1e-9), then two Newton steps on the tail that holds p. ±Infinity at 1 and 0. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError("a probability lies in [0, 1]");
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  if (p > 0.5) return -normalQuantile(1 - p);
  const q = p - 0.5;
  const t = Math.sqrt(-2 * Math.log(p));
  let z = p < 0.02425 ? polynomial(C, t) / polynomial(D, t) : (polynomial(A, q * q) * q) / polynomial(B, q * q);
  for (let i = 0; i < 2; i++) z -= (normalCdf(z) - p) / normalPdf(z);
  return z;
}
