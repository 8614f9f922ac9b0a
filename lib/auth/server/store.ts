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

/** The key and the event that tells every process, in one transaction. */
export async function insertKey(key: KeyRecord): Promise<void> {
  await db().$transaction([
    db().apiKey.create({ data: { ...key, scopes: key.scopes.join(",") } }),
    db().changeEvent.create({ data: { kind: "keys", subject: key.id, version: 1, createdAt: key.createdAt } }),
  ]);
}

/** False when there is no such key that is still live. */
export async function revokeKey(id: string, at: Date): Promise<boolean> {
  const { count } = await db().apiKey.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: at } });
  if (count === 1) await db().changeEvent.create({ data: { kind: "keys", subject: id, version: 1, createdAt: at } });
  return count === 1;
}

export async function touchKey(id: string, at: Date, from: string): Promise<void> {
  await db().apiKey.updateMany({ where: { id }, data: { lastUsedAt: at, lastUsedFrom: from } });
}
