import { systemActor, type Actor } from "@/lib/audit/actor";
import { audited } from "@/lib/audit/server/append";
import { db } from "@/lib/db/client";
import { Scope } from "@/lib/http/endpoint";

export type KeyRecord = {
  id: string;
  name: string;
  secretSha256: string;
  scopes: Scope[];
  createdBy: string;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
  lastUsedFrom: string | null;
  ratePerSecond: number | null;
  burst: number | null;
  replacesId: string | null;
};

type KeyRow = Omit<KeyRecord, "scopes"> & { scopes: string };

function toKey(row: KeyRow): KeyRecord {
  return { ...row, scopes: row.scopes.split(",").map((scope) => Scope.parse(scope)) };
}

export async function listKeys(): Promise<KeyRecord[]> {
  return (await db().apiKey.findMany({ orderBy: [{ createdAt: "desc" }, { id: "asc" }], take: 1_000 })).map(toKey);
}

export async function findKey(id: string): Promise<KeyRecord | null> {
  const row = await db().apiKey.findUnique({ where: { id } });
  return row ? toKey(row) : null;
}

const shown = ({ name, scopes, expiresAt, ratePerSecond, burst, replacesId }: KeyRecord) => ({ name, scopes, expires_at: expiresAt, rate_per_second: ratePerSecond, burst, replaces_id: replacesId });

/**
 * The key, its audit row and the event that tells every process, in one transaction. With `oldEndsAt` it replaces another one,
 * which ends then; false when that one has a live successor already.
 */
export async function insertKey(key: KeyRecord, actor: Actor, oldEndsAt: Date | null): Promise<boolean> {
  return await audited(async (tx, append) => {
    if (key.replacesId !== null && oldEndsAt !== null) {
      const successors = await tx.apiKey.count({ where: { replacesId: key.replacesId, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: key.createdAt } }] } });
      if (successors > 0) return false;
      await tx.apiKey.updateMany({ where: { id: key.replacesId }, data: { expiresAt: oldEndsAt } });
    }
    await tx.apiKey.create({ data: { ...key, scopes: key.scopes.join(",") } });
    await tx.changeEvent.create({ data: { kind: "keys", subject: key.id, version: 1, createdAt: key.createdAt } });
    const at = key.createdAt;
    if (key.replacesId === null) await append({ at, actor, action: "key.create", subject: { type: "key", id: key.id }, after: shown(key) });
    else await append({ at, actor, action: "key.rotate", subject: { type: "key", id: key.replacesId }, after: { successor: key.id, name: key.name, expires_at: oldEndsAt } });
    return true;
  });
}

/** False when there is no such key that is still live. */
export async function revokeKey(id: string, at: Date, actor: Actor = systemActor("command"), reason: string | null = null): Promise<boolean> {
  return await audited(async (tx, append) => {
    const { count } = await tx.apiKey.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: at } });
    if (count === 0) return false;
    await tx.changeEvent.create({ data: { kind: "keys", subject: id, version: 1, createdAt: at } });
    await append({ at, actor, action: "key.revoke", subject: { type: "key", id }, after: { revoked_at: at }, reason });
    return true;
  });
}

export async function touchKey(id: string, at: Date, from: string): Promise<void> {
  await db().apiKey.updateMany({ where: { id }, data: { lastUsedAt: at, lastUsedFrom: from } });
}
