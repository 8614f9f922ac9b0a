import { decode } from "next-auth/jwt";
import { z } from "zod";
import { scopesOfRole, type Caller } from "@/lib/auth/caller";
import { logger } from "@/lib/log";
import { Problem } from "@/lib/http/problem";
import { isSameOrigin, sessionToken } from "../session-cookie";
import { REST_MS } from "../throttle";
import { SESSION_MS } from "./sign-in";
import * as store from "./store";

/** How old an answer about a session may be: ending one takes effect everywhere within this. */
const FRESH_MS = 1_000;
const KEPT = 5_000;
const MINUTE_MS = 60_000;

const Token = z.object({ sid: z.string().max(36) });

const known = new Map<string, { atMs: number; caller: Caller | null; expiresAtMs: number; seenMs: number }>();
const opened = new Map<string, string>();

/** The session id in a token of ours; null when it is not ours, or old. */
export async function sessionIdOf(token: string): Promise<string | null> {
  const before = opened.get(token);
  if (before !== undefined) return before;
  const secret = process.env.NEXTAUTH_SECRET;
  if (!secret || token.length > 4_096) return null;
  const parsed = Token.safeParse(await decode({ token, secret }).catch(() => null));
  if (!parsed.success) return null;
  remember(opened, token, parsed.data.sid);
  return parsed.data.sid;
}

/** Who a session belongs to, if it still counts: not ended, not over, of somebody who is not disabled. */
export async function callerOfSession(id: string, nowMs: number): Promise<Caller | null> {
  const before = known.get(id);
  if (before && nowMs - before.atMs < FRESH_MS) return before.expiresAtMs > nowMs ? before.caller : null;
  const found = await store.findSession(id);
  const alive = found !== null && found.session.endedAt === null && found.session.expiresAt.getTime() > nowMs && found.person.disabledAt === null;
  const caller: Caller | null = alive ? { kind: "person", id: found.person.id, name: found.person.username, scopes: scopesOfRole(found.person.role), role: found.person.role, sessionId: id } : null;
  const entry = { atMs: nowMs, caller, expiresAtMs: found?.session.expiresAt.getTime() ?? 0, seenMs: Math.max(before?.seenMs ?? 0, found?.person.lastSeenAt?.getTime() ?? 0) };
  if (caller && nowMs - entry.seenMs > MINUTE_MS) {
    entry.seenMs = nowMs;
    inBackground(store.touchPerson(caller.id, new Date(nowMs)));
  }
  remember(known, id, entry);
  return caller;
}

/** Forgets what is known, so that a change made through this process counts at once in it. */
export function forgetSessions(): void {
  known.clear();
}

/** Forgets sessions a month after their end, and counters of sign-in that rest. */
export async function expireSessions(nowMs: number): Promise<void> {
  await store.expire(new Date(nowMs - REST_MS), new Date(nowMs - 30 * 24 * 60 * MINUTE_MS));
}

type Asking = { method: string; header: (name: string) => string | undefined };

/** The signed-in person of a request; null without a session. Refuses a change that another site's page sends with the cookie. */
export async function readSession({ method, header }: Asking): Promise<Caller | null> {
  const publicUrl = process.env.NEXTAUTH_URL;
  const token = sessionToken(header("cookie"), publicUrl?.startsWith("https://") === true);
  if (token === null) return null;
  const id = await sessionIdOf(token);
  const nowMs = Date.now();
  const caller = id === null ? null : await callerOfSession(id, nowMs);
  if (!caller) return null;
  if (method === "GET" || method === "HEAD") return caller;
  const publicOrigin = publicUrl !== undefined && URL.canParse(publicUrl) ? new URL(publicUrl).origin : null;
  if (!isSameOrigin({ site: header("sec-fetch-site"), origin: header("origin"), host: header("host") }, publicOrigin))
    throw new Problem("forbidden", "A change with a session must come from a page of this console.", { fields: [{ part: "header", field: "origin", message: "not this origin" }] });
  prolong(id!, nowMs);
  return caller;
}

/** Use keeps a session alive: a change, not the polling of an open page. */
function prolong(id: string, nowMs: number): void {
  const entry = known.get(id);
  if (!entry || nowMs + SESSION_MS - entry.expiresAtMs < MINUTE_MS) return;
  entry.expiresAtMs = nowMs + SESSION_MS;
  inBackground(store.prolongSession(id, new Date(entry.expiresAtMs)));
}

function inBackground(work: Promise<void>): void {
  work.catch((error: unknown) => {
    logger().debug({ err: error }, "a session's use was not written"); // the next use writes it
  });
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > KEPT) map.delete(map.keys().next().value!);
}
