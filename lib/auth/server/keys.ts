import { createHash, hash, randomBytes, timingSafeEqual } from "node:crypto";
import { systemActor, type Actor } from "@/lib/audit/actor";
import type { Scope } from "@/lib/http/endpoint";
import { Problem } from "@/lib/http/problem";
import { prefixOf } from "../address-prefix";
import type { Caller } from "../caller";
import { base62, formatKey, parseKey } from "../key-format";
import { take, type Bucket, type Limit } from "../token-bucket";
import * as store from "./store";

type Live = { caller: Caller; digest: Buffer; expiresAtMs: number; limit: Limit | null };

/** Live keys in memory: a request costs one hash and no query, and goes on while the database is away. */
let ring = new Map<string, Live>();
/** Texts that were proven once: the hash of the next request with the same one would be the same. */
const proven = new Map<string, Live>();
const MAX_PROVEN = 1_000;
const buckets = new Map<string, Bucket>();
const used = new Map<string, { atMs: number; from: string }>();

/** Keys that decide, predict or log have no limit unless one was set with the key. */
const DEFAULT_LIMIT: Limit = { ratePerSecond: 50, burst: 100 };
const unlimited: readonly Scope[] = ["predict", "decide", "log"];

export async function loadKeys(): Promise<void> {
  const next = new Map<string, Live>();
  for (const key of await store.listKeys()) {
    if (key.revokedAt) continue;
    const own = key.ratePerSecond === null ? null : { ratePerSecond: key.ratePerSecond, burst: key.burst ?? Math.ceil(key.ratePerSecond * 2) };
    next.set(key.id, {
      caller: { kind: "key", id: key.id, name: key.name, scopes: new Set(key.scopes), role: null },
      digest: Buffer.from(key.secretSha256, "hex"),
      expiresAtMs: key.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY,
      limit: own ?? (key.scopes.some((scope) => unlimited.includes(scope)) ? null : DEFAULT_LIMIT),
    });
  }
  ring = next;
  proven.clear();
}

/** The caller of a key, or null when the key is wrong, revoked or expired. Throws 429 above the key's limit. */
export function callerOfKey(text: string, nowMs: number, from: string): Caller | null {
  const live = proven.get(text) ?? prove(text);
  if (!live || live.expiresAtMs <= nowMs) return null;
  const { id } = live.caller;
  if (live.limit) {
    const { bucket, waitMs } = take(buckets.get(id), live.limit, nowMs);
    buckets.set(id, bucket);
    if (waitMs > 0) {
      throw new Problem("too-many-requests", `This key may ask ${live.limit.ratePerSecond} times a second.`, {
        headers: { "retry-after": String(Math.max(1, Math.ceil(waitMs / 1000))) },
        fields: [{ part: "header", field: "authorization", message: "over its rate limit" }],
      });
    }
  }
  const seen = used.get(id);
  if (!seen || nowMs - seen.atMs > 60_000) used.set(id, { atMs: nowMs, from });
  return live.caller;
}

function prove(text: string): Live | null {
  const parsed = parseKey(text);
  const live = parsed && ring.get(parsed.id);
  if (!live || !timingSafeEqual(hash("sha256", parsed.secret, "buffer"), live.digest)) return null;
  if (proven.size >= MAX_PROVEN) proven.clear();
  proven.set(text, live);
  return live;
}

/** Writes when each key was last used, to the minute. */
export async function flushKeyUse(): Promise<void> {
  for (const [id, { atMs, from }] of [...used]) {
    await store.touchKey(id, new Date(Math.floor(atMs / 60_000) * 60_000), prefixOf(from));
  }
}

export type NewKey = {
  name: string;
  scopes: Scope[];
  createdBy: string;
  now: Date;
  environment?: string;
  expiresAt?: Date | null;
  ratePerSecond?: number | null;
  burst?: number | null;
  /** For the audit; the command line when absent. */
  actor?: Actor;
};

/** Makes a key. The text is returned once and cannot be had again. */
export async function createKey(options: NewKey): Promise<{ id: string; text: string }>;
/** As the successor of another, which ends at `oldEndsAt`; null when that one has a live successor already. */
export async function createKey(options: NewKey & { replacesId: string; oldEndsAt: Date }): Promise<{ id: string; text: string } | null>;
export async function createKey(options: NewKey & { replacesId?: string; oldEndsAt?: Date }): Promise<{ id: string; text: string } | null> {
  const id = base62(randomBytes(64), 8);
  const secret = base62(randomBytes(128), 32);
  const record: store.KeyRecord = {
    id,
    name: options.name,
    secretSha256: createHash("sha256").update(secret).digest("hex"),
    scopes: options.scopes,
    createdBy: options.createdBy,
    createdAt: options.now,
    expiresAt: options.expiresAt ?? null,
    revokedAt: null,
    lastUsedAt: null,
    lastUsedFrom: null,
    ratePerSecond: options.ratePerSecond ?? null,
    burst: options.burst ?? null,
    replacesId: options.replacesId ?? null,
  };
  if (!(await store.insertKey(record, options.actor ?? systemActor(options.createdBy), options.oldEndsAt ?? null))) return null;
  return { id, text: formatKey(options.environment ?? "live", id, secret) };
}
