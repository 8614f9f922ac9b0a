import { emptySums, addNumbers, type RollupSums } from "@/lib/dispatch/rollup";
import { Problem } from "@/lib/http/problem";
import { services } from "@/lib/services";
import { emptySketch, readSketch, sketchQuantile } from "@/lib/stats/log-sketch";
import type { z } from "zod";
import { bucketsOf, runsOf } from "../buckets";
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
  const { widthMinutes, fromMinute, toMinute, stepMinutes, firstMinute } = bucketsOf(fromMs, toMs, MOST_BUCKETS);
  const length = toMinute - fromMinute;
  const nowMinute = now.getTime() / MINUTE_MS;
  const [rows, before, lastDecisionAt, events] = await Promise.all([
    store.rollupTotals(runsOf(fromMinute, toMinute, widthMinutes)),
    store.rollupTotals(runsOf(fromMinute - length, fromMinute)),
    store.lastDecisionAt(),
    store.changeEvents(Object.keys(markKinds), new Date(fromMs), new Date(toMs), MOST_MARKS),
  ]);
  /** Minutes of [from, to) that have passed: a running bucket is not yet a whole one. */
  const passed = (from: number, to: number): number => Math.min(to - from, Math.max(0, nowMinute - from));
  const part = (from: number, to: number): Part => ({ fromMinute: from, minutes: passed(from, to), sums: emptySums() });

  const whole = part(fromMinute, toMinute);
  const previous = part(fromMinute - length, fromMinute);
  const points = Math.min(LINE_POINTS, Math.ceil(length / widthMinutes));
  /** Between rows: a wide one is not cut. */
  const borders = Array.from({ length: points + 1 }, (_, i) => (i === 0 ? fromMinute : i === points ? toMinute : Math.floor((fromMinute + (i * length) / points) / widthMinutes) * widthMinutes));
  const line = borders.slice(0, -1).map((from, i) => part(from, borders[i + 1]!));
  const pointAt = (minute: number): Part => {
    const i = Math.floor(((minute - fromMinute) * points) / length);
    return line[minute >= borders[i + 1]! ? i + 1 : i]!;
  };
  const steps = Array.from({ length: Math.ceil((toMinute - firstMinute) / stepMinutes) }, (_, i) => firstMinute + i * stepMinutes)
    .filter((from) => from <= nowMinute)
    .map((from) => ({ fromMinute: from, minutes: passed(Math.max(from, fromMinute), Math.min(from + stepMinutes, toMinute)), rows: [] as { row: store.Rolled; latency: number[] }[] }));
  for (const row of rows) {
    const latency = readSketch(row.latency_sketch);
    const response = readSketch(row.response_sketch);
    for (const each of [whole, pointAt(row.bucketMinute)]) addNumbers(each.sums, row, latency, response);
    steps[Math.floor((row.bucketMinute - firstMinute) / stepMinutes)]?.rows.push({ row, latency });
  }
  for (const row of before) addNumbers(previous.sums, row);

  const latencies = emptySketch(); // one for all points: there are hundreds, and each is used up before the next
  const toPoint = ({ fromMinute: from, minutes, rows: within }: (typeof steps)[number]): Overview["timeline"][number] => {
    const sums = emptySums(latencies.fill(0), none);
    for (const { row, latency } of within) addNumbers(sums, row, latency, []);
    const each = { fromMinute: from, minutes, sums };
    return {
      at: instant(from),
      decisions: sums.decisions,
      fallback_share: figures.fallback_share.of(each),
      confidence_mean: figures.confidence_mean.of(each),
      latency_p95_ms: figures.latency_p95_ms.of(each),
      partial: minutes < stepMinutes,
    };
  };

  const { log, models } = services();
  return {
    computed_at: now.toISOString(),
    from: instant(fromMinute),
    to: instant(toMinute),
    bucket_seconds: stepMinutes * 60,
    champion: models.champion?.id ?? null,
    database: log.state.away ? "away" : "up",
    spooled_rows: log.state.spoolGroups, // groups: each holds at least one row
    last_decision_at: lastDecisionAt?.toISOString() ?? null,
    decisions: whole.sums.decisions,
    tiles: Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, toTile(name as TileName, figure, whole, previous, line, nowMinute)])) as Record<TileName, Tile>,
    timeline: steps.map(toPoint),
    marks: events.reverse().map((event) => ({ at: event.createdAt.toISOString(), kind: markKinds[event.kind]!, subject: event.subject, by: null })),
  };
}

const none = emptySketch();
const instant = (minute: number): string => new Date(minute * MINUTE_MS).toISOString();
const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

type Figure = { of: (part: Part) => number | null; samples: (sums: RollupSums) => number };
const figures: Record<TileName, Figure> = {
  decisions_per_minute: { of: ({ sums, minutes }) => share(sums.decisions, minutes), samples: (sums) => sums.decisions },
  fallback_share: { of: ({ sums }) => share(sums.fallbacks, sums.decisions), samples: (sums) => sums.decisions },
  confidence_mean: { of: ({ sums }) => share(sums.confidenceSum, sums.confidenceCount), samples: (sums) => sums.confidenceCount },
  latency_p95_ms: { of: ({ sums }) => sketchQuantile(sums.latency, 0.95, sums.decisions), samples: (sums) => sums.decisions },
  response_p90_minutes: { of: ({ sums }) => sketchQuantile(sums.response, 0.9, sums.responseCount), samples: (sums) => sums.responseCount },
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
