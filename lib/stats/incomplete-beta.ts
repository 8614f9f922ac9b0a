import { devianceTerm, stirlingError } from "./ln-gamma";

const MAX_STEPS = 2_000_000;
const TINY = 1e-300;

/** x^a y^b / B(a, b) in saddle-point form (Loader, 2000): exact to about 1e-13 relative for shapes up to 1e9. */
function betaTerm(a: number, b: number, x: number, y: number): number {
  const n = a + b;
  const ln = stirlingError(n) - stirlingError(a) - stirlingError(b) - devianceTerm(a, n * x) - devianceTerm(b, n * y);
  return Math.exp(ln) * Math.sqrt((a * b) / (2 * Math.PI * n));
}

/** The continued fraction of DLMF 8.17.22 by the modified Lentz method; fast for x < (a + 1) / (a + b + 2). */
function fraction(a: number, b: number, x: number): number {
  const guard = (v: number): number => (Math.abs(v) < TINY ? TINY : v);
  let c = 1;
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m < MAX_STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guard(1 + even * d);
    c = guard(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guard(1 + odd * d);
    c = guard(1 + odd / c);
    const step = d * c;
    h *= step;
    if (Math.abs(step - 1) < 3e-16) return h;
  }
  throw new RangeError("incomplete beta fraction did not converge");
}

/**
 * I_x(a, b), the regularised incomplete beta function. `y` is 1 − x; give it where the caller knows it
 * better than the subtraction does (x close to 1).
 */
export function betaI(x: number, a: number, b: number, y = 1 - x): number {
  if (!(a > 0) || !(b > 0) || !(x >= 0 && x <= 1)) throw new RangeError("incomplete beta needs a, b > 0 and x in [0, 1]");
  if (x === 0) return 0;
  if (y === 0) return 1;
  if (x < (a + 1) / (a + b + 2)) return (betaTerm(a, b, x, y) * fraction(a, b, x)) / a;
  return 1 - (betaTerm(b, a, y, x) * fraction(b, a, y)) / b;
}

/** The x with I_x(a, b) = p, by bisection of the monotone function down to neighbouring doubles. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError("a probability lies in [0, 1]");
  if (p === 0 || p === 1) return p;
  let low = 0;
  let high = 1;
  for (let i = 0; i < 1100; i++) {
    // Geometric steps while the lower end is far away, so that quantiles of 1e-200 are reached too.
    const middle = low > 0 || high > 1e-3 ? (low + high) / 2 : high / 1024;
    if (middle <= low || middle >= high) break;
    if (betaI(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return high;
}
