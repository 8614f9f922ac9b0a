import { createHash, randomUUID } from "node:crypto";
import type { Actor } from "@/lib/audit/actor";
import { audited } from "@/lib/audit/server/append";
import { prefixOf } from "@/lib/auth/address-prefix";
import { counted, policies, waitMs } from "../throttle";
import { verifyPassword } from "./password";
import * as store from "./store";

export const SESSION_MS = 12 * 3_600_000;

export type SignIn = { kind: "in"; personId: string; sessionId: string } | { kind: "refused" } | { kind: "throttled"; waitMs: number };

/**
 * Name and password. An unknown name, a wrong password and a disabled account give the same answer after the same work, and all
 * count alike, so that nobody learns which names exist.
 */
export async function signIn(attempt: { username: string; password: string; address: string; now: Date; replaces: string | null }): Promise<SignIn> {
  const username = attempt.username.trim().toLowerCase();
  const subjects = subjectsOf(username, attempt.address);
  const wait = await register(subjects, attempt.now, username, attempt.address);
  if (wait > 0) return { kind: "throttled", waitMs: wait };
  const person = await store.findByUsername(username);
  const right = await verifyPassword(person?.passwordHash ?? null, attempt.password);
  if (!person || !right || person.disabledAt) return { kind: "refused" };
  const sessionId = await openSession(person, attempt, async (tx) => {
    await store.forgetAttempts(tx, [subjects.both, subjects.account]);
    await store.takeBackAttempt(tx, subjects.address);
  });
  return { kind: "in", personId: person.id, sessionId };
}

/** The same back-off for asking the password of somebody who is signed in. */
export async function registerPasswordAttempt(username: string, address: string, now: Date): Promise<number> {
  return await register(subjectsOf(username, address), now, username, address);
}

type Subjects = Record<keyof typeof policies, string>;

function subjectsOf(username: string, address: string): Subjects {
  const key = (...parts: string[]): string => createHash("sha256").update(parts.join("\n")).digest("hex");
  return { both: key("both", username, prefixOf(address)), account: key("account", username), address: key("address", prefixOf(address)) };
}

/** Counts the attempt before anything is looked at; how long to wait when it may not be made. A refused one does not count. */
async function register(subjects: Subjects, now: Date, username: string, address: string): Promise<number> {
  const names = Object.keys(policies) as (keyof Subjects)[];
  const nowMs = now.getTime();
  const { wait, locks } = await store.transact(async (tx) => {
    const before = await store.countAttempts(tx, names.map((name) => subjects[name]), now);
    const waits = names.map((name, i) => waitMs(before[i] ?? null, policies[name], nowMs));
    const longest = Math.max(...waits);
    for (const [i, name] of names.entries()) {
      if (longest > 0) await store.takeBackAttempt(tx, subjects[name]);
      else await store.writeAttempts(tx, subjects[name], counted(before[i] ?? null, nowMs));
    }
    const firstLock = names.find((name, i) => longest === 0 && (before[i]?.attempts ?? 0) + 1 === policies[name].free);
    return { wait: longest, locks: firstLock };
  });
  // One row when a counter begins to refuse, not one per attempt: an attacker must not be able to fill the audit.
  if (locks) {
    await audited((_tx, append) =>
      append({ at: now, actor: { kind: "system", id: "", name: "sign-in", requestId: null, addressPrefix: prefixOf(address) }, action: "sign-in.back-off", subject: { type: "account", id: locks === "address" ? "any" : username }, after: { counter: locks, attempts: policies[locks].free } }),
    );
  }
  return wait;
}

type Work = Parameters<typeof audited>[0];

/** A new session with its own id, never one that the browser brought; the one it replaces ends. */
export async function openSession(person: store.Person, from: { address: string; now: Date; replaces: string | null }, also?: (tx: Parameters<Work>[0]) => Promise<void>): Promise<string> {
  const id = randomUUID();
  const actor: Actor = { kind: "person", id: person.id, name: person.username, requestId: null, addressPrefix: prefixOf(from.address) };
  await audited(async (tx, append) => {
    await also?.(tx);
    if (from.replaces !== null) await store.endSession(tx, from.replaces, from.now);
    await store.insertSession(tx, { id, personId: person.id, createdAt: from.now, expiresAt: new Date(from.now.getTime() + SESSION_MS), endedAt: null, addressPrefix: prefixOf(from.address) });
    await append({ at: from.now, actor, action: "session.start", subject: { type: "person", id: person.id } });
  });
  await store.touchPerson(person.id, from.now);
  return id;
}

export async function signOut(sessionId: string, now: Date): Promise<void> {
  const found = await store.findSession(sessionId);
  if (!found) return;
  const { person } = found;
  await audited(async (tx, append) => {
    if (!(await store.endSession(tx, sessionId, now))) return;
    await append({ at: now, actor: { kind: "person", id: person.id, name: person.username, requestId: null, addressPrefix: null }, action: "session.end", subject: { type: "person", id: person.id } });
  });
}
