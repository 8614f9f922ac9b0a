import { applyIsotonic, fitIsotonic } from "@/lib/stats/isotonic";
import { logLoss } from "@/lib/stats/log-loss";
import { applyPlatt, fitPlatt } from "@/lib/stats/platt";
import type { Calibration } from "@/lib/models/manifest";

const FOLDS = 5;
const LEAST_ROWS = 50;
const clip = (p: number): number => Math.min(0.999, Math.max(0.001, p));
const logit = (p: number): number => {
  const inside = Math.min(1 - 1e-12, Math.max(1e-12, p));
  return Math.log(inside / (1 - inside));
};

type Fitted = { calibration: Calibration; apply: (score: number) => number };
type Fit = (scores: readonly number[], labels: readonly number[]) => Fitted | null;

/**
 * Calibration map of raw scores on rows that training did not see: isotonic with 200 rows and 20 of each class, Platt below,
 * or where isotonic, being the freer of the two, does not help. Kept only if the five-fold log-loss improves; the folds are
 * whole days, because rows of a day resemble each other.
 */
export function fitCalibration(scores: readonly number[], labels: readonly number[], days: readonly string[]): { calibration: Calibration; note: string } {
  const identity = (note: string): { calibration: Calibration; note: string } => ({ calibration: { method: "identity" }, note });
  const positives = labels.reduce((sum, label) => sum + label, 0);
  if (labels.length < LEAST_ROWS) return identity(`insufficient_data: ${labels.length} rows`);
  if (positives === 0 || positives === labels.length) return identity("insufficient_data: one class only");
  const enough = labels.length >= 200 && Math.min(positives, labels.length - positives) >= 20;
  const candidates: [string, Fit][] = [...(enough ? [["isotonic", isotonicMap] satisfies [string, Fit]] : []), ["Platt", plattMap]];
  const before = logLoss(labels, scores)!;
  const tried: string[] = [`raw ${before.toFixed(4)}`];
  for (const [name, fit] of candidates) {
    const after = logLoss(labels, crossFitted(fit, scores, labels, days))!;
    tried.push(`${name} ${after.toFixed(4)}`);
    const whole = after < before ? fit(scores, labels) : null;
    if (whole) return { calibration: whole.calibration, note: `five-fold log-loss on ${labels.length} rows: ${tried.join(", ")}` };
  }
  return identity(`five-fold log-loss on ${labels.length} rows: ${tried.join(", ")}; none kept`);
}

/** Each row's probability by the map of the other folds. */
function crossFitted(fit: Fit, scores: readonly number[], labels: readonly number[], days: readonly string[]): number[] {
  const order = new Map([...new Set(days)].sort().map((day, at) => [day, at % FOLDS]));
  const fold = days.map((day) => order.get(day)!);
  const crossed = [...scores];
  for (let held = 0; held < FOLDS; held++) {
    const learn = fold.flatMap((each, row) => (each === held ? [] : [row]));
    const fitted = fit(learn.map((row) => scores[row]!), learn.map((row) => labels[row]!));
    if (fitted) for (let row = 0; row < scores.length; row++) if (fold[row] === held) crossed[row] = fitted.apply(scores[row]!);
  }
  return crossed;
}

function isotonicMap(scores: readonly number[], labels: readonly number[]): Fitted | null {
  const map = fitIsotonic(scores, labels);
  if (!map) return null;
  const clipped = { x: map.x, y: map.y.map(clip) };
  return { calibration: { method: "isotonic", ...clipped }, apply: (score) => applyIsotonic(clipped, score) };
}

function plattMap(scores: readonly number[], labels: readonly number[]): Fitted | null {
  const map = fitPlatt(labels, scores.map(logit));
  if (!map) return null;
  return { calibration: { method: "platt", a: -map.slope, b: -map.intercept }, apply: (score) => applyPlatt(map, logit(score)) };
}
