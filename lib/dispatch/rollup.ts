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

/** From fine to coarse, each a multiple of the one before. */
export const widthsMinutes = [5, 60, 360, 1_440] as const;

export function emptySums(latency = emptySketch(), response = emptySketch()): RollupSums {
  return { decisions: 0, fallbacks: 0, confidenceSum: 0, confidenceCount: 0, latencySumMs: 0, latency, joined: 0, censored: 0, labelled: 0, optimal: 0, responseSum: 0, responseCount: 0, response };
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

type Belongs = { atMs: number; phase: 1 | 2; modelId: string; usedFallback: boolean };
type Bucket = { key: RollupKey; sums: RollupSums };

/** Collects what a batch of rows adds. Each row is added once, to its finest bucket; `buckets` sums those up. */
export class RollupBatch {
  private readonly finest = new Map<string, Bucket>();
  private last: Bucket | undefined;

  decision(row: RolledDecision): void {
    const sums = this.of(row);
    sums.decisions++;
    if (row.usedFallback) sums.fallbacks++;
    if (row.confidence !== null) {
      sums.confidenceSum += row.confidence;
      sums.confidenceCount++;
    }
    sums.latencySumMs += row.latencyMs;
    addToSketch(sums.latency, row.latencyMs);
  }

  /** The new revision takes the place of the one before it. */
  outcome(row: Belongs, before: RolledOutcome | null, now: RolledOutcome): void {
    const sums = this.of(row);
    if (before) count(sums, before, -1);
    count(sums, now, 1);
  }

  /** Every touched bucket of each width, with and without the distinction by phase, model and fallback. */
  get buckets(): Map<string, Bucket> {
    const buckets = new Map<string, Bucket>();
    for (const { key, sums } of this.finest.values()) {
      for (const widthMinutes of widthsMinutes) {
        const bucketMinute = Math.floor(key.bucketMinute / widthMinutes) * widthMinutes;
        merge(buckets, { ...key, widthMinutes, bucketMinute }, sums);
        merge(buckets, { widthMinutes, bucketMinute, phase: 0, modelId: "", usedFallback: false }, sums);
      }
    }
    return buckets;
  }

  private of({ atMs, phase, modelId, usedFallback }: Belongs): RollupSums {
    const widthMinutes = widthsMinutes[0];
    const bucketMinute = Math.floor(atMs / 60_000 / widthMinutes) * widthMinutes;
    // Rows of the log come in order of time, mostly from one model: the bucket is nearly always that of the row before.
    const last = this.last?.key;
    if (last?.bucketMinute === bucketMinute && last.phase === phase && last.modelId === modelId && last.usedFallback === usedFallback) return this.last!.sums;
    const key: RollupKey = { widthMinutes, bucketMinute, phase, modelId, usedFallback };
    const name = nameOf(key);
    let found = this.finest.get(name);
    if (!found) this.finest.set(name, (found = { key, sums: emptySums() }));
    this.last = found;
    return found.sums;
  }
}

function nameOf({ widthMinutes, bucketMinute, phase, modelId, usedFallback }: RollupKey): string {
  return `${widthMinutes}|${bucketMinute}|${phase}|${modelId}|${usedFallback ? 1 : 0}`;
}

function merge(buckets: Map<string, Bucket>, key: RollupKey, from: RollupSums): void {
  const name = nameOf(key);
  let found = buckets.get(name);
  if (!found) buckets.set(name, (found = { key, sums: emptySums() }));
  const { sums } = found;
  sums.decisions += from.decisions;
  sums.fallbacks += from.fallbacks;
  sums.confidenceSum += from.confidenceSum;
  sums.confidenceCount += from.confidenceCount;
  sums.latencySumMs += from.latencySumMs;
  sums.joined += from.joined;
  sums.censored += from.censored;
  sums.labelled += from.labelled;
  sums.optimal += from.optimal;
  sums.responseSum += from.responseSum;
  sums.responseCount += from.responseCount;
  for (let i = 0; i < from.latency.length; i++) {
    sums.latency[i]! += from.latency[i]!;
    sums.response[i]! += from.response[i]!;
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
