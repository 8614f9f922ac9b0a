import { addToSketch, emptySketch, mergeSketch, readSketch, sketchText, type LogSketch } from "@/lib/stats/log-sketch";

/** Sums of the decision log per bucket of time: once over everything (phase 0) and once per phase, model and fallback. */
export type RollupKey = { widthMinutes: number; bucketMinute: number; phase: 0 | 1 | 2; modelId: string; usedFallback: boolean };

/** One answer, as far as a rollup knows it. */
export type RolledDecision = { atMs: number; phase: 1 | 2; modelId: string; usedFallback: boolean; confidence: number | null; latencyMs: number };
/** What an outcome revision says of it; null before the first. */
export type RolledOutcome = { status: string; responseMinutes: number | null; wasOptimal: boolean | null };

export type RollupSums = {
  decisions: number;
  fallbacks: number;
  confidenceSum: number;
  confidenceCount: number;
  latencySumMs: number;
  latency: LogSketch;
  joined: number;
  censored: number;
  labelled: number;
  optimal: number;
  responseSum: number;
  responseCount: number;
  response: LogSketch;
};

export const widthsMinutes = [5, 60] as const;

export function emptySums(): RollupSums {
  return { decisions: 0, fallbacks: 0, confidenceSum: 0, confidenceCount: 0, latencySumMs: 0, latency: emptySketch(), joined: 0, censored: 0, labelled: 0, optimal: 0, responseSum: 0, responseCount: 0, response: emptySketch() };
}

/** Row of the table in the names of its columns; sketches as text. */
export type RollupNumbers = {
  decisions: number;
  fallbacks: number;
  confidence_sum: number;
  confidence_count: number;
  latency_sum_ms: number;
  latency_sketch: string;
  joined: number;
  censored: number;
  labelled: number;
  optimal: number;
  response_sum: number;
  response_count: number;
  response_sketch: string;
};

export function addNumbers(sums: RollupSums, row: RollupNumbers, latency = readSketch(row.latency_sketch), response = readSketch(row.response_sketch)): void {
  sums.decisions += row.decisions;
  sums.fallbacks += row.fallbacks;
  sums.confidenceSum += row.confidence_sum;
  sums.confidenceCount += row.confidence_count;
  sums.latencySumMs += row.latency_sum_ms;
  mergeSketch(sums.latency, latency);
  sums.joined += row.joined;
  sums.censored += row.censored;
  sums.labelled += row.labelled;
  sums.optimal += row.optimal;
  sums.responseSum += row.response_sum;
  sums.responseCount += row.response_count;
  mergeSketch(sums.response, response);
}

export function toNumbers(sums: RollupSums): RollupNumbers {
  return {
    decisions: sums.decisions,
    fallbacks: sums.fallbacks,
    confidence_sum: sums.confidenceSum,
    confidence_count: sums.confidenceCount,
    latency_sum_ms: sums.latencySumMs,
    latency_sketch: sketchText(sums.latency),
    joined: sums.joined,
    censored: sums.censored,
    labelled: sums.labelled,
    optimal: sums.optimal,
    response_sum: sums.responseSum,
    response_count: sums.responseCount,
    response_sketch: sketchText(sums.response),
  };
}

/** Collects what a batch of rows adds, per touched bucket. */
export class RollupBatch {
  readonly buckets = new Map<string, { key: RollupKey; sums: RollupSums }>();

  decision(row: RolledDecision): void {
    for (const sums of this.of(row)) {
      sums.decisions++;
      if (row.usedFallback) sums.fallbacks++;
      if (row.confidence !== null) {
        sums.confidenceSum += row.confidence;
        sums.confidenceCount++;
      }
      sums.latencySumMs += row.latencyMs;
      addToSketch(sums.latency, row.latencyMs);
    }
  }

  /** The new revision takes the place of the one before it. */
  outcome(row: Omit<RolledDecision, "confidence" | "latencyMs">, before: RolledOutcome | null, now: RolledOutcome): void {
    for (const sums of this.of(row)) {
      if (before) count(sums, before, -1);
      count(sums, now, 1);
    }
  }

  private *of({ atMs, phase, modelId, usedFallback }: Omit<RolledDecision, "confidence" | "latencyMs">): Generator<RollupSums> {
    for (const widthMinutes of widthsMinutes) {
      const bucketMinute = Math.floor(atMs / 60_000 / widthMinutes) * widthMinutes;
      yield this.bucket({ widthMinutes, bucketMinute, phase: 0, modelId: "", usedFallback: false });
      yield this.bucket({ widthMinutes, bucketMinute, phase, modelId, usedFallback });
    }
  }

  private bucket(key: RollupKey): RollupSums {
    const name = `${key.widthMinutes}|${key.bucketMinute}|${key.phase}|${key.modelId}|${key.usedFallback ? 1 : 0}`;
    let found = this.buckets.get(name);
    if (!found) this.buckets.set(name, (found = { key, sums: emptySums() }));
    return found.sums;
  }
}

function count(sums: RollupSums, { status, responseMinutes, wasOptimal }: RolledOutcome, sign: 1 | -1): void {
  if (status === "censored") sums.censored += sign;
  if (status !== "joined") return;
  sums.joined += sign;
  if (wasOptimal !== null) {
    sums.labelled += sign;
    if (wasOptimal) sums.optimal += sign;
  }
  if (responseMinutes !== null) {
    sums.responseSum += sign * responseMinutes;
    sums.responseCount += sign;
    addToSketch(sums.response, responseMinutes, sign);
  }
}
