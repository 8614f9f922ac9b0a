import { normalSf } from "@/lib/stats/normal";
import { studentTwoSided } from "@/lib/stats/student-t";
import { newcombe } from "@/lib/stats/two-proportion-z";
import { wilson, type Interval } from "@/lib/stats/wilson";

/** Numbers that are valid at a planned sample size only. They are shown with that label and never drive an action. */
export type ProportionsAtPlan = { difference: number; se: number; z: number; p: number; control: Interval; treatment: Interval; interval: Interval };

/** Treatment − control of two proportions: z with unpooled variance, Newcombe interval. Null while an arm is empty. */
export function proportionsAtPlan(x1: number, n1: number, x2: number, n2: number): ProportionsAtPlan | null {
  const [control, treatment, interval] = [wilson(x1, n1), wilson(x2, n2), newcombe(x2, n2, x1, n1)];
  if (!control || !treatment || !interval) return null;
  const [p1, p2] = [x1 / n1, x2 / n2];
  const difference = p2 - p1;
  const se = Math.sqrt((p1 * (1 - p1)) / n1 + (p2 * (1 - p2)) / n2);
  const z = se > 0 ? difference / se : difference === 0 ? 0 : Math.sign(difference) * Infinity;
  return { difference, se, z, p: Math.min(1, 2 * normalSf(Math.abs(z))), control, treatment, interval };
}

export type SampleMean = { mean: number; sd: number; n: number };

/** Welch's t of first − second from means and standard deviations. Null below two values or without any spread. */
export function welchAtPlan(a: SampleMean, b: SampleMean): { t: number; df: number; p: number } | null {
  if (a.n < 2 || b.n < 2) return null;
  const [ea, eb] = [a.sd ** 2 / a.n, b.sd ** 2 / b.n];
  if (ea + eb === 0) return null;
  const t = (a.mean - b.mean) / Math.sqrt(ea + eb);
  const df = (ea + eb) ** 2 / (ea ** 2 / (a.n - 1) + eb ** 2 / (b.n - 1));
  return { t, df, p: studentTwoSided(t, df) };
}
