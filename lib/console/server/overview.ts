import { emptySums, addNumbers, type RollupSums } from "@/lib/dispatch/rollup";
import { Problem } from "@/lib/http/problem";
import { services } from "@/lib/services";
import { readSketch, sketchQuantile } from "@/lib/stats/log-sketch";
import type { z } from "zod";
import { bucketsOf, type Buckets } from "../buckets";
import type { overview as contract, Overview, Tile, TileName } from "../contract";
import * as store from "./store";

const MINUTE_MS = 60_000;
const LONGEST_MS = 400 * 1_440 * MINUTE_MS;
const LINE_POINTS = 24;
const MOST_BUCKETS = 300;
const MOST_MARKS = 100;
/** Where a figure is coloured; null has no limit of its own. */
const limits: Record<TileName, number | null> = { decisions_per_minute: null, fallback_share: 0.05, confidence_mean: 0.75, latency_p95_ms: 100, response_p90_minutes: null };
/** Change events that the timeline marks. */
const markKinds: Record<string, Overview["marks"][number]["kind"]> = { models: "model", settings: "config", config: "config", experiment: "config", alert: "alert", incident: "incident" };

/** A part of the period with what was rolled up in it. */
type Part = { fromMinute: number; minutes: number; sums: RollupSums };

export function readPeriod({ from, to }: { from: string; to: string }): { fromMs: number; toMs: number } {
  const fromMs = Date.parse(from);
  const toMs = Date.parse(to);
  if (toMs > fromMs && toMs - fromMs <= LONGEST_MS) return { fromMs, toMs };
  throw new Problem("invalid-request", "from, to: a period ends after it begins and has at most 400 days", { fields: [{ part: "query", field: "to", message: toMs > fromMs ? "more than 400 days after from" : "not after from" }] });
}

export async function overview({ query, now }: { query: z.output<typeof contract.query>; now: Date }): Promise<Overview> {
  const { fromMs, toMs } = readPeriod(query);
  const buckets = bucketsOf(fromMs, toMs, MOST_BUCKETS);
  const { widthMinutes, fromMinute, toMinute, stepMinutes, firstMinute } = buckets;
  const length = toMinute - fromMinute;
  const nowMinute = now.getTime() / MINUTE_MS;
  const [rows, before, lastDecisionAt, events] = await Promise.all([
    store.rollupTotals(widthMinutes, fromMinute, toMinute),
    store.rollupTotals(widthMinutes, fromMinute - length, fromMinute),
    store.lastDecisionAt(),
    store.changeEvents(Object.keys(markKinds), new Date(fromMs), new Date(toMs), MOST_MARKS),
  ]);
  /** Minutes of [from, from + width) that have passed: a running bucket is not yet a whole one. */
  const passed = (from: number, width: number): number => Math.min(width, Math.max(0, nowMinute - from));
  const part = (from: number, width: number): Part => ({ fromMinute: from, minutes: passed(from, width), sums: emptySums() });

  const whole = part(fromMinute, length);
  const previous = part(fromMinute - length, length);
  const points = Math.min(LINE_POINTS, length / widthMinutes);
  const line = Array.from({ length: points }, (_, i) => part(fromMinute + (i * length) / points, length / points));
  const steps = Array.from({ length: Math.ceil((toMinute - firstMinute) / stepMinutes) }, (_, i) => part(firstMinute + i * stepMinutes, stepMinutes)).filter((each) => each.fromMinute <= nowMinute);
  for (const row of rows) {
    const latency = readSketch(row.latency_sketch);
    const response = readSketch(row.response_sketch);
    const at = line[Math.floor(((row.bucketMinute - fromMinute) * points) / length)];
    const step = steps[Math.floor((row.bucketMinute - firstMinute) / stepMinutes)];
    for (const each of [whole, at, step]) if (each) addNumbers(each.sums, row, latency, response);
  }
  for (const row of before) addNumbers(previous.sums, row);

  const { log, models } = services();
  return {
    computed_at: now.toISOString(),
    ...borders(buckets),
    bucket_seconds: stepMinutes * 60,
    champion: models.champion?.id ?? null,
    database: log.state.away ? "away" : "up",
    spooled_rows: log.state.spoolGroups, // groups: each holds at least one row
    last_decision_at: lastDecisionAt?.toISOString() ?? null,
    decisions: whole.sums.decisions,
    tiles: Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, toTile(name as TileName, figure, whole, previous, line, nowMinute)])) as Record<TileName, Tile>,
    timeline: steps.map((each) => ({
      at: instant(each.fromMinute),
      decisions: each.sums.decisions,
      fallback_share: figures.fallback_share.of(each),
      confidence_mean: figures.confidence_mean.of(each),
      latency_p95_ms: figures.latency_p95_ms.of(each),
      partial: each.minutes < stepMinutes,
    })),
    marks: events.reverse().map((event) => ({ at: event.createdAt.toISOString(), kind: markKinds[event.kind]!, subject: event.subject, by: null })),
  };
}

const instant = (minute: number): string => new Date(minute * MINUTE_MS).toISOString();
const borders = ({ fromMinute, toMinute }: Buckets): { from: string; to: string } => ({ from: instant(fromMinute), to: instant(toMinute) });
const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

type Figure = { of: (part: Part) => number | null; samples: (sums: RollupSums) => number };
const figures: Record<TileName, Figure> = {
  decisions_per_minute: { of: ({ sums, minutes }) => share(sums.decisions, minutes), samples: (sums) => sums.decisions },
  fallback_share: { of: ({ sums }) => share(sums.fallbacks, sums.decisions), samples: (sums) => sums.decisions },
  confidence_mean: { of: ({ sums }) => share(sums.confidenceSum, sums.confidenceCount), samples: (sums) => sums.confidenceCount },
  latency_p95_ms: { of: ({ sums }) => sketchQuantile(sums.latency, 0.95), samples: (sums) => sums.decisions },
  response_p90_minutes: { of: ({ sums }) => sketchQuantile(sums.response, 0.9), samples: (sums) => sums.responseCount },
};

function toTile(name: TileName, figure: Figure, whole: Part, previous: Part, line: readonly Part[], nowMinute: number): Tile {
  return {
    value: figure.of(whole),
    samples: figure.samples(whole.sums),
    limit: limits[name],
    previous: previous.sums.decisions === 0 ? null : figure.of(previous),
    line: line.map((each) => (each.fromMinute > nowMinute ? null : figure.of(each))),
  };
}
