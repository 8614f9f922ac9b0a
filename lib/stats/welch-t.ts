import { studentTwoSided } from "./student-t";
import { momentsOf, sampleVariance } from "./welford";

/** Welch's t of mean a − mean b. Null where a sample has fewer than two values or both variances are 0. */
export function welchT(a: readonly number[], b: readonly number[]): { t: number; df: number; p: number } | null {
  const [ma, mb] = [momentsOf(a), momentsOf(b)];
  const [va, vb] = [sampleVariance(ma), sampleVariance(mb)];
  if (va === null || vb === null || va + vb === 0) return null;
  const [ea, eb] = [va / a.length, vb / b.length];
  const t = (ma.mean - mb.mean) / Math.sqrt(ea + eb);
  const df = (ea + eb) ** 2 / (ea ** 2 / (a.length - 1) + eb ** 2 / (b.length - 1));
  return { t, df, p: studentTwoSided(t, df) };
}
