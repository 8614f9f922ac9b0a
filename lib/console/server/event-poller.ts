import { logger } from "@/lib/log";
import * as store from "./store";

/** `id` is the sequence in the store; null for `decision-rate`, which is not stored: the next one replaces it. */
export type LiveEvent = { id: number | null; kind: string; subject: string; version: number };
type Hear = (events: readonly LiveEvent[]) => void;

const POLL_MS = 1_000;
const RATE_MS = 2_000;
/** Numbers are given before the commit: one this far below the newest may still turn up. */
const LATE = 100;
const MOST = 5_000;

/** What the browser calls the kinds that the stores write. */
const kinds: Record<string, string> = { keys: "key", models: "model", people: "person", "shift-note": "note" };

export function toLive({ id, kind, subject, version }: store.Mark): LiveEvent {
  return { id, kind: kinds[kind] ?? kind, subject, version };
}

/** One poll of the store per process and second, however many listen; none while nobody does. */
const listeners = new Set<Hear>();
let timer: NodeJS.Timeout | null = null;

export function hear(listener: Hear): () => void {
  listeners.add(listener);
  timer ??= start();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || !timer) return;
    clearInterval(timer);
    timer = null;
  };
}

function start(): NodeJS.Timeout {
  let first: number | null = null;
  let last = 0;
  let seen = new Set<number>();
  let known: string | null = null;
  let ratedAt = 0;
  let busy = false;

  const poll = async (): Promise<void> => {
    const progress = await store.progress();
    if (first === null) {
      first = last = await store.newestEventId();
      known = progress.text;
      return;
    }
    const found = await store.eventsAfter(Math.max(first, last - LATE), MOST);
    const fresh = found.filter(({ id }) => !seen.has(id));
    last = Math.max(last, found.at(-1)?.id ?? 0);
    seen = new Set(found.map(({ id }) => id).filter((id) => id > last - LATE));
    const events = fresh.map(toLive);
    const now = performance.now();
    if (progress.text !== known && now - ratedAt >= RATE_MS) {
      known = progress.text;
      ratedAt = now;
      events.push({ id: null, kind: "decision-rate", subject: "", version: progress.decisions });
    }
    if (events.length > 0) for (const listener of listeners) listener(events);
  };

  const tick = (): void => {
    if (busy) return;
    busy = true;
    poll()
      // The database is away: the next tick tries again, and nothing is lost meanwhile.
      .catch((error: unknown) => logger().debug({ err: error }, "the events could not be read"))
      .finally(() => {
        busy = false;
      });
  };
  tick();
  return setInterval(tick, POLL_MS).unref();
}
