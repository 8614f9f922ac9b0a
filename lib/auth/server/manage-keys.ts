import type { Actor } from "@/lib/audit/actor";
import type { Key as KeyOut } from "@/lib/console/settings-contract";
import type { Scope } from "@/lib/http/endpoint";
import { Problem } from "@/lib/http/problem";
import { createKey, loadKeys } from "./keys";
import * as store from "./store";

/** How long a rotated key goes on beside its successor. */
export const OVERLAP_MS = 24 * 3_600_000;

type By = { actor: Actor; now: Date };
type WithSecret = { key: KeyOut; secret: string };

function toKeyOut(key: store.KeyRecord): KeyOut {
  return {
    id: key.id,
    name: key.name,
    scopes: key.scopes,
    created_by: key.createdBy,
    created_at: key.createdAt.toISOString(),
    expires_at: key.expiresAt?.toISOString() ?? null,
    revoked_at: key.revokedAt?.toISOString() ?? null,
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
    last_used_from: key.lastUsedFrom,
    rate_per_second: key.ratePerSecond,
    burst: key.burst,
    replaces_id: key.replacesId,
  };
}

const isLive = (key: store.KeyRecord, now: Date): boolean => key.revokedAt === null && (key.expiresAt === null || key.expiresAt > now);

/** Live ones first, the newest first in both halves. */
export async function listKeys(now: Date): Promise<KeyOut[]> {
  const all = await store.listKeys();
  return [...all.filter((key) => isLive(key, now)), ...all.filter((key) => !isLive(key, now))].map(toKeyOut);
}

export async function addKey(wanted: { name: string; scopes: Scope[]; expiresAt: Date | null; ratePerSecond: number | null; burst: number | null }, { actor, now }: By): Promise<WithSecret> {
  if (wanted.expiresAt && wanted.expiresAt <= now) throw new Problem("invalid-request", "expires_at: is over already", { fields: [{ part: "body", field: "expires_at", message: "is over already" }] });
  return await shownOnce(await createKey({ ...wanted, scopes: [...new Set(wanted.scopes)], createdBy: actor.name, actor, now }));
}

/** A new secret with the same rights; the old key works for a day more. */
export async function rotateKey(id: string, { actor, now }: By): Promise<WithSecret> {
  const old = await found(id);
  if (!isLive(old, now)) throw new Problem("conflict", "This key is over: make a new one.", { extra: { current: toKeyOut(old) } });
  const { name, scopes, ratePerSecond, burst } = old;
  const overlap = new Date(now.getTime() + OVERLAP_MS);
  const made = await createKey({ name, scopes, ratePerSecond, burst, createdBy: actor.name, actor, now, expiresAt: old.expiresAt && old.expiresAt > overlap ? old.expiresAt : null, replacesId: id, oldEndsAt: old.expiresAt && old.expiresAt < overlap ? old.expiresAt : overlap });
  if (!made) throw new Problem("conflict", "This key was rotated already: its successor is alive.", { extra: { current: toKeyOut(old) } });
  return await shownOnce(made);
}

/** Ends a key at once, everywhere. Its name is asked for, because the consequence cannot be undone. */
export async function revokeKey(id: string, given: { name: string; reason: string }, { actor, now }: By): Promise<KeyOut> {
  const key = await found(id);
  if (key.name !== given.name) throw new Problem("conflict", "The name is not that of the key.", { fields: [{ part: "body", field: "name", message: "not the key's name" }] });
  if (!(await store.revokeKey(id, now, actor, given.reason === "" ? null : given.reason))) throw new Problem("conflict", "This key is revoked already.", { extra: { current: toKeyOut(await found(id)) } });
  await loadKeys();
  return toKeyOut(await found(id));
}

async function shownOnce({ id, text }: { id: string; text: string }): Promise<WithSecret> {
  await loadKeys();
  return { key: toKeyOut(await found(id)), secret: text };
}

async function found(id: string): Promise<store.KeyRecord> {
  const key = await store.findKey(id);
  if (!key) throw new Problem("not-found", "There is no such key.", { fields: [{ part: "path", field: "id", message: `${id}: nothing found` }] });
  return key;
}
