/**
 * Augmented inverse-probability estimate of (arm 2 − arm 1) under changing shares (Robins, Rotnitzky, Zhao, 1994):
 *
 *     ψ = m₁ − m₀ + 1[arm=2](y − m₁)/w − 1[arm=1](y − m₀)/(1−w)
 *
 * m₁, m₀ are the means of the stratum before this decision, shrunk with 5 pseudo-observations to the stratum's overall
 * mean; an empty stratum takes the global mean, then 0.5. Any prediction made beforehand leaves the estimate unbiased.
 */
export type Stratum = { n1: number; sum1: number; n2: number; sum2: number };

export type Aipw = {
  strata: Record<string, Stratum>;
  n: number;
  /** Of all outcomes so far. */
  total: number;
  psiMean: number;
  psiM2: number;
};

const PSEUDO_OBSERVATIONS = 5;

export const noAipw = (): Aipw => ({ strata: {}, n: 0, total: 0, psiMean: 0, psiM2: 0 });

/** Adds one outcome in place: the state is per decision O(1) and has one owner. Needs 0 < share < 1. */
export function addToAipw(state: Aipw, stratumKey: string, share: number, arm: 1 | 2, y: number): void {
  if (!(share > 0 && share < 1)) throw new RangeError("a share of 0 or 1 carries no comparison");
  const stratum = (state.strata[stratumKey] ??= { n1: 0, sum1: 0, n2: 0, sum2: 0 });
  const inStratum = stratum.n1 + stratum.n2;
  const overall = inStratum > 0 ? (stratum.sum1 + stratum.sum2) / inStratum : state.n > 0 ? state.total / state.n : 0.5;
  const m0 = (stratum.sum1 + PSEUDO_OBSERVATIONS * overall) / (stratum.n1 + PSEUDO_OBSERVATIONS);
  const m1 = (stratum.sum2 + PSEUDO_OBSERVATIONS * overall) / (stratum.n2 + PSEUDO_OBSERVATIONS);
  const psi = m1 - m0 + (arm === 2 ? (y - m1) / share : -(y - m0) / (1 - share));
  if (arm === 2) {
    stratum.n2 += 1;
    stratum.sum2 += y;
  } else {
    stratum.n1 += 1;
    stratum.sum1 += y;
  }
  state.n += 1;
  state.total += y;
  const delta = psi - state.psiMean;
  state.psiMean += delta / state.n;
  state.psiM2 += delta * (psi - state.psiMean);
}

/** Estimate and standard deviation of one ψ (divisor n: mean of squares less square of mean). Null without outcomes. */
export function aipwEstimate(state: Aipw): { estimate: number; sd: number; n: number } | null {
  return state.n === 0 ? null : { estimate: state.psiMean, sd: Math.sqrt(Math.max(0, state.psiM2) / state.n), n: state.n };
}
