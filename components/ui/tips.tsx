"use client";

import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";

const DELAY_MS = 300;
/** Long enough to move the pointer onto the tip, which stays while it is there. */
const LEAVE_MS = 120;
const GAP_PX = 6;
const EDGE_PX = 8;

const tipped = (target: EventTarget | null): HTMLElement | null => (target instanceof Element ? target.closest<HTMLElement>("[data-tip]") : null);

/** The names of buttons that show only a picture: at rest under the pointer or on focus from the keyboard; Esc takes them away. */
export function Tips() {
  const [at, setAt] = useState<HTMLElement | null>(null);
  // One set of listeners for the page: the buttons were there before this code came.
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (element: HTMLElement | null, ms: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => setAt(element), ms);
    };
    const over = ({ target, pointerType }: PointerEvent): void => {
      if (pointerType === "touch") return;
      if (target instanceof Element && target.closest('[role="tooltip"]')) {
        clearTimeout(timer);
        return;
      }
      const element = tipped(target);
      show(element, element ? DELAY_MS : LEAVE_MS);
    };
    const focus = ({ target }: FocusEvent): void => {
      const element = tipped(target);
      if (element?.matches(":focus-visible")) show(element, 0);
    };
    const away = (): void => show(null, 0);
    const key = (event: KeyboardEvent): void => {
      if (event.key === "Escape") away();
    };
    // Whoever woke this layer may be on a button already.
    const already = document.querySelector<HTMLElement>("[data-tip]:hover") ?? tipped(document.activeElement);
    if (already?.matches(":hover, :focus-visible")) show(already, DELAY_MS);
    const stopped = new AbortController();
    const { signal } = stopped;
    document.addEventListener("pointerover", over, { signal });
    document.addEventListener("focusin", focus, { signal });
    document.addEventListener("focusout", away, { signal });
    document.addEventListener("pointerdown", away, { signal });
    document.addEventListener("keydown", key, { signal });
    document.addEventListener("scroll", away, { signal, capture: true, passive: true });
    return () => {
      stopped.abort();
      clearTimeout(timer);
    };
  }, []);
  return at?.isConnected ? createPortal(<Tip key={at.dataset.tip} at={at} />, document.body) : null;
}

/** Over its button, or under it where there is no room; never past the edge of the window. */
function Tip({ at }: { at: HTMLElement }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { current: tip } = box;
    if (!tip) return;
    const anchor = at.getBoundingClientRect();
    const { width, height } = tip.getBoundingClientRect();
    const above = anchor.top - height - GAP_PX;
    tip.style.top = `${above < EDGE_PX ? anchor.bottom + GAP_PX : above}px`;
    tip.style.left = `${Math.max(EDGE_PX, Math.min(innerWidth - width - EDGE_PX, anchor.left + anchor.width / 2 - width / 2))}px`;
  }, [at]);
  return (
    <div ref={box} role="tooltip" data-screen-only className="fixed top-0 left-0 z-50 rounded-control border border-line bg-page px-2 py-1 text-label text-ink shadow-md">
      {at.dataset.tip}
    </div>
  );
}
