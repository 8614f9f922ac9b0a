import { authenticate, authorize } from "@/lib/auth/server/authenticate";
import type { Caller } from "@/lib/auth/caller";
import { Problem } from "@/lib/http/problem";
import { Reply, type Context } from "@/lib/http/route";
import { stream as contract } from "../settings-contract";
import { hear, toLive, type LiveEvent } from "./event-poller";
import * as store from "./store";

const HEARTBEAT_MS = 15_000;
const AUTHORIZE_MS = 5 * 60_000;
/** After a key or a person changed; their own processes read the change first. */
const RECHECK_MS = 2_000;
const REPLAY_MS = 15 * 60_000;
const REPLAY_EVENTS = 5_000;
/** A browser that does not read is told to ask anew, not kept waiting with more. */
const MOST_WAITING = 1_000;

const RESYNC = "event: resync\ndata: {}\n\n";
/** These say that somebody's account changed: only for those who may see accounts. */
const adminKinds: ReadonlySet<string> = new Set(["key", "person"]);

const open = new Set<() => void>();

/** Ends every stream, so that a server that stops need not wait for its browsers. They come back to the next one. */
export function endStreams(): void {
  for (const end of open) end();
}

type Asking = Pick<Context<unknown, unknown, unknown>, "caller" | "header" | "remoteAddress" | "signal">;

export function stream(context: Asking): Reply {
  return new Reply(events(context), 200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache, no-transform", "x-accel-buffering": "no" });
}

function text({ id, kind, subject, version }: LiveEvent): string {
  return `${id === null ? "" : `id: ${id}\n`}event: ${kind}\ndata: ${JSON.stringify({ kind, subject, version })}\n\n`;
}

async function* events(context: Asking): AsyncGenerator<string> {
  const signal = context.signal();
  let caller: Caller = context.caller;
  const may = ({ kind }: LiveEvent): boolean => !adminKinds.has(kind) || caller.scopes.has("admin");
  let waiting: string[] = [];
  const state = { ended: false };
  let wake: () => void = () => undefined;
  let checkAt = performance.now() + AUTHORIZE_MS;
  const end = (): void => {
    state.ended = true;
    wake();
  };
  const put = (found: readonly LiveEvent[]): void => {
    if (found.some(({ kind }) => adminKinds.has(kind))) checkAt = Math.min(checkAt, performance.now() + RECHECK_MS);
    waiting.push(...found.filter(may).map(text));
    if (waiting.length > MOST_WAITING) waiting = [RESYNC];
    wake();
  };
  const deaf = hear(put);
  open.add(end);
  signal.addEventListener("abort", end, { once: true });
  try {
    yield "retry: 3000\n: open\n\n";
    yield (await replay(context.header("last-event-id"), may)).join("");
    while (!state.ended && !signal.aborted) {
      if (waiting.length > 0) {
        const chunk = waiting.join("");
        waiting = [];
        yield chunk;
        continue;
      }
      const untilMs = Math.min(HEARTBEAT_MS, Math.max(0, checkAt - performance.now()));
      const woken = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), untilMs);
        wake = () => {
          clearTimeout(timer);
          resolve(true);
        };
      });
      if (performance.now() >= checkAt) {
        const still = await allowed(context, caller);
        if (!still) return;
        caller = still;
        checkAt = performance.now() + AUTHORIZE_MS;
      }
      if (!woken) yield ": here\n\n";
    }
  } finally {
    deaf();
    open.delete(end);
    signal.removeEventListener("abort", end);
  }
}

/** What came after the last event that the browser saw, or one `resync` when that is not kept whole. */
async function replay(lastId: string | undefined, may: (event: LiveEvent) => boolean): Promise<string[]> {
  if (lastId === undefined || lastId === "") return [];
  if (!/^\d{1,9}$/.test(lastId)) return [RESYNC];
  const id = Number(lastId);
  const [seen, ...missed] = await store.eventsAfter(id - 1, REPLAY_EVENTS + 2);
  if (seen?.id !== id || missed.length > REPLAY_EVENTS || Date.now() - (missed[0]?.createdAt.getTime() ?? Date.now()) > REPLAY_MS) return [RESYNC];
  return missed.map(toLive).filter(may).map(text);
}

/** The caller as of now; null when they may no longer listen. A database that is away takes nobody's right. */
async function allowed(context: Asking, before: Caller): Promise<Caller | null> {
  try {
    return authorize(await authenticate({ method: contract.method, header: context.header, remoteAddress: context.remoteAddress }), ["read"]);
  } catch (error) {
    return error instanceof Problem && (error.code === "unauthenticated" || error.code === "forbidden") ? null : before;
  }
}
