import { db } from "@/lib/db/client";
import { Again, isDuplicate, transact, type Tx } from "@/lib/db/transaction";
import type { Actor } from "../actor";
import { GENESIS, hashOf, redacted, type Entry, type Head, type LinkedEntry } from "../chain";

export type NewEntry = {
  at: Date;
  actor: Actor;
  /** Code such as `key.revoke`. */
  action: string;
  subject: { type: string; id: string };
  before?: Record<string, unknown> | null;
  after?: Record<string, unknown> | null;
  reason?: string | null;
};

export type Append = (entry: NewEntry) => Promise<void>;

/**
 * One transaction with its audit rows. The head's lock is taken first: it puts the writers of all processes in one line, so
 * that the chain has no forks and what the work reads cannot change under it by another audited change.
 */
export async function audited<T>(work: (tx: Tx, append: Append) => Promise<T>): Promise<T> {
  return await transact(async (tx) => {
    const { count } = await tx.auditHead.updateMany({ where: { id: 1 }, data: { lastId: { increment: 0 } } });
    if (count === 0) {
      await tx.auditHead.create({ data: { id: 1, ...GENESIS } }).catch((error: unknown) => {
        // The very first rows of several writers at once: the head is there now.
        throw isDuplicate(error) ? new Again() : error;
      });
    }
    return await work(tx, (entry) => append(tx, entry));
  });
}

async function append(tx: Tx, entry: NewEntry): Promise<void> {
  const { lastId, hash: prevHash } = await tx.auditHead.findUniqueOrThrow({ where: { id: 1 } });
  const row: Entry = {
    id: lastId + 1,
    at: new Date(entry.at),
    actorKind: entry.actor.kind,
    actorId: entry.actor.id,
    actor: entry.actor.name.slice(0, 100),
    action: entry.action,
    subjectType: entry.subject.type,
    subjectId: entry.subject.id.slice(0, 100),
    beforeJson: redacted(entry.before ?? null),
    afterJson: redacted(entry.after ?? null),
    reason: entry.reason?.slice(0, 500) ?? null,
    requestId: entry.actor.requestId?.slice(0, 64) ?? null,
    addressPrefix: entry.actor.addressPrefix?.slice(0, 60) ?? null,
  };
  const hash = hashOf(prevHash, row);
  await tx.auditEntry.create({ data: { ...row, prevHash, hash } });
  await tx.auditHead.update({ where: { id: 1 }, data: { lastId: row.id, hash } });
}

export async function readHead(): Promise<Head> {
  const row = await db().auditHead.findUnique({ where: { id: 1 } });
  return row ? { lastId: row.lastId, hash: row.hash } : GENESIS;
}

/** Rows after an id, oldest first, for the walk. */
export async function rowsAfter(id: number, upTo: number, take: number): Promise<LinkedEntry[]> {
  return await db().auditEntry.findMany({ where: { id: { gt: id, lte: upTo } }, orderBy: { id: "asc" }, take });
}

export async function countBeyond(id: number): Promise<number> {
  return await db().auditEntry.count({ where: { id: { gt: id } } });
}

export type Filter = { from: Date; to: Date; actor?: string | undefined; action?: string | undefined; subject?: string | undefined };

function where({ from, to, actor, action, subject }: Filter) {
  return {
    at: { gte: from, lt: to },
    ...(actor === undefined ? {} : { actor: { contains: actor } }),
    ...(action === undefined ? {} : { action: { startsWith: action } }),
    ...(subject === undefined ? {} : { OR: [{ subjectId: { contains: subject } }, { subjectType: { contains: subject } }] }),
  };
}

/** Newest first, below an id. */
export async function rowsBefore(filter: Filter, before: number | null, take: number): Promise<LinkedEntry[]> {
  return await db().auditEntry.findMany({ where: { ...where(filter), ...(before === null ? {} : { id: { lt: before } }) }, orderBy: { id: "desc" }, take });
}

/** Counts at most `limit`. */
export async function countRows(filter: Filter, limit: number): Promise<number> {
  return await db().auditEntry.count({ where: where(filter), take: limit });
}
