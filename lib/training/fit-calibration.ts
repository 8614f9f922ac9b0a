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

/**
 * Calibration map of raw scores on rows that training did not see: isotonic with 200 rows and 20 of each class, Platt below.
 * Kept only if the five-fold log-loss improves; the folds are whole days, because rows of a day resemble each other.
 */
export function fitCalibration(scores: readonly number[], labels: readonly number[], days: readonly string[]): { calibration: Calibration; note: string } {
  const identity = (note: string): { calibration: Calibration; note: string } => ({ calibration: { method: "identity" }, note });
  const positives = labels.reduce((sum, label) => sum + label, 0);
  if (labels.length < LEAST_ROWS) return identity(`insufficient_data: ${labels.length} rows`);
  if (positives === 0 || positives === labels.length) return identity("insufficient_data: one class only");
  const isotonic = labels.length >= 200 && Math.min(positives, labels.length - positives) >= 20;
  const fit = isotonic ? isotonicMap : plattMap;
  const order = new Map([...new Set(days)].sort().map((day, at) => [day, at % FOLDS]));
  const fold = days.map((day) => order.get(day)!);
  const crossed = new Float64Array(scores.length);
  for (let held = 0; held < FOLDS; held++) {
    const learn = fold.flatMap((each, row) => (each === held ? [] : [row]));
    const fitted = fit(learn.map((row) => scores[row]!), learn.map((row) => labels[row]!));
    for (let row = 0; row < scores.length; row++) if (fold[row] === held) crossed[row] = fitted ? fitted.apply(scores[row]!) : scores[row]!;
  }
  const before = logLoss(labels, scores)!;
  const after = logLoss(labels, [...crossed])!;
  const words = `five-fold log-loss ${before.toFixed(4)} raw, ${after.toFixed(4)} with ${isotonic ? "isotonic" : "Platt"}, ${labels.length} rows`;
  const whole = after < before ? fit(scores, labels) : null;
  return whole ? { calibration: whole.calibration, note: words } : identity(`${words}: not kept`);
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
