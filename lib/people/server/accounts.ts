import { randomUUID } from "node:crypto";
import type { Actor } from "@/lib/audit/actor";
import { audited } from "@/lib/audit/server/append";
import type { Person as PersonOut, Role } from "@/lib/console/settings-contract";
import { Problem } from "@/lib/http/problem";
import { defaultProfile } from "../profile";
import { mayChange, type Change } from "../rules";
import { hashPassword, newPassword } from "./password";
import { forgetSessions } from "./sessions";
import * as store from "./store";

type By = { actor: Actor; now: Date };

export function toPersonOut(person: store.Person, sessions: number): PersonOut {
  return {
    id: person.id,
    username: person.username,
    name: person.name,
    role: person.role,
    disabled: person.disabledAt !== null,
    created_at: person.createdAt.toISOString(),
    last_seen_at: person.lastSeenAt?.toISOString() ?? null,
    sessions,
    external: person.externalSubject !== null,
    version: person.version,
  };
}

export async function listPeople(now: Date): Promise<PersonOut[]> {
  return (await store.listPeople(now)).map((person) => toPersonOut(person, person.sessions));
}

export async function hasPeople(): Promise<boolean> {
  return (await store.countPeople()) > 0;
}

/** An account with a first password, which is in the result and nowhere else. */
export async function addPerson(wanted: { username: string; name: string; role: Role }, { actor, now }: By): Promise<{ person: PersonOut; password: string }> {
  const password = newPassword();
  const person: store.Person = { ...wanted, id: randomUUID(), passwordHash: await hashPassword(password), externalSubject: null, disabledAt: null, createdAt: now, lastSeenAt: null, profile: defaultProfile, version: 1 };
  await audited(async (tx, append) => {
    if (!(await store.insertPerson(tx, person))) throw new Problem("conflict", `There is an account ${wanted.username} already.`, { fields: [{ part: "body", field: "username", message: "taken" }] });
    await append({ at: now, actor, action: "person.create", subject: { type: "person", id: person.id }, after: wanted });
  });
  return { person: toPersonOut(person, 0), password };
}

/** Role, name, disabled. Disabling and lowering take effect on open sessions at once. */
export async function changePerson(id: string, change: Change & { version: number; reason: string }, { actor, now }: By): Promise<PersonOut> {
  const { version, reason, ...wanted } = change;
  const changed = await audited(async (tx, append) => {
    const before = await readForChange(tx, id, version);
    const refusal = mayChange({ self: actor.kind === "person" && actor.id === id, before: { role: before.role, disabled: before.disabledAt !== null }, wanted, otherAdministrators: await store.otherAdministrators(tx, id) });
    if (refusal) throw new Problem(refusal.code, refusal.detail, { fields: [{ part: "body", field: refusal.field, message: refusal.code }], extra: { current: toPersonOut(before, 0) } });
    const columns = {
      ...(wanted.role === undefined ? {} : { role: wanted.role }),
      ...(wanted.name === undefined ? {} : { name: wanted.name }),
      ...(wanted.disabled === undefined ? {} : { disabledAt: wanted.disabled ? (before.disabledAt ?? now) : null }),
    };
    const after = await store.updatePerson(tx, id, version, columns);
    if (!after) throw stale(before);
    if (wanted.disabled === true) await store.endSessionsOf(tx, id, now);
    const action = wanted.role !== undefined && wanted.role !== before.role ? "person.role" : wanted.disabled !== undefined && wanted.disabled !== (before.disabledAt !== null) ? (wanted.disabled ? "person.disable" : "person.enable") : "person.change";
    await append({ at: now, actor, action, subject: { type: "person", id }, before: shown(before), after: shown(after), reason: reason === "" ? null : reason });
    return after;
  });
  forgetSessions();
  return await withSessions(changed, now);
}

export async function resetPassword(id: string, version: number, { actor, now }: By): Promise<{ person: PersonOut; password: string }> {
  const password = newPassword();
  const passwordHash = await hashPassword(password);
  const changed = await audited(async (tx, append) => {
    const before = await readForChange(tx, id, version);
    if (before.externalSubject !== null) throw new Problem("not-found", "This account signs in elsewhere: there is no password here.");
    const after = await store.updatePerson(tx, id, version, { passwordHash });
    if (!after) throw stale(before);
    const ended = await store.endSessionsOf(tx, id, now);
    await append({ at: now, actor, action: "person.password-reset", subject: { type: "person", id }, after: { ended_sessions: ended } });
    return after;
  });
  forgetSessions();
  return { person: toPersonOut(changed, 0), password };
}

export async function endSessions(id: string, { actor, now }: By): Promise<number> {
  const ended = await audited(async (tx, append) => {
    if (!(await store.findPerson(id, tx))) throw unknownPerson(id);
    const count = await store.endSessionsOf(tx, id, now);
    await append({ at: now, actor, action: "person.end-sessions", subject: { type: "person", id }, after: { ended_sessions: count } });
    return count;
  });
  forgetSessions();
  return ended;
}

const shown = (person: store.Person) => ({ name: person.name, role: person.role, disabled: person.disabledAt !== null });

type Tx = Parameters<typeof store.updatePerson>[0];

async function readForChange(tx: Tx, id: string, version: number): Promise<store.Person> {
  const before = await store.findPerson(id, tx);
  if (!before) throw unknownPerson(id);
  if (before.version !== version) throw stale(before);
  return before;
}

async function withSessions(person: store.Person, now: Date): Promise<PersonOut> {
  const all = await store.listPeople(now);
  return toPersonOut(person, all.find((each) => each.id === person.id)?.sessions ?? 0);
}

function unknownPerson(id: string): Problem {
  return new Problem("not-found", "There is no such account.", { fields: [{ part: "path", field: "id", message: `${id}: nothing found` }] });
}

function stale(current: store.Person): Problem {
  return new Problem("stale-version", "Somebody changed this account first.", { fields: [{ part: "body", field: "version", message: `is ${current.version} now` }], extra: { current: toPersonOut(current, 0) } });
}
