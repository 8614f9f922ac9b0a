import { normalCdf, normalPdf } from "./normal";

export type ArmMean = { n: number; mean: number; variance: number };
export type Prior = { mean: number; sd: number };
export type LiftPosterior = { lift: number; sd: number; chanceBetter: number; low: number; high: number; expectedLoss: number };

const Z_975 = 1.959963984540054;

/**
 * Relative lift of the treatment by the delta method, with an optional normal prior by precision weighting:
 *
 *     lift = (mT − mC)/mC,   var = vT/(nT mC²) + vC mT²/(nC mC⁴)
 *
 * expected loss of choosing arm 2 = sd φ(a) − lift Φ(−a), a = lift/sd. Display only: not safe to watch as a stopping rule.
 * Null where a mean of control 0 leaves no ratio or nothing varies.
 */
export function liftPosterior(control: ArmMean, treatment: ArmMean, prior?: Prior): LiftPosterior | null {
  if (control.mean === 0 || control.n === 0 || treatment.n === 0) return null;
  const observed = (treatment.mean - control.mean) / control.mean;
  const variance =
    treatment.variance / (treatment.n * control.mean ** 2) + (control.variance * treatment.mean ** 2) / (control.n * control.mean ** 4);
  if (!(variance > 0)) return null;
  const precision = 1 / variance + (prior ? 1 / prior.sd ** 2 : 0);
  const lift = (observed / variance + (prior ? prior.mean / prior.sd ** 2 : 0)) / precision;
  const sd = Math.sqrt(1 / precision);
  const a = lift / sd;
  return {
    lift,
    sd,
    chanceBetter: normalCdf(a),
    low: lift - Z_975 * sd,
    high: lift + Z_975 * sd,
    expectedLoss: sd * normalPdf(a) - lift * normalCdf(-a),
  };
}
