import { betaI } from "./incomplete-beta";

/** Two-sided tail P(|T| > |t|) of Student's law: I_{df/(df+t²)}(df/2, ½), both arguments formed without subtraction. */
export function studentTwoSided(t: number, df: number): number {
  if (Number.isNaN(t) || !(df > 0)) throw new RangeError("Student's t needs a number and df > 0");
  if (!Number.isFinite(t * t)) return 0;
  const total = df + t * t;
  return betaI(df / total, df / 2, 0.5, (t * t) / total);
}
