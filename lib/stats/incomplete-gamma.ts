import { devianceTerm, stirlingError } from "./ln-gamma";

const MAX_STEPS = 5_000_000;
const TINY = 1e-300;

/** x^a e^(−x) / Γ(a + 1) in saddle-point form: no difference of large logarithms, so it holds for a = 1e8. */
function poissonTerm(a: number, x: number): number {
  return Math.exp(-stirlingError(a) - devianceTerm(a, x)) / Math.sqrt(2 * Math.PI * a);
}

function lowerSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; n < MAX_STEPS; n++) {
    term *= x / (a + n);
    sum += term;
    if (term < sum * 1e-17) return poissonTerm(a, x) * sum;
  }
  throw new RangeError("incomplete gamma series did not converge");
}

/** Legendre's continued fraction, evaluated by the modified Lentz method. */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < MAX_STEPS; i++) {
    const an = -i * (i - a);
    b += 2;
    d = an * d + b;
    d = 1 / (Math.abs(d) < TINY ? TINY : d);
    c = b + an / c;
    if (Math.abs(c) < TINY) c = TINY;
    const step = d * c;
    h *= step;
    if (Math.abs(step - 1) < 1e-16) return poissonTerm(a, x) * a * h;
  }
  throw new RangeError("incomplete gamma fraction did not converge");
}

function check(a: number, x: number): void {
  if (!(a > 0) || !(x >= 0) || a === Infinity) throw new RangeError("incomplete gamma needs a > 0 and x >= 0");
}

/** P(a, x) = γ(a, x) / Γ(a), the regularised lower incomplete gamma function. */
export function gammaP(a: number, x: number): number {
  check(a, x);
  if (x === 0) return 0;
  if (x === Infinity) return 1;
  return x < a + 1 ? lowerSeries(a, x) : 1 - upperFraction(a, x);
}

/** Q(a, x) = 1 − P(a, x); the far tail is summed directly, never as a difference from 1. */
export function gammaQ(a: number, x: number): number {
  check(a, x);
  if (x === 0) return 1;
  if (x === Infinity) return 0;
  return x < a + 1 ? 1 - lowerSeries(a, x) : upperFraction(a, x);
}
