import type { Actor } from "@/lib/audit/actor";
import { GENESIS, hashOf, redacted, type Entry } from "@/lib/audit/chain";
import { table, type Sql } from "@/lib/dispatch/server/log/log-store";
import { textOf } from "./columns";

export type Change = { action: string; subjectType: string; subjectId: string; before: Record<string, unknown> | null; after: Record<string, unknown> | null; reason: string; atMs: number };

/** The next row of the audit chain, in the transaction of the change. The head's lock keeps the chain without forks. */
export async function audit(sql: Sql, actor: Actor, change: Change): Promise<void> {
  const head = table(sql.dialect, "audit_head");
  const locked = await sql.run(`UPDATE ${head} SET last_id = last_id WHERE id = 1`, []);
  if (locked === 0) await sql.run(`INSERT INTO ${head} (id, last_id, hash) VALUES (1, ?, ?)`, [GENESIS.lastId, GENESIS.hash]);
  const [kept] = await sql.all(`SELECT last_id, hash FROM ${head} WHERE id = 1`, []);
  const prevHash = textOf(kept?.hash) ?? GENESIS.hash;
  const entry: Entry = {
    id: Number(kept?.last_id ?? 0) + 1,
    at: new Date(change.atMs),
    actorKind: actor.kind,
    actorId: actor.id,
    actor: actor.name.slice(0, 100),
    action: change.action,
    subjectType: change.subjectType,
    subjectId: change.subjectId.slice(0, 100),
    beforeJson: redacted(change.before),
    afterJson: redacted(change.after),
    reason: change.reason === "" ? null : change.reason.slice(0, 500),
    requestId: actor.requestId?.slice(0, 64) ?? null,
    addressPrefix: actor.addressPrefix?.slice(0, 60) ?? null,
  };
  const hash = hashOf(prevHash, entry);
  const columns = "id, at, actor_kind, actor_id, actor, action, subject_type, subject_id, before_json, after_json, reason, request_id, address_prefix, prev_hash, hash";
  const { id, at, actorKind, actorId, actor: name, action, subjectType, subjectId, beforeJson, afterJson, reason, requestId, addressPrefix } = entry;
  const values = [id, at, actorKind, actorId, name, action, subjectType, subjectId, beforeJson, afterJson, reason, requestId, addressPrefix, prevHash, hash];
  await sql.run(`INSERT INTO ${table(sql.dialect, "audit_log")} (${columns}) VALUES (${values.map(() => "?").join(", ")})`, values);
  await sql.run(`UPDATE ${head} SET last_id = ?, hash = ? WHERE id = 1`, [id, hash]);
}
