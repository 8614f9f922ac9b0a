import { z } from "zod";
import { Scope, endpoint } from "../http/endpoint";
import { Keyset, Page, Period } from "./range-query";

/** Who is asking, their preferences, and what an administrator keeps: people, keys, audit. Also the shift note and views. */

const base = "/api/console";
const admin = ["admin"] as const;
const Timestamp = z.iso.datetime();
export const Role = z.enum(["viewer", "operator", "admin"]);
export type Role = z.infer<typeof Role>;
const Reason = z.string().trim().max(500);
/** Optimistic lock: what the screen showed. Another one is 409 `stale-version` with the current object as `current`. */
const version = z.int().min(1);

export const Profile = z.object({
  language: z.enum(["es", "en"]).nullable(),
  zone: z.enum(["centre", "utc", "browser"]),
  theme: z.enum(["system", "light", "dark"]),
  density: z.enum(["comfortable", "compact"]),
  sound: z.boolean(),
  sound_volume: z.number().min(0).max(1),
  single_keys: z.boolean(),
  reduced_motion: z.boolean(),
});
export type Profile = z.infer<typeof Profile>;

export const Me = z.object({ id: z.string(), name: z.string(), role: Role, expires_at: Timestamp, centre_zone: z.string(), profile: Profile });
export type Me = z.infer<typeof Me>;

export const me = endpoint({ method: "GET", path: `${base}/me`, summary: "The signed-in person; 403 for a key", access: "signed-in", response: Me, problems: ["forbidden"], examples: [{ name: "who is asking", status: 200 }] });
export const saveProfile = endpoint({ method: "PATCH", path: `${base}/me/profile`, summary: "Change some of one's preferences", access: "signed-in", body: Profile.partial(), response: Me, problems: ["forbidden"], examples: [{ name: "dark and compact", status: 200, body: { theme: "dark", density: "compact" } }] });
export const extendSession = endpoint({ method: "POST", path: `${base}/me/extend`, summary: "Stay signed in: 12 h from now", access: "signed-in", body: z.object({}), bodyOptional: true, response: Me, problems: ["forbidden"], examples: [{ name: "stay", status: 200, body: {} }] });
export const changePassword = endpoint({
  method: "POST",
  path: `${base}/me/password`,
  summary: "Change one's password; ends one's other sessions",
  access: "signed-in",
  body: z.object({ current: z.string().max(200), next: z.string().min(12).max(200) }),
  response: z.object({ success: z.literal(true), ended_sessions: z.int() }),
  problems: ["forbidden", "wrong-password", "too-many-requests"],
  examples: [{ name: "not the present password", status: 400, body: { current: "not this one", next: "three words that stay" } }],
});

const Person = z.object({
  id: z.string(),
  /** What is typed at sign-in. */
  username: z.string(),
  name: z.string(),
  role: Role,
  disabled: z.boolean(),
  created_at: Timestamp,
  last_seen_at: Timestamp.nullable(),
  sessions: z.int(),
  /** Signs in through OpenID Connect: there is no password here. */
  external: z.boolean(),
  version: z.int(),
});
export type Person = z.infer<typeof Person>;
const personId = z.object({ id: z.string().max(40) });

