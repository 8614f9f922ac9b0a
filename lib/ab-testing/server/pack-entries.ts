import type { AbEntries } from "@/lib/dispatch/server/log/row";
import type { DecisionInput } from "./log-entry";

/** Entries of the A/B test between the two threads: decisions as arrays without names, half the bytes and half the time. */
type Packed = { decisions: unknown[][]; results: AbEntries["results"] };

export function packEntries(entries: AbEntries): string {
  const packed: Packed = { decisions: entries.decisions.map(toArray), results: entries.results };
  return JSON.stringify(packed);
}

export function unpackEntries(text: string): AbEntries {
  const { decisions, results } = JSON.parse(text) as Packed;
  return { decisions: decisions.map(toDecision), results };
}

const toArray = (each: DecisionInput): unknown[] => [
  each.experimentKey, each.dispatchKey, each.dispatchId, each.version, each.strategy, each.turns, each.phase, each.share, each.reason,
  each.degraded, each.anonymous, each.decidedAtMs, each.localHour, each.turnUntilMs, each.correction,
]; // prettier-ignore

function toDecision(array: unknown[]): DecisionInput {
  const [experimentKey, dispatchKey, dispatchId, version, strategy, turns, phase, share, reason, degraded, anonymous, decidedAtMs, localHour, turnUntilMs, correction] = array as [
    DecisionInput["experimentKey"], DecisionInput["dispatchKey"], DecisionInput["dispatchId"], DecisionInput["version"], DecisionInput["strategy"], DecisionInput["turns"], DecisionInput["phase"], DecisionInput["share"], DecisionInput["reason"],
    DecisionInput["degraded"], DecisionInput["anonymous"], DecisionInput["decidedAtMs"], DecisionInput["localHour"], DecisionInput["turnUntilMs"], DecisionInput["correction"],
  ]; // prettier-ignore
  return { experimentKey, dispatchKey, dispatchId, version, strategy, turns, phase, share, reason, degraded, anonymous, decidedAtMs, localHour, turnUntilMs, correction };
}
