import { stream } from "@/lib/console/calls";
import type { StreamEvent } from "@/lib/console/settings-contract";

export type Signal = { kind: "event"; event: StreamEvent } | { kind: "resync" } | { kind: "open" } | { kind: "lost" };

/** How long without a stream until the screen asks by itself. */
const RETRY_MS = 30_000;
const kinds = ["alert", "experiment", "health", "decision-rate", "model", "key", "person", "note"];

/**
 * The event stream, one per browser: the tab that holds the lock reads it and tells the others. Returns how to stop.
 * EventSource reconnects by itself after a broken connection; after a refusal it does not, so it is tried again here.
 */
export function openStream(tell: (signal: Signal) => void): () => void {
  const channel = new BroadcastChannel("ml-despacho-stream");
  let leading: Signal | null = null;
  channel.onmessage = ({ data }: MessageEvent<Signal | "how is it?">) => {
    if (data !== "how is it?") tell(data);
    else if (leading) channel.postMessage(leading);
  };
  channel.postMessage("how is it?");
  const toAll = (signal: Signal): void => {
    if (signal.kind === "open" || signal.kind === "lost") leading = signal;
    tell(signal);
    channel.postMessage(signal);
  };
  const stopped = new AbortController();
  const lead = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await listen(toAll, stopped.signal);
      toAll({ kind: "lost" });
      await pause(RETRY_MS, stopped.signal);
    }
  };
  // Rejects only when aborted: the tab closes or the person paused.
  navigator.locks.request("ml-despacho-stream", { signal: stopped.signal }, lead).catch(() => undefined);
  return () => {
    stopped.abort();
    channel.close();
  };
}

/** Ends when the server refuses for good. */
function listen(tell: (signal: Signal) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const source = new EventSource(stream.path);
    const end = (): void => {
      source.close();
      resolve();
    };
    signal.addEventListener("abort", end, { once: true });
    source.onopen = () => tell({ kind: "open" });
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) end();
      else tell({ kind: "lost" });
    };
    source.addEventListener("resync", () => tell({ kind: "resync" }));
    for (const kind of kinds) {
      source.addEventListener(kind, ({ data }: MessageEvent<string>) => {
        tell({ kind: "event", event: JSON.parse(data) as StreamEvent });
      });
    }
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
