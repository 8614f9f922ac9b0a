import type { z } from "zod";
import type { predictionHistogram } from "@/lib/console/predictions-contract";

export type Histogram = z.infer<typeof predictionHistogram.response>;
export type Bar = { atMs: number; endMs: number; phase1: number; phase2: number; partial: boolean; left: number; width: number; low: number; high: number };
export type HistogramView = { bars: Bar[]; phase1: number; phase2: number; highest: number };

/** Bars in a box of 1000 by 100: their place by time, their height by the tallest one. Phase 2 stands on phase 1. */
export function toHistogram({ bins, bucket_seconds }: Histogram): HistogramView {
  const stepMs = bucket_seconds * 1_000;
  const first = Date.parse(bins[0]?.at ?? "1970-01-01T00:00:00Z");
  const spanMs = Math.max(stepMs, Date.parse(bins.at(-1)?.at ?? "1970-01-01T00:00:00Z") + stepMs - first);
  const highest = Math.max(0, ...bins.map((bin) => bin.phase1 + bin.phase2));
  const scale = highest === 0 ? 0 : 100 / highest;
  const bars = bins.map(({ at, phase1, phase2, partial }) => {
    const atMs = Date.parse(at);
    return { atMs, endMs: atMs + stepMs, phase1, phase2, partial, left: ((atMs - first) / spanMs) * 1_000, width: (stepMs / spanMs) * 1_000, low: phase1 * scale, high: phase2 * scale };
  });
  return { bars, phase1: bins.reduce((sum, bin) => sum + bin.phase1, 0), phase2: bins.reduce((sum, bin) => sum + bin.phase2, 0), highest };
}
