import type { ConfigVersion, Settings } from "./settings";
import { shareAt } from "./share-at";
import type { Strategy } from "./strategy";
import type { Analysis } from "./settings";

/** A share that rises by more than this asks for typed confirmation and a reason, and for an administrator. */
export const BOLD_RISE = 0.25;

export type Proposal = {
  settings: Settings;
  expectedVersion: number;
  by: string;
  role: "operator" | "admin" | "system";
  reason: string;
  /** What the person typed: the new largest share in percent, as a number. */
  typedConfirmation: string | null;
  rampRunning: boolean;
  at: string;
  /** Where it asks to take the present version back: whether that is so. Otherwise it is a change like any other. */
  undo?: { allowed: boolean; reason: string } | undefined;
};

export type Refusal = "stale-version" | "ramp-running" | "needs-admin" | "needs-confirmation" | "needs-reason";
export type Judged =
  | { accepted: true; unchanged: boolean; next: ConfigVersion; rise: number; bold: readonly string[] }
  | { accepted: false; refusal: Refusal; detail: string; bold: readonly string[] };

/** Whether a proposed configuration follows the present one, and what stands in the way. Safer changes always pass. */
export function nextVersion(current: ConfigVersion, proposal: Proposal): Judged {
  const { rise, reasons: bold } = boldness(current.settings, proposal.settings);
  const refuse = (refusal: Refusal, detail: string): Judged => ({ accepted: false, refusal, detail, bold });
  if (proposal.expectedVersion !== current.version) {
    return refuse("stale-version", `version ${proposal.expectedVersion} was expected, the present one is ${current.version}`);
  }
  const unchanged = JSON.stringify(current.settings) === JSON.stringify(proposal.settings);
  const next: ConfigVersion = { version: current.version + 1, settings: proposal.settings, at: proposal.at, by: proposal.by, reason: proposal.reason };
  if (unchanged) return { accepted: true, unchanged, next: current, rise, bold };
  if (proposal.role === "system" || isSafer(current.settings, proposal.settings)) return { accepted: true, unchanged, next, rise, bold };
  if (proposal.rampRunning) return refuse("ramp-running", "the ramp sets the share; hold it first");
  // Nothing new: what was in force a moment ago, and what was asked for it then, holds.
  if (proposal.undo?.allowed) return { accepted: true, unchanged, next, rise, bold };
  if (bold.length > 0 && proposal.role !== "admin") return refuse("needs-admin", proposal.undo ? `${proposal.undo.reason}; ${bold.join("; ")}` : bold.join("; "));
  if (bold.length > 0 && proposal.reason.trim() === "") return refuse("needs-reason", bold.join("; "));
  if (bold.length > 0 && !confirms(proposal)) return refuse("needs-confirmation", `type ${largestPercent(proposal.settings.strategy)} to confirm: ${bold.join("; ")}`);
  return { accepted: true, unchanged, next, rise, bold };
}

/** Largest rise of the phase-2 share at any hour of the day, and every limit that got looser. */
export function boldness(from: Settings, to: Settings): { rise: number; reasons: string[] } {
  const rise = Math.max(...hours.map((hour) => shareAt(to.strategy, hour) - shareAt(from.strategy, hour)));
  const reasons = rise > BOLD_RISE + 1e-12 ? [`share of phase 2 rises by ${Math.round(rise * 10_000) / 100} points`] : [];
  return { rise, reasons: [...reasons, ...looser(from.analysis, to.analysis)] };
}

/** Share never up at any hour, nothing else touched: anybody who may operate may do it, ramp or no ramp. */
function isSafer(from: Settings, to: Settings): boolean {
  const neverUp = hours.every((hour) => shareAt(to.strategy, hour) <= shareAt(from.strategy, hour));
  return neverUp && from.experimentKey === to.experimentKey && JSON.stringify(from.analysis) === JSON.stringify(to.analysis);
}

function looser(from: Analysis, to: Analysis): string[] {
  const reasons: string[] = [];
  for (const metric of ["fallback", "error", "deadline_missed"] as const) {
    const [before, after] = [from.ceilings[metric] ?? Infinity, to.ceilings[metric] ?? Infinity];
    if (after > before) reasons.push(`ceiling of ${metric} rises`);
  }
  if (to.alpha > from.alpha) reasons.push("alpha rises");
  if (to.relativeAlpha < from.relativeAlpha) reasons.push("the alpha of relative guardrails falls");
  if (to.minimumDays < from.minimumDays) reasons.push("fewer days before a verdict");
  if (to.ceilingRunLength > from.ceilingRunLength) reasons.push("ceilings act later");
  if ((to.hardStop ?? Infinity) > (from.hardStop ?? Infinity)) reasons.push("the hard stop acts later");
  if (from.relative.some((metric) => !to.relative.includes(metric))) reasons.push("a relative guardrail is dropped");
  return reasons;
}

function confirms({ typedConfirmation, settings }: Proposal): boolean {
  if (typedConfirmation === null) return false;
  return Number(typedConfirmation.replace("%", "").replace(",", ".").trim()) === largestPercent(settings.strategy);
}

/** The largest share of the day in percent, as a person would type it. */
export function largestPercent(strategy: Strategy): number {
  return Math.round(Math.max(...hours.map((hour) => shareAt(strategy, hour))) * 10_000) / 100;
}

const hours = Array.from({ length: 24 }, (_, hour) => hour);
