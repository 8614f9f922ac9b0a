/** How a period is cut for rollups and lines: minutes since 1970, whole buckets only. */
export type Buckets = {
  /** Width of the rollup rows to read. */
  widthMinutes: 5 | 60;
  /** The period widened to whole rows, half-open. */
  fromMinute: number;
  toMinute: number;
  /** Width of a drawn bucket, a multiple of the row's, and where the first begins. */
  stepMinutes: number;
  firstMinute: number;
};

const FINE_UP_TO_MINUTES = 36 * 60;
const multiples = [1, 2, 3, 4, 6, 8, 12, 24, 48] as const;

/** Five-minute rows up to a day and a half, hourly ones beyond; at most `most` buckets of a round width. */
export function bucketsOf(fromMs: number, toMs: number, most: number): Buckets {
  const widthMinutes = toMs - fromMs <= FINE_UP_TO_MINUTES * 60_000 ? 5 : 60;
  const fromMinute = Math.floor(fromMs / 60_000 / widthMinutes) * widthMinutes;
  const toMinute = Math.max(fromMinute + widthMinutes, Math.ceil(toMs / 60_000 / widthMinutes) * widthMinutes);
  for (const multiple of multiples) {
    const stepMinutes = widthMinutes * multiple;
    const firstMinute = Math.floor(fromMinute / stepMinutes) * stepMinutes;
    if ((toMinute - firstMinute) / stepMinutes <= most) return { widthMinutes, fromMinute, toMinute, stepMinutes, firstMinute };
  }
  throw new RangeError("the period is longer than 400 days");
}
