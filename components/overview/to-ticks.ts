const MINUTE = 60_000;
const HOUR = 60;

/** Round times for an axis: full hours of the reader's zone within two days, its midnights beyond. `clock` gives 14:05. */
export function toTicks(fromMs: number, toMs: number, clock: (ms: number) => string): number[] {
  const span = (toMs - fromMs) / MINUTE;
  const step = span > 48 * HOUR ? 24 * HOUR : span > 12 * HOUR ? 3 * HOUR : span > 3 * HOUR ? HOUR : span > HOUR ? 30 : span > 20 ? 10 : 5;
  // Zones stand a multiple of a quarter of an hour from UTC.
  const grid = Math.min(step, 15) * MINUTE;
  const ticks: number[] = [];
  for (let at = Math.ceil(fromMs / grid) * grid; at <= toMs; at += grid) {
    const [hour = 0, minute = 0] = clock(at).split(":").map(Number);
    if ((hour * HOUR + minute) % step === 0) ticks.push(at);
  }
  return ticks;
}
