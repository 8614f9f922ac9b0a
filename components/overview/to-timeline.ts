import type { Overview } from "@/lib/console/contract";

export type TimelineRow = { atMs: number; decisions: number; fallback: number | null; confidence: number | null; latency: number | null; partial: boolean };
export type Timeline = { stepMs: number; rows: TimelineRow[]; decisions: number; fallback: number | null; confidence: number | null; marks: { atMs: number; kind: string; subject: string }[] };

/** Rows for the lines; a missing bucket is a row without values, so that its line breaks there. */
export function toTimeline(data: Overview): Timeline {
  const stepMs = data.bucket_seconds * 1_000;
  const rows: TimelineRow[] = [];
  for (const point of data.timeline) {
    const atMs = Date.parse(point.at);
    const last = rows.at(-1);
    if (last && atMs - last.atMs > stepMs * 1.5) {
      // From the first to the last bucket without decisions: their count is 0, not a slope towards the next.
      for (const gapMs of new Set([last.atMs + stepMs, atMs - stepMs])) rows.push({ atMs: gapMs, decisions: 0, fallback: null, confidence: null, latency: null, partial: false });
    }
    rows.push({ atMs, decisions: point.decisions, fallback: point.fallback_share, confidence: point.confidence_mean, latency: point.latency_p95_ms, partial: point.partial });
  }
  const mean = (of: (row: TimelineRow) => number | null): number | null => {
    const known = rows.filter((row) => of(row) !== null && row.decisions > 0);
    const weight = known.reduce((sum, row) => sum + row.decisions, 0);
    return weight === 0 ? null : known.reduce((sum, row) => sum + of(row)! * row.decisions, 0) / weight;
  };
  return { stepMs, rows, decisions: data.decisions, fallback: mean((row) => row.fallback), confidence: mean((row) => row.confidence), marks: data.marks.map((mark) => ({ atMs: Date.parse(mark.at), kind: mark.kind, subject: mark.subject })) };
}
