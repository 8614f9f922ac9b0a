"use client";

import { useEffect, useSyncExternalStore, type ComponentType } from "react";

type Load<Props> = () => Promise<ComponentType<Props>>;

const signs = ["pointermove", "pointerdown", "keydown", "touchstart"] as const;
const waiting = new Set<() => void>();
let used = false;
let listening = false;

/** Runs in a quiet moment after the person has first moved, touched or typed; a page that is only looked at fetches nothing. */
function afterFirstUse(run: () => void): void {
  if (used) {
    later(run);
    return;
  }
  waiting.add(run);
  if (listening) return;
  listening = true;
  const first = (): void => {
    used = true;
    for (const sign of signs) removeEventListener(sign, first, true);
    waiting.forEach(later);
    waiting.clear();
  };
  for (const sign of signs) addEventListener(sign, first, { capture: true, passive: true });
}

/** Whether the person has moved, touched or typed yet, and the page has been quiet since. */
let quietSince = false;
const watchers = new Set<() => void>();
export function useUsed(): boolean {
  return useSyncExternalStore(watch, () => quietSince, () => false);
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  if (!quietSince) {
    afterFirstUse(() => {
      quietSince = true;
      watchers.forEach((each) => each());
    });
  }
  return () => watchers.delete(watcher);
}

function later(run: () => void): void {
  // Safari has no idle callbacks.
  if (typeof requestIdleCallback === "function") requestIdleCallback(run, { timeout: 1_000 });
  else setTimeout(run, 50);
}

/**
 * A part of the page that is not there before somebody uses it: its code comes after the first sign of use, or at once when it
 * is drawn earlier. Drawn in the same step from then on: nothing flashes, no key is lost.
 */
export function onUse<Props extends object>(load: Load<Props>, { fetchWhenDrawn = true } = {}): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null;
  let loading = false;
  const readers = new Set<() => void>();
  const fetch = (): void => {
    if (loading) return;
    loading = true;
    load().then(
      (part) => {
        loaded = part;
        readers.forEach((each) => each());
      },
      () => {
        loading = false; // nobody answered: the next use asks again
      },
    );
  };
  const subscribe = (reader: () => void): (() => void) => {
    readers.add(reader);
    return () => readers.delete(reader);
  };
  if (typeof window !== "undefined") afterFirstUse(fetch);
  return function OnUse(props: Props) {
    const Part = useSyncExternalStore(subscribe, () => loaded, () => null);
    useEffect(() => {
      if (fetchWhenDrawn) fetch();
    }, []);
    return Part ? <Part {...props} /> : null;
  };
}