export const people = endpoint({ method: "GET", path: `${base}/people`, summary: "Everybody with an account", access: admin, response: z.object({ rows: z.array(Person) }), examples: [{ name: "plain", status: 200 }] });
export const addPerson = endpoint({
  method: "POST",
  path: `${base}/people`,
  summary: "Create an account; its first password is in this reply and nowhere else",
  access: admin,
  body: z.object({ username: z.string().trim().toLowerCase().regex(/^[a-z0-9][a-z0-9._@-]{1,79}$/), name: z.string().trim().min(1).max(100), role: Role }),
  response: z.object({ person: Person, password: z.string() }),
  problems: ["conflict"],
  examples: [{ name: "an operator", status: 200, body: { username: "nina.mamani", name: "Nina Mamani", role: "operator" } }],
});
export const changePerson = endpoint({
  method: "PATCH",
  path: `${base}/people/{id}`,
  summary: "Role, name, disabled. Nobody raises themself, nobody takes away the last administrator",
  access: admin,
  params: personId,
  body: z.object({ version, role: Role.optional(), name: z.string().trim().min(1).max(100).optional(), disabled: z.boolean().optional(), reason: Reason.default("") }),
  response: Person,
  problems: ["not-found", "stale-version", "last-administrator", "own-account"],
  examples: [{ name: "to viewer", status: 200, params: { id: "cmb2n3k5x0000v8l4d2f7q9a1" }, body: { version: 1, role: "viewer", reason: "other post" } }],
});
export const resetPassword = endpoint({ method: "POST", path: `${base}/people/{id}/password`, summary: "A new password, shown once; ends their sessions", access: admin, params: personId, body: z.object({ version }), response: z.object({ person: Person, password: z.string() }), problems: ["not-found", "stale-version"], examples: [{ name: "a new one", status: 200, params: { id: "cmb2n3k5x0000v8l4d2f7q9a1" }, body: { version: 1 } }] });
export const endSessions = endpoint({ method: "POST", path: `${base}/people/{id}/sessions/end`, summary: "Sign somebody out everywhere", access: admin, params: personId, body: z.object({}), bodyOptional: true, response: z.object({ success: z.literal(true), ended_sessions: z.int() }), problems: ["not-found"], examples: [{ name: "everywhere", status: 200, params: { id: "cmb2n3k5x0000v8l4d2f7q9a1" }, body: {} }] });

const Key = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(Scope),
  created_by: z.string(),
  created_at: Timestamp,
  expires_at: Timestamp.nullable(),
  revoked_at: Timestamp.nullable(),
  /** To the minute. */
  last_used_at: Timestamp.nullable(),
  last_used_from: z.string().nullable(),
  rate_per_second: z.number().nullable(),
  burst: z.int().nullable(),
  replaces_id: z.string().nullable(),
});
export type Key = z.infer<typeof Key>;
const keyId = z.object({ id: z.string().length(8) });
const NewKey = z.object({ key: Key, secret: z.string() });

export const keys = endpoint({ method: "GET", path: `${base}/keys`, summary: "Service keys, live ones first", access: admin, response: z.object({ rows: z.array(Key) }), examples: [{ name: "plain", status: 200 }] });
export const addKey = endpoint({
  method: "POST",
  path: `${base}/keys`,
  summary: "Create a key; its secret is in this reply and nowhere else",
  access: admin,
  body: z.object({
    name: z.string().trim().min(1).max(100),
    scopes: z.array(Scope).min(1),
    expires_at: Timestamp.nullable().default(null),
    rate_per_second: z.number().positive().max(100_000).nullable().default(null),
    burst: z.int().positive().max(1_000_000).nullable().default(null),
  }),
  response: NewKey,
  examples: [{ name: "the dispatch centre", status: 200, body: { name: "central", scopes: ["predict", "decide", "log"] } }, { name: "no scope", status: 400, body: { name: "central", scopes: [] } }],
});
export const rotateKey = endpoint({ method: "POST", path: `${base}/keys/{id}/rotate`, summary: "A new secret; the old key works for 24 h more", access: admin, params: keyId, body: z.object({}), bodyOptional: true, response: NewKey, problems: ["not-found", "conflict"], examples: [{ name: "a new secret", status: 200, params: { id: "Qm3xT7aB" }, body: {} }] });
export const revokeKey = endpoint({ method: "POST", path: `${base}/keys/{id}/revoke`, summary: "End a key at once; asks for its name", access: admin, params: keyId, body: z.object({ name: z.string(), reason: Reason.default("") }), response: Key, problems: ["not-found", "conflict"], examples: [{ name: "ends", status: 200, params: { id: "Qm3xT7aB" }, body: { name: "central", reason: "lost laptop" } }] });

const AuditRow = z.object({
  id: z.int(),
  at: Timestamp,
  actor_kind: z.enum(["person", "key", "system"]),
  actor: z.string(),
  /** Code such as `key.revoke`, `person.role`, `model.activate`. */
  action: z.string(),
  subject_type: z.string(),
  subject_id: z.string(),
  /** Redacted: no secret, no password, no hash of one. */
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
  reason: z.string().nullable(),
  request_id: z.string().nullable(),
  address_prefix: z.string().nullable(),
});
export type AuditRow = z.infer<typeof AuditRow>;
const AuditFilter = { ...Period, actor: z.string().max(100).optional(), action: z.string().max(60).optional(), subject: z.string().max(100).optional() };

