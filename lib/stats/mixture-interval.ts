/**
 * Interval that may be watched: asymptotic confidence sequence from a normal mixture
 * (Robbins, 1970; Waudby-Smith et al., 2021). Approximate for large samples; narrowest near `nStar`.
 *
 *     ρ       = √((−2 ln α + ln(1 − 2 ln α)) / N*)
 *     half(n) = sd · √(2 (nρ² + 1) / (nρ)² · ln(√(nρ² + 1) / α))
 */
export function mixtureRho(nStar: number, alpha = 0.05): number {
  if (!(nStar > 0) || !(alpha > 0 && alpha < 1)) throw new RangeError("nStar > 0 and alpha in (0, 1)");
  const l = -2 * Math.log(alpha);
  return Math.sqrt((l + Math.log(1 + l)) / nStar);
}

export function mixtureHalfWidth(sd: number, n: number, rho: number, alpha = 0.05): number {
  if (!(n > 0) || !(sd >= 0)) throw new RangeError("n > 0 and sd >= 0");
  const t = n * rho * rho + 1;
  return sd * Math.sqrt(((2 * t) / (n * rho) ** 2) * Math.log(Math.sqrt(t) / alpha));
}

/** p = min(1, √t · exp(−nρ² S / (2t))), t = nρ² + 1, S = (estimate / se)², se = sd / √n. Valid at any stopping time. */
export function alwaysValidP(estimate: number, sd: number, n: number, rho: number): number {
  if (!(n > 0) || !(sd >= 0)) throw new RangeError("n > 0 and sd >= 0");
  if (sd === 0) return estimate === 0 ? 1 : 0;
  const information = n * rho * rho;
  const t = information + 1;
  const squared = (estimate / sd) ** 2 * n;
  return Math.min(1, Math.exp(0.5 * Math.log(t) - (information * squared) / (2 * t)));
}
