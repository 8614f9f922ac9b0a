import type { ReactNode } from "react";

const tones = {
  critical: "text-critical border-critical",
  high: "text-high border-high",
  medium: "text-medium border-medium",
  low: "text-low border-low",
  info: "text-info border-info",
  normal: "text-normal border-normal",
  quiet: "text-second border-line",
} as const;
export type Tone = keyof typeof tones;

/** A word with its colour; the word carries the meaning. */
export function Badge({ tone = "quiet", icon, children }: { tone?: Tone; icon?: ReactNode; children: ReactNode }) {
  return (
    <span className={`inline-flex items-center gap-1 rounded-control border px-1.5 text-label font-medium whitespace-nowrap ${tones[tone]}`}>
      {icon}
      {children}
    </span>
  );
}