export const audit = endpoint({ method: "GET", path: `${base}/audit`, summary: "Who changed what, newest first", access: admin, query: z.object({ ...AuditFilter, ...Keyset }), response: Page(AuditRow), examples: [{ name: "keys of a day", status: 200, query: { from: "2026-01-05T00:00:00Z", to: "2026-01-06T00:00:00Z", action: "key." } }] });
export const auditExport = endpoint({ method: "GET", path: `${base}/audit/export`, summary: "The whole filtered audit as a file", access: admin, query: z.object({ ...AuditFilter, format: z.enum(["csv", "jsonl"]), language: z.enum(["es", "en"]) }), response: z.string(), produces: "text/csv; charset=utf-8", examples: [{ name: "a day in English", status: 200, query: { from: "2026-01-05T00:00:00Z", to: "2026-01-06T00:00:00Z", format: "csv", language: "en" } }] });
export const verifyAudit = endpoint({
  method: "GET",
  path: `${base}/audit/verify`,
  summary: "Walk the chain of hashes",
  access: admin,
  response: z.object({ verified_to: Timestamp.nullable(), rows: z.int(), broken_id: z.int().nullable(), problem: z.string().nullable() }),
  examples: [{ name: "plain", status: 200 }],
});

const ShiftNote = z.object({ text: z.string().max(2_000), by: z.string(), at: Timestamp, version: z.int() });
export type ShiftNote = z.infer<typeof ShiftNote>;
/** The newest of the last 7 days. */
export const shiftNote = endpoint({ method: "GET", path: `${base}/shift-note`, summary: "The note of the shift before", access: ["read"], response: z.object({ note: ShiftNote.nullable() }), examples: [{ name: "plain", status: 200 }] });
export const writeShiftNote = endpoint({ method: "PUT", path: `${base}/shift-note`, summary: "Leave a note for the next shift", access: ["operate"], body: z.object({ text: z.string().trim().max(2_000) }), response: z.object({ note: ShiftNote }), examples: [{ name: "note", status: 200, body: { text: "Ambulancia 3 en taller hasta las 14:00" } }] });

const SavedView = z.object({ id: z.string(), screen: z.string().max(40), name: z.string().max(80), query: z.string().max(2_000), shared: z.boolean(), by: z.string(), mine: z.boolean() });
export type SavedView = z.infer<typeof SavedView>;
export const views = endpoint({ method: "GET", path: `${base}/views`, summary: "Saved views: one's own and the shared ones", access: ["read"], query: z.object({ screen: z.string().max(40) }), response: z.object({ rows: z.array(SavedView) }), examples: [{ name: "of the explorer", status: 200, query: { screen: "predictions" } }] });
export const saveView = endpoint({ method: "POST", path: `${base}/views`, summary: "Save filters and columns under a name; sharing takes operator", access: ["read"], body: SavedView.pick({ screen: true, name: true, query: true, shared: true }), response: SavedView, examples: [{ name: "nights by the model", status: 200, body: { screen: "predictions", name: "Noche, modelo", query: "phase=2&range=7d", shared: true } }] });
export const deleteView = endpoint({ method: "DELETE", path: `${base}/views/{id}`, summary: "Forget a saved view", access: ["read"], params: z.object({ id: z.string().max(40) }), response: z.object({ success: z.literal(true) }), problems: ["not-found"], examples: [{ name: "forget", status: 200, params: { id: "cmb2n3k5x0001v8l4e3g8r0b2" } }] });

/** Server-sent events: `event:` is the kind, `id:` the sequence, `data:` this. Comment line each 15 s; `resync` when the id is too old. */
export const StreamEvent = z.object({ kind: z.string(), subject: z.string(), version: z.int() });
export type StreamEvent = z.infer<typeof StreamEvent>;
export const stream = endpoint({ method: "GET", path: "/api/v4/monitoring/stream", summary: "What changed, as it changes", access: ["read"], response: z.string(), produces: "text/event-stream", examples: [{ name: "plain", status: 200 }] });
