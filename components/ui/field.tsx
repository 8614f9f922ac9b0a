"use client";

import { useId, type ReactNode } from "react";

const box = "w-full rounded-control border border-control bg-page px-2 py-1 text-body text-ink placeholder:text-third aria-invalid:border-critical";
export const inputClass = box;

/** A label, its control, a hint, and what is wrong in words at the field. */
export function Field({ label, hint, error, children }: { label: string; hint?: string | undefined; error?: string | null | undefined; children: (props: { id: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined; className: string }) => ReactNode }) {
  const id = useId();
  const wrong = error !== null && error !== undefined;
  const described = [hint === undefined ? null : `${id}-hint`, wrong ? `${id}-error` : null].filter((each) => each !== null).join(" ");
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-label font-medium text-second">
        {label}
      </label>
      {children({ id, "aria-describedby": described === "" ? undefined : described, "aria-invalid": wrong ? true : undefined, className: box })}
      {hint === undefined ? null : (
        <p id={`${id}-hint`} className="text-label text-third">
          {hint}
        </p>
      )}
      {wrong ? (
        <p id={`${id}-error`} className="text-label font-medium text-critical">
          {error}
        </p>
      ) : null}
    </div>
  );
}
