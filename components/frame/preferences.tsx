"use client";

import { createContext, use, useState, type ReactNode } from "react";
import { PREFERENCES_COOKIE, writePreferences, type Preferences } from "@/lib/console/preferences";

type Held = { preferences: Preferences; change: (part: Partial<Preferences>) => void };
const Context = createContext<Held | null>(null);
const YEAR_SECONDS = 31_536_000;

export function PreferencesProvider({ initial, children }: { initial: Preferences; children: ReactNode }) {
  const [preferences, set] = useState(initial);
  const change = (part: Partial<Preferences>): void => {
    const next = { ...preferences, ...part };
    set(next);
    document.cookie = `${PREFERENCES_COOKIE}=${encodeURIComponent(writePreferences(next))}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
    const { dataset } = document.documentElement;
    dataset.theme = next.theme;
    dataset.density = next.density;
    dataset.motion = next.motion;
  };
  return <Context value={{ preferences, change }}>{children}</Context>;
}

export function usePreferences(): Held {
  const held = use(Context);
  if (!held) throw new Error("usePreferences outside PreferencesProvider");
  return held;
}
