import { lnBeta } from "./ln-gamma";

/** Weight of the prior around the promised share: larger bets on smaller departures. */
const PRIOR_WEIGHT = 100;

/**
 * ln e of a share mismatch that may be looked at after every decision (Lindon and Malek, 2022):
 *
 *     ln e = lnB(n₂ + Kw, n₁ + K(1−w)) − lnB(Kw, K(1−w)) − n₂ ln w − n₁ ln(1−w),   K = 100
 *
 * Constant w; add the logarithms of periods. Acts at ln 1000.
 */
export function srmLogE(n2: number, n: number, share: number): number {
  if (!(n2 >= 0 && n2 <= n)) throw new RangeError("arm 2 cannot have more than all decisions");
  if (!(share > 0 && share < 1)) throw new RangeError("the mismatch bet needs a share strictly between 0 and 1");
  const [a, b] = [PRIOR_WEIGHT * share, PRIOR_WEIGHT * (1 - share)];
  const n1 = n - n2;
  return lnBeta(n2 + a, n1 + b) - lnBeta(a, b) - n2 * Math.log(share) - n1 * Math.log(1 - share);
}

/** e after a decision divided by e before it: the same bet, one step. */
export function srmStep(n1Before: number, n2Before: number, share: number, arm: 1 | 2): number {
  const total = n1Before + n2Before + PRIOR_WEIGHT;
  return arm === 2
    ? (n2Before + PRIOR_WEIGHT * share) / (total * share)
    : (n1Before + PRIOR_WEIGHT * (1 - share)) / (total * (1 - share));
}

/** Tilts of the log odds for shares that change often (hours, Thompson). */
export const SHARE_TILTS: readonly number[] = [-0.8, -0.4, -0.2, -0.1, -0.05, 0.05, 0.1, 0.2, 0.4, 0.8];

/** ln of the factor of each tilt: q = 1/(1 + exp(−(ln(w/(1−w)) + d))); q/w for arm 2, (1−q)/(1−w) for arm 1. */
export function addShareTilts(lnE: number[], share: number, arm: 1 | 2): void {
  for (let k = 0; k < SHARE_TILTS.length; k++) {
    const d = SHARE_TILTS[k]!;
    lnE[k] = lnE[k]! + (arm === 2 ? d : 0) - Math.log(share * Math.exp(d) + 1 - share);
  }
}

/**
 * Chi-square with recorded shares: X² = (n₂ − Σw)² / Σw(1−w), 1 degree of freedom. Right through ramps and hours, where
 * the textbook form (today's share against all history) raises a false alarm. Null without a decision that could vary.
 */
export function srmChiSquare(n2: number, sumShare: number, sumVariance: number): number | null {
  return sumVariance > 0 ? (n2 - sumShare) ** 2 / sumVariance : null;
}
