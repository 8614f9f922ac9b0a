import { largestPercent, type Proposal } from "./next-version";
import type { Settings } from "./settings";

/** The notice that offers it stays ten seconds, and longer while somebody points at it or reads it. */
export const UNDO_WINDOW_MS = 60_000;

type Who = { kind: "person" | "key" | "system"; id: string };
/** The version in force, the one before it, and who made it so, when. `by` is null where that was longer ago than the window. */
export type Done = { settings: Settings; before: Settings; by: Who | null; atMs: number };

/**
 * A return to phase 1 is for anybody who may operate, at once and without a question; so the one who did it may take it back,
 * however large the share was. Only that: whatever else goes up goes up by the rules of a change.
 */
export function judgeUndo(done: Done, by: Who, nowMs: number): NonNullable<Proposal["undo"]> {
  const no = (reason: string) => ({ allowed: false, reason });
  if (!isReturn(done)) return no("not a return to phase 1");
  if (by.kind !== "person") return no("only a person takes back what they did");
  if (done.by === null || nowMs - done.atMs > UNDO_WINDOW_MS) return no(`longer ago than ${UNDO_WINDOW_MS / 1_000} s`);
  if (done.by.kind !== by.kind || done.by.id !== by.id) return no("somebody else did it");
  return { allowed: true, reason: "own return to phase 1, just now" };
}

/** Everything to the rules, and nothing else touched. */
function isReturn({ settings, before }: Done): boolean {
  if (largestPercent(settings.strategy) > 0 || largestPercent(before.strategy) === 0) return false;
  return settings.experimentKey === before.experimentKey && JSON.stringify(settings.analysis) === JSON.stringify(before.analysis);
}
