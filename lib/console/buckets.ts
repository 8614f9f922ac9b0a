import { widthsMinutes } from "../dispatch/rollup";

/** How a period is cut for rollups and lines: minutes since 1970, whole buckets only. */
export type Buckets = {
  /** The period widened to whole buckets of the finest width, half-open. */
  fromMinute: number;
  toMinute: number;
  /** Widest rollup row that a drawn bucket is made of. */
  widthMinutes: Width;
  /** Width of a drawn bucket, a multiple of the row's, and where the first begins. */
  stepMinutes: number;
  firstMinute: number;
};
type Width = (typeof widthsMinutes)[number];

const FINEST = widthsMinutes[0];
const WIDEST = widthsMinutes.at(-1)!;
const DAY = 1_440;
/** How long a period may be for rows of each width: what is read stays below about 450 rows. */
const longestMinutes: Record<Width, number> = { 5: 1.5 * DAY, 60: 12 * DAY, 360: 75 * DAY, 1_440: 401 * DAY };

/** Five-minute rows up to a day and a half, then hourly, of six hours, of a day; at most `most` buckets. */
export function bucketsOf(fromMs: number, toMs: number, most: number): Buckets {
  const fromMinute = Math.floor(fromMs / 60_000 / FINEST) * FINEST;
  const toMinute = Math.max(fromMinute + FINEST, Math.ceil(toMs / 60_000 / FINEST) * FINEST);
  const widthMinutes = widthsMinutes.find((width) => toMs - fromMs <= longestMinutes[width] * 60_000);
  if (widthMinutes === undefined) throw new RangeError("the period is longer than 400 days");
  for (let stepMinutes: number = widthMinutes; ; stepMinutes += widthMinutes) {
    const firstMinute = Math.floor(fromMinute / stepMinutes) * stepMinutes;
    if ((toMinute - firstMinute) / stepMinutes <= most) return { fromMinute, toMinute, widthMinutes, stepMinutes, firstMinute };
  }
}

/** Neighbouring rollup rows of one width: [from, to). */
export type Run = { widthMinutes: Width; fromMinute: number; toMinute: number };

/** A period of whole finest buckets as few rows: the widest inside, narrower ones at its ends. In order of time. */
export function runsOf(fromMinute: number, toMinute: number, widest: Width = WIDEST): Run[] {
  const width = widthsMinutes.findLast((each) => each <= widest && Math.ceil(fromMinute / each) * each < Math.floor(toMinute / each) * each);
  if (width === undefined) return [];
  const from = Math.ceil(fromMinute / width) * width;
  const to = Math.floor(toMinute / width) * width;
  return [...runsOf(fromMinute, from, width), { widthMinutes: width, fromMinute: from, toMinute: to }, ...runsOf(to, toMinute, width)];
}
