import { expect, it } from "vitest";
import type { Overview, TimelinePoint } from "@/lib/console/contract";
import { toTimeline } from "./to-timeline";

const point = (at: string, decisions: number, fallback: number | null): TimelinePoint => ({ at, decisions, fallback_share: fallback, confidence_mean: null, latency_p95_ms: null, partial: false });
const data = (timeline: TimelinePoint[]) => ({ bucket_seconds: 300, timeline, marks: [], decisions: 30 }) as unknown as Overview;

it("breaks the line where a bucket is missing", () => {
  const { rows } = toTimeline(data([point("2026-01-01T00:00:00Z", 10, 0), point("2026-01-01T00:05:00Z", 10, 0), point("2026-01-01T00:20:00Z", 10, 0.3)]));
  expect(rows.map((row) => row.fallback)).toEqual([0, 0, null, null, 0.3]);
  // Nothing was decided up to the end of the gap, not ever more towards it.
  expect(rows.map((row) => row.decisions).slice(2, 4)).toEqual([0, 0]);
  expect(rows.map((row) => row.atMs)).toEqual(rows.map((row) => row.atMs).toSorted((a, b) => a - b));
});

it("sums up shares by their decisions, and says nothing where nothing is known", () => {
  const timeline = toTimeline(data([point("2026-01-01T00:00:00Z", 30, 0), point("2026-01-01T00:05:00Z", 10, 0.4)]));
  expect(timeline.fallback).toBeCloseTo(0.1);
  expect(timeline.confidence).toBeNull();
});
