const HALF_LN_TWO_PI = 0.918938533204672741780329736406;

/** Σ of Stirling's correction, lnΓ(n) = (n − ½) ln n − n + ½ ln 2π + correction(n); below 1e-17 off from n = 15. */
function stirlingCorrection(n: number): number {
  const r = 1 / (n * n);
  const tail = 1 / 1188 - r * (691 / 360360 - r / 156);
  return (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r * tail)))) / n;
}

/** lnΓ(x) for x > 0: Stirling's series from 15 up, reached by Γ(x + 1) = x Γ(x). Absolute error about 1e-14. */
export function lnGamma(x: number): number {
  if (!(x > 0)) throw new RangeError("lnGamma needs a positive argument");
  if (x === Infinity) return Infinity;
  let shifted = x;
  let product = 1;
  while (shifted < 15) product *= shifted++;
  return (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LN_TWO_PI + stirlingCorrection(shifted) - Math.log(product);
}

/** ln B(a, b) = lnΓ(a) + lnΓ(b) − lnΓ(a + b). */
export function lnBeta(a: number, b: number): number {
  return lnGamma(a) + lnGamma(b) - lnGamma(a + b);
}

/** lnΓ(n + 1) − (n + ½) ln n + n − ½ ln 2π (Loader, 2000): what is left of n! when Stirling's main part is taken out. */
export function stirlingError(n: number): number {
  if (n >= 15) return stirlingCorrection(n);
  return lnGamma(n + 1) - (n + 0.5) * Math.log(n) + n - HALF_LN_TWO_PI;
}

/** x ln(x / mean) + mean − x without cancellation where x is near the mean (Loader, 2000). */
export function devianceTerm(x: number, mean: number): number {
  if (Math.abs(x - mean) >= 0.1 * (x + mean)) return x * Math.log(x / mean) + mean - x;
  const v = (x - mean) / (x + mean);
  let sum = (x - mean) * v;
  let power = 2 * x * v;
  for (let j = 1; j < 1000; j++) {
    power *= v * v;
    const next = sum + power / (2 * j + 1);
    if (next === sum) return next;
    sum = next;
  }
  return sum;
}
