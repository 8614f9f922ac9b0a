"use client";

import { useTranslations } from "next-intl";
import { StateIcon, type State } from "../ui/state-icon";

const shapes: Record<number, State> = { 5: "critical", 4: "high", 3: "medium", 2: "low", 1: "info" };

/** Severity of a call: 5 is critical. Shape, number and word. */
export function SeverityMark({ level, short = false }: { level: number | null; short?: boolean }) {
  const t = useTranslations("severity");
  const shape = level === null ? undefined : shapes[level];
  if (level === null || shape === undefined) return <span className="text-third">—</span>;
  const word = t(String(level) as "1" | "2" | "3" | "4" | "5");
  return (
    <span className="inline-flex items-center gap-1.5" title={word}>
      <StateIcon state={shape} size={14} />
      <span>{level}</span>
      <span className={short ? "sr-only" : "text-second"}>{word}</span>
    </span>
  );
}

/** Phase 1 is blue and round, phase 2 orange and square, everywhere. */
export function PhaseMark({ phase }: { phase: 1 | 2 | null }) {
  const t = useTranslations("phase");
  if (phase === null) return <span className="text-third">—</span>;
  return (
    <span className="inline-flex items-center gap-1.5" title={t(`${phase}`)}>
      <span aria-hidden className={`size-2.5 shrink-0 ${phase === 1 ? "rounded-full bg-series-1" : "bg-series-2"}`} />
      {t(`short${phase}`)}
    </span>
  );
}
