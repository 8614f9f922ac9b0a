"use client";

import { useQueryClient } from "@tanstack/react-query";
import { createContext, use, useEffect, useState, type ReactNode } from "react";
import { openMerger } from "./merge";
import { openStream } from "./stream";

export const POLL_MS = 15_000;
/** With a stream, only to catch what no event names. */
const SLOW_MS = 60_000;
/** Between two reads of a screen under traffic; the first event after a quiet second is not made to wait. */
const GAP_MS = 1_000;
/** What is read whole each time. */
const SLOW_GAP_MS = 5_000;

export type LiveMode = "stream" | "polling" | "paused";
type Live = { mode: LiveMode; toggle: () => void };
const Context = createContext<Live>({ mode: "polling", toggle: () => undefined });

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
  useEffect(() => {
    if (paused) return;
    const merger = openMerger(
      (key) => client.invalidateQueries({ queryKey: key.split("/") }),
      (key) => (key === "ab-testing/analysis" ? SLOW_GAP_MS : GAP_MS),
    );
    const stop = openStream((signal) => {
      if (signal.kind === "open" || signal.kind === "lost") setConnected(signal.kind === "open");
      else if (signal.kind === "resync") void client.invalidateQueries();
      else affected[signal.event.kind]?.forEach(merger.ask);
    });
    return () => {
      stop();
      merger.stop();
    };
  }, [client, paused]);
  const toggle = (): void => {
    if (paused) void client.invalidateQueries();
    setConnected(false);
    setPaused(!paused);
  };
  return <Context value={{ mode: paused ? "paused" : connected ? "stream" : "polling", toggle }}>{children}</Context>;
}

export function useLive(): Live {
  return use(Context);
}

/** For `refetchInterval`: how often to ask, false while paused. */
export function useEvery(): number | false {
  const { mode } = use(Context);
  return mode === "paused" ? false : mode === "stream" ? SLOW_MS : POLL_MS;
}
