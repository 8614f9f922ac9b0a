"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef, type ReactNode } from "react";
import { IconButton } from "./icon-button";

/**
 * Details beside the list, not over it: the list stays usable and `j`/`k` go on moving. Under 1024 px it is a sheet.
 * Takes the focus when it opens on another object from the keyboard; Esc gives it back.
 */
export function Drawer({ label, title, onClose, children, focusKey }: { label: string; title: ReactNode; onClose: () => void; children: ReactNode; focusKey: string | null }) {
  const t = useTranslations("ui");
  const heading = useRef<HTMLHeadingElement>(null);
  // The document's focus is outside React: moved only when the opener asked for it.
  useEffect(() => {
    if (focusKey !== null) heading.current?.focus({ preventScroll: true });
  }, [focusKey]);
  return (
    <aside
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) {
          event.stopPropagation();
          onClose();
        }
      }}
      className="fixed inset-0 z-30 flex flex-col overflow-hidden border-line bg-page shadow-xl lg:sticky lg:inset-auto lg:top-14 lg:z-10 lg:h-[calc(100dvh-4.5rem)] lg:w-[30rem] lg:shrink-0 lg:rounded-panel lg:border lg:shadow-none"
    >
      <header className="flex items-start justify-between gap-3 border-b border-line px-4 py-3">
        <h2 ref={heading} tabIndex={-1} className="text-heading font-semibold">
          {title}
        </h2>
        <IconButton name={t("close")} keys="Escape" onClick={onClose}>
          <X aria-hidden size={16} />
        </IconButton>
      </header>
      <div className="flex-1 overflow-y-auto px-4 py-3" tabIndex={0} role="group" aria-label={label}>
        {children}
      </div>
    </aside>
  );
}
