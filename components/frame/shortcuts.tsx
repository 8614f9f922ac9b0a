"use client";

import { useLayoutEffect, useRef, useSyncExternalStore } from "react";
import { usePreferences } from "./preferences";

/** One key, or two in a row ("g r"). */
export type Shortcut = { keys: string; label: string; run: () => void };

let registered: readonly Shortcut[] = [];
const listeners = new Set<() => void>();
const changed = (next: readonly Shortcut[]): void => {
  registered = next;
  listeners.forEach((each) => each());
};

/** What works on this page now, for the list behind `?`. */
export function useRegistered(): readonly Shortcut[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => registered,
    () => registered,
  );
}

/** Registers a key while the component is there; the newest registration of a key wins. */
export function useShortcut(keys: string, label: string, run: () => void): void {
  const latest = useRef(run);
  // Both keep the page's one key table, which lives outside React, in step.
  useLayoutEffect(() => {
    latest.current = run;
  });
  useLayoutEffect(() => {
    const shortcut: Shortcut = { keys, label, run: () => latest.current() };
    changed([shortcut, ...registered]);
    return () => changed(registered.filter((each) => each !== shortcut));
  }, [keys, label]);
}

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && !["checkbox", "radio", "range", "button"].includes(target.type)));

const SECOND_KEY_MS = 1_500;

/** The one listener of the page, there as soon as the page is alive. Ignored while typing, in menus and dialogs, and when the person switched single keys off. */
export function KeyboardLayer() {
  const { preferences } = usePreferences();
  const on = preferences.keys === "on";
  useLayoutEffect(() => {
    let first: { key: string; at: number } | null = null;
    const press = (event: KeyboardEvent): void => {
      if (!on || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
      if (event.target instanceof Element && event.target.closest('[role="dialog"],[role="menu"]')) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const pair = first !== null && event.timeStamp - first.at < SECOND_KEY_MS ? `${first.key} ${key}` : null;
      const found = registered.find((each) => each.keys === pair) ?? registered.find((each) => each.keys === key);
      first = found ? null : { key, at: event.timeStamp };
      if (!found) return;
      event.preventDefault();
      found.run();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [on]);
  return null;
}
