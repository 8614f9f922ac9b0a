import type { PersonModel, SessionModel } from "@/prisma/generated/mssql/models";
import { Role, type Profile } from "@/lib/console/settings-contract";
import { db } from "@/lib/db/client";
import { isDuplicate, transact, type Tx } from "@/lib/db/transaction";
import { readProfile } from "../profile";
import type { Attempts } from "../throttle";

export type Person = {
  id: string;
  username: string;
  name: string;
  role: Role;
  passwordHash: string | null;
  externalSubject: string | null;
  disabledAt: Date | null;
  createdAt: Date;
  lastSeenAt: Date | null;
  profile: Profile;
  version: number;
};

function toPerson({ profileJson, role, ...row }: PersonModel): Person {
  return { ...row, role: Role.parse(role), profile: readProfile(profileJson) };
}

export async function findPerson(id: string, tx: Tx = db()): Promise<Person | null> {
  const row = await tx.person.findUnique({ where: { id } });
  return row ? toPerson(row) : null;
}

export async function findByUsername(username: string): Promise<Person | null> {
  const row = await db().person.findUnique({ where: { username } });
  return row ? toPerson(row) : null;
}

export async function findExternal(subject: string): Promise<Person | null> {
  const row = await db().person.findFirst({ where: { externalSubject: subject } });
  return row ? toPerson(row) : null;
}

/** Everybody, with how many of their sessions still count. */
export async function listPeople(now: Date): Promise<(Person & { sessions: number })[]> {
  const [rows, live] = await Promise.all([
    db().person.findMany({ orderBy: { username: "asc" }, take: 2_000 }),
    db().session.groupBy({ by: ["personId"], where: { endedAt: null, expiresAt: { gt: now } }, _count: { _all: true } }),
  ]);
  const counts = new Map(live.map((each) => [each.personId, each._count._all]));
  return rows.map((row) => ({ ...toPerson(row), sessions: counts.get(row.id) ?? 0 }));
}

export async function countPeople(): Promise<number> {
  return await db().person.count();
}

/** Administrators who can still sign in, other than this one. */
export async function otherAdministrators(tx: Tx, id: string): Promise<number> {
  return await tx.person.count({ where: { role: "admin", disabledAt: null, id: { not: id } } });
}

/** False when the name is taken. */
export async function insertPerson(tx: Tx, { profile, ...person }: Person): Promise<boolean> {
  try {
    await tx.person.create({ data: { ...person, profileJson: JSON.stringify(profile) } });
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

/** Null when somebody changed them since `version` was read. */
export async function updatePerson(tx: Tx, id: string, version: number, change: Partial<Pick<Person, "name" | "role" | "disabledAt" | "passwordHash">>): Promise<Person | null> {
  const { count } = await tx.person.updateMany({ where: { id, version }, data: { ...change, version: version + 1 } });
  return count === 0 ? null : await findPerson(id, tx);
}

export async function saveProfile(id: string, profile: Profile): Promise<void> {
  await db().person.updateMany({ where: { id }, data: { profileJson: JSON.stringify(profile) } });
}

export async function touchPerson(id: string, at: Date): Promise<void> {
  await db().person.updateMany({ where: { id }, data: { lastSeenAt: at } });
}

export type Session = SessionModel;

export async function insertSession(tx: Tx, session: Session): Promise<void> {
  await tx.session.create({ data: session });
}

export async function findSession(id: string): Promise<{ session: Session; person: Person } | null> {
  const session = await db().session.findUnique({ where: { id } });
  if (!session) return null;
  const person = await findPerson(session.personId);
  return person ? { session, person } : null;
}

export async function prolongSession(id: string, expiresAt: Date): Promise<void> {
  await db().session.updateMany({ where: { id, endedAt: null }, data: { expiresAt } });
}

export async function endSession(tx: Tx, id: string, at: Date): Promise<boolean> {
  return (await tx.session.updateMany({ where: { id, endedAt: null, expiresAt: { gt: at } }, data: { endedAt: at } })).count === 1;
}

/** How many ended. */
export async function endSessionsOf(tx: Tx, personId: string, at: Date, but?: string): Promise<number> {
  return (await tx.session.updateMany({ where: { personId, endedAt: null, expiresAt: { gt: at }, ...(but === undefined ? {} : { id: { not: but } }) }, data: { endedAt: at } })).count;
}

/** Counts one attempt on each counter, whose rows stay locked to the end of the transaction, and returns what they were before. */
export async function countAttempts(tx: Tx, subjects: readonly string[], at: Date): Promise<(Attempts | null)[]> {
  const before: (Attempts | null)[] = [];
  for (const subject of subjects) {
    const { count } = await tx.signInAttempt.updateMany({ where: { subject }, data: { attempts: { increment: 1 } } });
    if (count === 0) await tx.signInAttempt.create({ data: { subject, attempts: 1, lastAt: at } });
    const row = count === 0 ? null : await tx.signInAttempt.findUnique({ where: { subject } });
    before.push(row ? { attempts: row.attempts - 1, lastAtMs: row.lastAt.getTime() } : null);
  }
  return before;
}

export async function writeAttempts(tx: Tx, subject: string, { attempts, lastAtMs }: Attempts): Promise<void> {
  await tx.signInAttempt.updateMany({ where: { subject }, data: { attempts, lastAt: new Date(lastAtMs) } });
}

export async function forgetAttempts(tx: Tx, subjects: readonly string[]): Promise<void> {
  await tx.signInAttempt.deleteMany({ where: { subject: { in: [...subjects] } } });
}

export async function takeBackAttempt(tx: Tx, subject: string): Promise<void> {
  await tx.signInAttempt.updateMany({ where: { subject, attempts: { gt: 0 } }, data: { attempts: { decrement: 1 } } });
}

/** Counters that rest, and sessions that ended long ago. */
export async function expire(attemptsBefore: Date, sessionsBefore: Date): Promise<void> {
  await db().signInAttempt.deleteMany({ where: { lastAt: { lt: attemptsBefore } } });
  await db().session.deleteMany({ where: { expiresAt: { lt: sessionsBefore } } });
}

export { transact };
