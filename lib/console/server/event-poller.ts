import { logger } from "@/lib/log";
import * as store from "./store";

/** `id` is the sequence in the store; null for `decision-rate`, which is not stored: the next one replaces it. */
export type LiveEvent = { id: number | null; kind: string; subject: string; version: number };
type Hear = (events: readonly LiveEvent[]) => void;

/** With the browser's own second between two reads of a screen, what one process did is on the screens of the others within two. */
const POLL_MS = 500;
/** Decisions come in crowds: they are told at every second poll at most. */
const RATE_POLLS = 2;
/** Numbers are given before the commit: one this far below the newest may still turn up. */
const LATE = 100;
const MOST = 5_000;
/** Above every number that the store gives. */
const NONE = 2_147_483_647;

/** What the browser calls the kinds that the stores write. */
const kinds: Record<string, string> = { keys: "key", models: "model", people: "person", "shift-note": "note" };

export function toLive({ id, kind, subject, version }: store.Mark): LiveEvent {
  return { id, kind: kinds[kind] ?? kind, subject, version };
}

/** One statement per process and poll, however many listen; none while nobody does. */
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

/** A screen of decisions has something new. */
function moved(from: store.Progress, to: store.Progress): boolean {
  return from.decisions !== to.decisions || from.calls !== to.calls || from.rolled !== to.rolled || from.counted !== to.counted;
}

function start(): NodeJS.Timeout {
  let first = 0;
  let last = 0;
  let seen = new Set<number>();
  let known: store.Progress | null = null;
  let pollsSinceRate = RATE_POLLS;
  let busy = false;

  const newEvents = async (now: store.Progress): Promise<LiveEvent[]> => {
    if (now.newestEvent === last && now.recentEvents === seen.size) return [];
    const found = await store.eventsAfter(Math.max(first, last - LATE), MOST);
    const fresh = found.filter(({ id }) => !seen.has(id));
    last = Math.max(last, found.at(-1)?.id ?? 0);
    seen = new Set(found.map(({ id }) => id).filter((id) => id > last - LATE));
    return fresh.map(toLive);
  };

  const poll = async (): Promise<void> => {
    const now = await store.progress(known === null ? NONE : Math.max(first, last - LATE));
    if (known === null) {
      first = last = now.newestEvent;
      known = now;
      return;
    }
    const events = await newEvents(now);
    pollsSinceRate++;
    if (pollsSinceRate >= RATE_POLLS && moved(known, now)) {
      known = now;
      pollsSinceRate = 0;
      events.push({ id: null, kind: "decision-rate", subject: "", version: now.decisions });
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
