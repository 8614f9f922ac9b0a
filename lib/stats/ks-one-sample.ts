import { lnGamma } from "./ln-gamma";

/**
 * Exact one-sample law P(D_n >= d) (scipy's kstwo.sf), methods as in Simard and L'Ecuyer (2011): twice the one-sided
 * law in the upper tail, Durbin's matrix in the body, Pelz-Good's expansion in the body of large n.
 */
function ksOneSampleSf(d: number, n: number): number {
  if (!Number.isInteger(n) || n < 1 || Number.isNaN(d)) throw new RangeError("n is a positive whole number, d a number");
  if (d >= 1) return 0;
  if (n * d <= 0.5) return 1;
  const nd2 = n * d * d;
  if (d >= 0.5 || nd2 > (n <= 140 ? 4 : 2.2)) return Math.min(1, 2 * oneSided(d, n));
  const cdf = n <= 140 || (n <= 100_000 && n * d ** 1.5 <= 1.4) ? durbin(d, n) : pelzGood(d, n);
  return Math.min(1, Math.max(0, 1 - cdf));
}

/**
 * p of a two-sample distance by the one-sample law of round(n m / (n + m)), halves to the even neighbour as scipy rounds
 * them (`method="asymp"`). Null for one value against one: that law has no observation.
 */
export function ksAsymptoticP(d: number, n: number, m: number): number | null {
  const effective = (n * m) / (n + m);
  const below = Math.floor(effective);
  const rounded = effective - below === 0.5 ? below + (below % 2) : Math.round(effective);
  return rounded === 0 ? null : ksOneSampleSf(d, rounded);
}

/** Smirnov's P(D⁺ >= d) = d Σ_j C(n, j) (d + j/n)^(j−1) (1 − d − j/n)^(n−j): positive terms only. */
function oneSided(d: number, n: number): number {
  const lnFactorial = lnGamma(n + 1);
  let sum = 0;
  for (let j = 0; j <= n * (1 - d); j++) {
    const rest = 1 - d - j / n;
    if (rest <= 0) break;
    const ways = lnFactorial - lnGamma(j + 1) - lnGamma(n - j + 1);
    sum += Math.exp(ways + (j - 1) * Math.log(d + j / n) + (n - j) * Math.log(rest));
  }
  return d * sum;
}

function multiply(a: readonly Float64Array[], b: readonly Float64Array[]): Float64Array[] {
  return a.map((row) => {
    const out = new Float64Array(row.length);
    row.forEach((v, k) => {
      if (v !== 0) b[k]!.forEach((w, j) => (out[j] = out[j]! + v * w));
    });
    return out;
  });
}

/** Marsaglia, Tsang and Wang (2003): n!/nⁿ (Hⁿ)_kk; the scale is kept as a logarithm. */
function durbin(d: number, n: number): number {
  const k = Math.ceil(n * d);
  const h = k - n * d;
  const m = 2 * k - 1;
  const factorial = (x: number): number => Math.exp(lnGamma(x + 1));
  const edge = (i: number): number => (1 - h ** (i + 1)) / factorial(i + 1);
  const corner = (1 - 2 * h ** m + Math.max(0, 2 * h - 1) ** m) / factorial(m);
  const cell = (i: number, j: number): number => {
    if (j === 0) return i === m - 1 ? corner : edge(i);
    if (i === m - 1) return edge(m - 1 - j);
    return i - j + 1 < 0 ? 0 : 1 / factorial(i - j + 1);
  };
  let base: Float64Array[] = Array.from({ length: m }, (_, i) => Float64Array.from({ length: m }, (_unused, j) => cell(i, j)));
  let power: Float64Array[] = base.map((_, i) => Float64Array.from({ length: m }, (_unused, j) => (i === j ? 1 : 0)));
  let [lnBase, lnPower] = [0, 0];
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) [power, lnPower] = [multiply(power, base), lnPower + lnBase];
    [base, lnBase] = [multiply(base, base), 2 * lnBase];
    const size = base[k - 1]![k - 1]!;
    if (size > 1e100) [base, lnBase] = [base.map((row) => row.map((v) => v / size)), lnBase + Math.log(size)];
  }
  return Math.exp(Math.log(power[k - 1]![k - 1]!) + lnPower + lnGamma(n + 1) - n * Math.log(n));
}

/** Pelz and Good (1976): K0 + K1/√n + K2/n + K3/n^1.5 in Jacobi-transformed form. */
function pelzGood(d: number, n: number): number {
  const z = Math.sqrt(n) * d;
  const [z2, z4, z6, p2] = [z * z, z ** 4, z ** 6, Math.PI ** 2];
  let [k0, k1, k2, k3] = [0, 0, 0, 0];
  for (let k = Math.ceil((16 * z) / Math.PI); k >= 1; k--) {
    const m2 = (2 * k - 1) ** 2;
    const q = Math.exp((-p2 * m2) / (8 * z2));
    k0 += q;
    k1 += q * (-z2 + (p2 / 4) * m2);
    k2 += q * (6 * z6 + 2 * z4 + ((2 * z4 - 5 * z2) * p2 * m2) / 4 + (p2 ** 2 * (1 - 2 * z2) * m2 ** 2) / 16);
    k3 += q * (-30 * z6 - 90 * z ** 8 + ((135 * z4 - 96 * z6) * p2 * m2) / 4 + ((-60 * z2 + 212 * z4) * p2 ** 2 * m2 ** 2) / 16 + (p2 ** 3 * (5 - 30 * z2) * m2 ** 3) / 64);
  }
  const root = Math.sqrt(2 * Math.PI);
  let [extra2, extra3] = [0, 0];
  for (let k = Math.ceil((16 * z) / Math.PI); k >= 1; k--) {
    const q = Math.exp((-p2 * k * k) / (2 * z2));
    extra2 += k * k * q;
    extra3 += (3 * z2 - p2 * k * k) * k * k * q;
  }
  const third = (root * k2) / (72 * z ** 7) - (p2 * root * extra2) / (36 * z ** 3);
  const fourth = (root * k3) / (6480 * z ** 10) + (p2 * root * extra3) / (216 * z6);
  return (root * k0) / z + (root * k1) / (6 * z4) / Math.sqrt(n) + third / n + fourth / n ** 1.5;
}
