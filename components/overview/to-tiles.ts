import type { Overview, TileName } from "@/lib/console/contract";

export type Tone = "normal" | "over" | "unknown";
export type TileView = {
  name: TileName;
  value: number | null;
  samples: number;
  limit: number | null;
  tone: Tone;
  /** Against the period before: null when there is nothing to compare. */
  change: { direction: "more" | "less" | "same"; by: number } | null;
  line: readonly (number | null)[];
};

const order: readonly TileName[] = ["decisions_per_minute", "fallback_share", "confidence_mean", "latency_p95_ms", "response_p90_minutes"];
/** Above the limit is bad, except for confidence. */
const lowIsBad: ReadonlySet<TileName> = new Set(["confidence_mean"]);
/** A change below this part of the earlier value reads "same as before". */
const SAME = 0.02;

export function toTiles({ tiles }: Overview): TileView[] {
  return order.map((name) => {
    const { value, samples, limit, previous, line } = tiles[name];
    return { name, value, samples, limit, tone: tone(name, value, limit), change: change(value, previous), line };
  });
}

function tone(name: TileName, value: number | null, limit: number | null): Tone {
  if (value === null) return "unknown";
  if (limit === null) return "normal";
  return (lowIsBad.has(name) ? value < limit : value > limit) ? "over" : "normal";
}

function change(value: number | null, previous: number | null): TileView["change"] {
  if (value === null || previous === null) return null;
  const by = value - previous;
  if (Math.abs(by) <= Math.abs(previous) * SAME) return { direction: "same", by: 0 };
  return { direction: by > 0 ? "more" : "less", by: Math.abs(by) };
}
