/**
 * Randomisation e-process: under "the arm makes no difference" the arm is a coin of known bias w whatever the outcome
 * is, so bet on the arm after seeing the outcome (Grünwald et al., 2024; Duan, Ramdas, Wasserman, 2022).
 * E = mean over the grid of d of the products of the factors; E >= 1/α at any time rejects with error at most α.
 */
export const BINARY_EFFECTS: readonly number[] = [-1.6, -0.8, -0.4, -0.2, -0.1, -0.05, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6];
export const POSITIVE_EFFECTS: readonly number[] = [-0.8, -0.4, -0.2, -0.1, -0.05, -0.02, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8];

/** exp(−(1 − w) d) and exp(w d) of every effect: they change only with w. */
export type BinaryTable = { share: number; treated: Float64Array; control: Float64Array };

/** Remembers the last share: within a period it is the same for every decision. */
let lastTable: BinaryTable | null = null;

export function binaryTable(share: number): BinaryTable {
  assertCoin(share);
  if (lastTable?.share === share) return lastTable;
  return (lastTable = {
    share,
    treated: Float64Array.from(BINARY_EFFECTS, (d) => Math.exp(-(1 - share) * d)),
    control: Float64Array.from(BINARY_EFFECTS, (d) => Math.exp(share * d)),
  });
}

/**
 * The factor of each effect for one 0/1 outcome, written to `out`. `odds` is (failures before + 1) / (successes before + 1).
 * With r = odds, a = exp(−(1−w)d), c = exp(wd): pT = 1/(1+ra), pC = 1/(1+rc), and the factor needs one division.
 */
export function binaryFactors(out: Float64Array, table: BinaryTable, treated: boolean, success: boolean, odds: number): void {
  const w = table.share;
  for (let k = 0; k < out.length; k++) {
    const a = table.treated[k]!;
    const c = table.control[k]!;
    let fT = 1 + odds * c;
    let fC = 1 + odds * a;
    if (!success) {
      fT *= a;
      fC *= c;
    }
    out[k] = (treated ? fT : fC) / (w * fT + (1 - w) * fC);
  }
}

/** Factors of a normal score s: q = 1/(1 + exp(−(ln(w/(1−w)) + d s))); q/w for arm 2 and (1−q)/(1−w) for arm 1. */
export function scoreFactors(out: Float64Array, effects: readonly number[], share: number, treated: boolean, score: number): void {
  assertCoin(share);
  for (let k = 0; k < out.length; k++) {
    const tilt = Math.exp(effects[k]! * score);
    // q/w = tilt / (w tilt + 1 − w) and (1−q)/(1−w) = 1 / (w tilt + 1 − w).
    out[k] = (treated ? tilt : 1) / (share * tilt + 1 - share);
  }
}

/** ln of the mean of exp(lnE[from..to)), by log-sum-exp. */
export function logMeanExp(lnE: ArrayLike<number>, from = 0, to = lnE.length): number {
  let largest = -Infinity;
  for (let k = from; k < to; k++) largest = Math.max(largest, lnE[k]!);
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let k = from; k < to; k++) sum += Math.exp(lnE[k]! - largest);
  return largest + Math.log(sum / (to - from));
}

/** ln E of the 0/1 process after each observation; the running form lives with its owner. */
export function binaryEvidencePath(rows: readonly { share: number; arm: 1 | 2; success: boolean }[]): number[] {
  const lnE = new Float64Array(BINARY_EFFECTS.length);
  const factors = new Float64Array(BINARY_EFFECTS.length);
  let [successes, n] = [0, 0];
  return rows.map(({ share, arm, success }) => {
    binaryFactors(factors, binaryTable(share), arm === 2, success, (n - successes + 1) / (successes + 1));
    for (let k = 0; k < lnE.length; k++) lnE[k] = lnE[k]! + Math.log(factors[k]!);
    n += 1;
    if (success) successes += 1;
    return logMeanExp(lnE);
  });
}

function assertCoin(share: number): void {
  if (!(share > 0 && share < 1)) throw new RangeError("the bet needs a share strictly between 0 and 1");
}
