/** The 48-bit time of a UUID version 7 as its first two groups. */
export function timeOfId(epochMs: number): string {
  const time = epochMs.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}`;
}

/** No id made at or after the instant sorts before it: the lower end of a window of the log. */
export function firstPredictionId(epochMs: number): string {
  return `${timeOfId(epochMs)}-7000-8000-000000000000`;
}

/** The time in an id that `timeOfId` began, in epoch milliseconds; NaN when it is no such id. */
export function msOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
