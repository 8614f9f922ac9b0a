"use client";

import { Minus, Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId } from "react";
import { IconButton } from "../ui/icon-button";
import { inputClass } from "../ui/field";

const clamp = (percent: number, from: number, to: number): number => Math.min(to, Math.max(from, percent));

/** A share in percent three ways: slider, number, and steps of five; none of them needs dragging. */
export function ShareField({ label, share, min = 0, max = 100, blocked, onChange }: { label: string; share: number; min?: number; max?: number; blocked: string | null; onChange: (share: number) => void }) {
  const t = useTranslations("abTesting");
  const id = useId();
  const percent = Math.round(share * 10_000) / 100;
  const set = (next: number): void => {
    if (blocked === null && Number.isFinite(next)) onChange(Math.round(clamp(next, min, max) * 100) / 10_000);
  };
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-label font-medium text-second">
        {label}
      </label>
      <div className="flex flex-wrap items-center gap-2">
        <IconButton name={t("lessShare", { label })} blocked={blocked} onClick={() => set(percent - 5)}>
          <Minus aria-hidden size={14} />
        </IconButton>
        <input type="range" aria-label={label} min={min} max={max} step={1} value={percent} aria-disabled={blocked !== null} onChange={(event) => set(event.target.valueAsNumber)} className="min-w-32 flex-1 accent-(--series-2)" />
        <IconButton name={t("moreShare", { label })} blocked={blocked} onClick={() => set(percent + 5)}>
          <Plus aria-hidden size={14} />
        </IconButton>
        <input id={id} type="number" inputMode="decimal" min={min} max={max} step="any" readOnly={blocked !== null} value={percent} onChange={(event) => set(event.target.valueAsNumber)} className={`${inputClass} w-20! text-right`} />
        <span aria-hidden>%</span>
      </div>
    </div>
  );
}
