"use client";

import { useQueryClient } from "@tanstack/react-query";
import { createContext, use, useEffect, useState, type ReactNode } from "react";
import { useOnline } from "../frame/online";
import { openMerger } from "./merge";
import { hear, hearing, type Gap } from "./silence";
import { openStream } from "./stream";

export const POLL_MS = 15_000;
/** With a stream, only to catch what no event names. */
const SLOW_MS = 60_000;
/** Between two reads of a screen under traffic; the first event after a quiet second is not made to wait. */
const GAP_MS = 1_000;
/** What is read whole each time. */
const SLOW_GAP_MS = 5_000;

/** In which what was missed is told after a reconnection. */
const MERGE_MS = 250;

export type LiveMode = "stream" | "polling" | "paused";
type Live = { mode: LiveMode; toggle: () => void; gap: Gap | null; dismissGap: () => void };
const nothing = (): void => undefined;
const Context = createContext<Live>({ mode: "polling", toggle: nothing, gap: null, dismissGap: nothing });

/** Which queries an event makes old, by the beginning of their keys. */
const affected: Record<string, readonly string[]> = {
  "decision-rate": ["overview", "predictions", "dispatches", "ab-testing/analysis"],
  experiment: ["ab-testing"],
  model: ["models", "overview"],
  key: ["keys", "audit"],
  person: ["people", "audit"],
  note: ["shift-note"],
};

export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [connected, setConnected] = useState(false);
  const [paused, setPaused] = useState(false);
  const [gap, setGap] = useState<Gap | null>(null);
  // A stream that broke with the network may not know it for minutes.
  const online = useOnline();
  useEffect(() => {
    if (paused) return;
    const merger = openMerger(
      (key) => client.invalidateQueries({ queryKey: key.split("/") }),
      (key) => (key === "ab-testing/analysis" ? SLOW_GAP_MS : GAP_MS),
    );
    let all: ReturnType<typeof setTimeout> | null = null;
    // Once, however many of what was missed is told after a reconnection.
    const refetchAll = (): void => {
      all ??= setTimeout(() => {
        all = null;
        void client.invalidateQueries();
      }, MERGE_MS);
    };
    let state = hearing;
    const note = (heard: Parameters<typeof hear>[1]): void => {
      const next = hear(state, heard, Date.now());
      if (next.gap !== state.gap) setGap(next.gap);
      state = next;
    };
    const stop = openStream((signal) => {
      if (signal.kind === "open" || signal.kind === "lost") {
        setConnected(signal.kind === "open");
        if (signal.kind === "open" && state.quietSinceMs !== null) refetchAll();
        note(signal.kind);
      } else if (signal.kind === "resync") refetchAll();
      else if (all === null) affected[signal.event.kind]?.forEach(merger.ask);
    });
    const deaf = client.getQueryCache().subscribe((event) => {
      if (event.type === "updated" && event.action.type === "success" && event.action.manual !== true) note("answer");
    });
    return () => {
      stop();
      deaf();
      merger.stop();
      if (all !== null) clearTimeout(all);
    };
  }, [client, paused]);
  const toggle = (): void => {
    if (paused) void client.invalidateQueries();
    setConnected(false);
    setPaused(!paused);
  };
  return <Context value={{ mode: paused ? "paused" : connected && online ? "stream" : "polling", toggle, gap, dismissGap: () => setGap(null) }}>{children}</Context>;
}

export function useLive(): Live {
  return use(Context);
}

/** For `refetchInterval`: how often to ask, false while paused. */
export function useEvery(): number | false {
  const { mode } = use(Context);
  return mode === "paused" ? false : mode === "stream" ? SLOW_MS : POLL_MS;
}
