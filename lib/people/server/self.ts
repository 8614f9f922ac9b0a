import type { Actor } from "@/lib/audit/actor";
import { audited } from "@/lib/audit/server/append";
import type { Caller } from "@/lib/auth/caller";
import type { Me, Profile } from "@/lib/console/settings-contract";
import { Problem } from "@/lib/http/problem";
import { services } from "@/lib/services";
import { hashPassword, verifyPassword } from "./password";
import { forgetSessions } from "./sessions";
import { SESSION_MS, registerPasswordAttempt } from "./sign-in";
import * as store from "./store";

/** What one does with one's own account. A key has none. */
async function self(caller: Caller): Promise<{ person: store.Person; session: store.Session }> {
  const found = caller.sessionId === undefined ? null : await store.findSession(caller.sessionId);
  if (!found) throw new Problem("forbidden", "This is for signed-in people; a key has no account.", { fields: [{ part: "header", field: "authorization", message: "is a key" }] });
  return found;
}

function toMe(person: store.Person, expiresAt: Date): Me {
  return { id: person.id, name: person.name, role: person.role, expires_at: expiresAt.toISOString(), centre_zone: services().env.TIME_ZONE, profile: person.profile };
}

export async function readMe(caller: Caller): Promise<Me> {
  const { person, session } = await self(caller);
  return toMe(person, session.expiresAt);
}

/** Preferences are nobody else's business: they are not audited. */
export async function saveProfile(caller: Caller, change: { [Key in keyof Profile]?: Profile[Key] | undefined }): Promise<Me> {
  const { person, session } = await self(caller);
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<Profile>;
  const profile = { ...person.profile, ...given };
  await store.saveProfile(person.id, profile);
  return toMe({ ...person, profile }, session.expiresAt);
}

export async function extendSession(caller: Caller, now: Date): Promise<Me> {
  const { person, session } = await self(caller);
  const expiresAt = new Date(now.getTime() + SESSION_MS);
  await store.prolongSession(session.id, expiresAt);
  forgetSessions();
  return toMe(person, expiresAt);
}

/** Asks for the current password, with the back-off of sign-in; ends one's other sessions. How many ended. */
export async function changePassword(caller: Caller, { current, next }: { current: string; next: string }, { actor, now, address }: { actor: Actor; now: Date; address: string }): Promise<number> {
  const { person, session } = await self(caller);
  if (person.externalSubject !== null) throw new Problem("forbidden", "This account signs in elsewhere: its password is not here.");
  const waitMs = await registerPasswordAttempt(person.username, address, now);
  if (waitMs > 0) throw new Problem("too-many-requests", "Too many attempts; wait and try again.", { headers: { "retry-after": String(Math.ceil(waitMs / 1_000)) }, fields: [{ part: "body", field: "current", message: "too many attempts" }] });
  if (!(await verifyPassword(person.passwordHash, current))) throw new Problem("wrong-password", "The current password is not right.", { fields: [{ part: "body", field: "current", message: "not right" }] });
  if (next === current || next.toLowerCase().includes(person.username)) throw new Problem("invalid-request", "next: not the old password, and not with the account's name in it", { fields: [{ part: "body", field: "next", message: "not the old one, nor with one's name in it", code: "weak" }] });
  const passwordHash = await hashPassword(next);
  const ended = await audited(async (tx, append) => {
    if (!(await store.updatePerson(tx, person.id, person.version, { passwordHash }))) throw new Problem("conflict", "The account was changed at the same time; try again.");
    const count = await store.endSessionsOf(tx, person.id, now, session.id);
    await append({ at: now, actor, action: "person.password", subject: { type: "person", id: person.id }, after: { ended_sessions: count } });
    return count;
  });
  forgetSessions();
  return ended;
}
