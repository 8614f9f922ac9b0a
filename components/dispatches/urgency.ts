export type Urgency = "calm" | "near" | "late";

/** From three quarters of the target on, a call is near it; at the target it is late. */
const NEAR = 0.75;

export function urgency(waitedMs: number, targetMinutes: number): Urgency {
  const waitedMinutes = waitedMs / 60_000;
  return waitedMinutes >= targetMinutes ? "late" : waitedMinutes >= targetMinutes * NEAR ? "near" : "calm";
}
