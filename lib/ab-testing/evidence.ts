import { normalQuantile } from "@/lib/stats/normal";
import { BINARY_EFFECTS, binaryFactors, binaryTable, logMeanExp, POSITIVE_EFFECTS, scoreFactors } from "@/lib/stats/randomisation-e-process";
import { addToHistogram, binOf, emptyHistogram, midRankShare, type LogHistogram } from "./log-histogram";
import type { Phase } from "./turn-phase";

const EFFECTS = 12;
/** Both grids run from the negative effects to the positive ones. */
const HALF = EFFECTS / 2;

/** Running evidence that the phase makes a difference to one metric: 12 numbers, counts, and ranks for positive metrics. */
export type Evidence = {
  kind: "binary" | "positive";
  lnE: number[];
  n: number;
  successes: number;
  /** Largest two-sided ln E so far: E >= 1/alpha at any time rejects, so the peak is what decides. */
  peak: number;
  /** Largest one-sided ln E so far that arm 2 has the smaller, and the larger, outcome. */
  peakLower: number;
  peakHigher: number;
  ranks: LogHistogram | null;
  /** First known member of each open pair (balanced blocks); null: its outcome was missing when its hour closed. */
  openPairs: Record<string, { arm: Phase; y: number | null }>;
};

export function noEvidence(kind: "binary" | "positive"): Evidence {
  return { kind, lnE: new Array<number>(EFFECTS).fill(0), n: 0, successes: 0, peak: 0, peakLower: 0, peakHigher: 0, ranks: kind === "positive" ? emptyHistogram() : null, openPairs: {} };
}

/** One outcome of a decision made as a coin of known share, in place. Order matters: closed hours, by decidedAt. */
export function addToEvidence(evidence: Evidence, share: number, arm: Phase, y: number): void {
  if (evidence.ranks) addScore(evidence, share, arm, scoreOfRank(evidence.ranks, y));
  else addSuccess(evidence, share, arm, y === 1);
}

/**
 * One member of a pair in drawn order (balanced blocks). With both outcomes known, which of the two got arm 2 is a fair
 * coin: bet on it with the sign of the difference, for positive metrics with the rank of its size too. A missing partner
 * closes the pair without a bet.
 */
export function addPairMember(evidence: Evidence, pair: number, arm: Phase, y: number | null): void {
  const key = String(pair);
  const other = evidence.openPairs[key];
  if (other === undefined) {
    evidence.openPairs[key] = { arm, y };
    return;
  }
  evidence.openPairs = Object.fromEntries(Object.entries(evidence.openPairs).filter(([open]) => open !== key));
  if (other.y === null || y === null) return;
  const difference = y - other.y;
  const size = evidence.ranks ? sizeScore(evidence.ranks, Math.abs(difference)) : 1;
  addScore(evidence, 0.5, arm, Math.sign(difference) * size);
}

/** ln E now, not its peak, that arm 2 has the smaller or the larger outcome: it falls again when the difference goes. */
export function lnOneSided({ lnE }: Evidence, side: "lower" | "higher"): number {
  return side === "lower" ? logMeanExp(lnE, 0, HALF) : logMeanExp(lnE, HALF);
}

export function lnEvidence({ lnE }: Evidence): number {
  return logMeanExp(lnE);
}

function addSuccess(evidence: Evidence, share: number, arm: Phase, success: boolean): void {
  const odds = (evidence.n - evidence.successes + 1) / (evidence.successes + 1);
  const factors = new Float64Array(EFFECTS);
  binaryFactors(factors, binaryTable(share), arm === 2, success, odds);
  if (success) evidence.successes += 1;
  multiply(evidence, factors);
}

function addScore(evidence: Evidence, share: number, arm: Phase, score: number): void {
  const factors = new Float64Array(EFFECTS);
  scoreFactors(factors, evidence.kind === "binary" ? BINARY_EFFECTS : POSITIVE_EFFECTS, share, arm === 2, score);
  multiply(evidence, factors);
}

function multiply(evidence: Evidence, factors: Float64Array): void {
  for (let k = 0; k < EFFECTS; k++) evidence.lnE[k] = evidence.lnE[k]! + Math.log(factors[k]!);
  evidence.n += 1;
  const lower = logMeanExp(evidence.lnE, 0, HALF);
  const higher = logMeanExp(evidence.lnE, HALF);
  const larger = Math.max(lower, higher);
  const twoSided = larger + Math.log((1 + Math.exp(Math.min(lower, higher) - larger)) / 2);
  evidence.peak = Math.max(evidence.peak, twoSided);
  evidence.peakLower = Math.max(evidence.peakLower, lower);
  evidence.peakHigher = Math.max(evidence.peakHigher, higher);
}

/** Normal quantile of the mid-rank among all earlier values and itself; the first value scores 0. */
function scoreOfRank(ranks: LogHistogram, y: number): number {
  const bin = binOf(y);
  const score = normalQuantile(midRankShare(ranks, bin));
  addToHistogram(ranks, bin);
  return score;
}

/** Half-normal quantile of the rank of a size: 0 for no difference. */
function sizeScore(ranks: LogHistogram, size: number): number {
  if (size === 0) return 0;
  const bin = binOf(size);
  const score = normalQuantile(0.5 + midRankShare(ranks, bin) / 2);
  addToHistogram(ranks, bin);
  return score;
}
