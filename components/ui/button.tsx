"use client";

import type { ComponentProps } from "react";

const tones = {
  primary: "bg-accent text-on-accent border-transparent font-medium hover:brightness-110",
  plain: "bg-page text-ink border-control hover:bg-panel",
  quiet: "bg-transparent text-second border-transparent hover:bg-panel hover:text-ink",
  danger: "bg-page text-critical border-critical hover:bg-panel",
} as const;

type Props = Omit<ComponentProps<"button">, "disabled"> & {
  tone?: keyof typeof tones;
  /** Why it cannot be used now. The button stays reachable, so that everybody can learn the reason. */
  blocked?: string | null | undefined;
  /** As `aria-keyshortcuts` wants it: "Control+K", "p". */
  keys?: string;
};

export function Button({ tone = "plain", blocked, keys, className = "", onClick, type = "button", title, ...rest }: Props) {
  const off = blocked !== null && blocked !== undefined;
  return (
    <button
      {...rest}
      type={type}
      title={off ? blocked : title}
      aria-disabled={off || undefined}
      aria-keyshortcuts={keys}
      onClick={(event) => {
        if (off) event.preventDefault();
        else onClick?.(event);
      }}
      className={`inline-flex items-center justify-center gap-1.5 rounded-control border px-2.5 py-1 text-body whitespace-nowrap transition-colors duration-120 aria-disabled:cursor-not-allowed aria-disabled:border-line aria-disabled:bg-panel aria-disabled:text-third ${tones[tone]} ${className}`}
    />
  );
}
