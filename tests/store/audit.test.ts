import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemActor } from "@/lib/audit/actor";
import { audited } from "@/lib/audit/server/append";
import { auditPage, exportAudit } from "@/lib/audit/server/read";
import { verifyChain } from "@/lib/audit/server/verify";
import { createKey } from "@/lib/auth/server/keys";
import { revokeKey } from "@/lib/auth/server/store";
import { openDb, setDb, type Db } from "@/lib/db/client";
import { kinds, openTestDatabase, type TestDatabase } from "./database";

const NOW = new Date(Date.UTC(2026, 2, 2, 18, 0, 0, 123));
const actor = { ...systemActor("test"), requestId: "r-1", addressPrefix: "10.0.0.0" };
const all = { from: "2026-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z" };

const write = (n: number): Promise<void> =>
  audited((_tx, append) => append({ at: NOW, actor, action: "test.change", subject: { type: "thing", id: String(n) }, before: { value: n - 1, name: "ñ" }, after: { value: n, password: "hunter2" }, reason: n % 2 ? "porque sí" : null }));

describe.each(kinds)("the audit on %s", (kind) => {
  let database: TestDatabase;
  let db: Db;

  beforeAll(async () => {
    database = await openTestDatabase(kind);
    db = await openDb({ url: database.url, driver: "auto" });
    setDb(db);
  });
  afterAll(async () => {
    await db.$disconnect();
    await database.dispose();
  });
  beforeEach(async () => {
    await db.auditEntry.deleteMany();
    await db.auditHead.deleteMany();
  });

  it("is whole when nobody touched it, and empty at the start", async () => {
    expect(await verifyChain()).toEqual({ verifiedTo: null, rows: 0, broken: null });
    for (let n = 1; n <= 5; n++) await write(n);
    expect(await verifyChain()).toEqual({ verifiedTo: NOW, rows: 5, broken: null });
  });

  it.each([
    ["a changed reason", 3, () => db.auditEntry.update({ where: { id: 3 }, data: { reason: "nothing" } })],
    ["a changed person", 1, () => db.auditEntry.update({ where: { id: 1 }, data: { actor: "somebody" } })],
    ["a changed moment", 4, () => db.auditEntry.update({ where: { id: 4 }, data: { at: new Date(NOW.getTime() + 1) } })],
    ["a changed document", 2, () => db.auditEntry.update({ where: { id: 2 }, data: { afterJson: "{}" } })],
    ["a changed hash", 2, () => db.auditEntry.update({ where: { id: 2 }, data: { hash: "f".repeat(64) } })],
    ["a row taken out", 3, () => db.auditEntry.delete({ where: { id: 3 } })],
    ["the first row taken out", 1, () => db.auditEntry.delete({ where: { id: 1 } })],
    ["the end cut off", 4, () => db.auditEntry.deleteMany({ where: { id: { gte: 4 } } })],
    ["everything taken out", 1, () => db.auditEntry.deleteMany()],
    ["a row put after the end", 6, async () => await db.auditEntry.create({ data: { ...(await db.auditEntry.findUniqueOrThrow({ where: { id: 5 } })), id: 6 } })],
    ["the head put back", 5, () => db.auditHead.update({ where: { id: 1 }, data: { lastId: 4 } })],
  ])("names the row: %s", async (_, id, tamper) => {
    for (let n = 1; n <= 5; n++) await write(n);
    if (id === 5) {
      const { hash } = await db.auditEntry.findUniqueOrThrow({ where: { id: 4 } });
      await db.auditHead.update({ where: { id: 1 }, data: { hash } });
    }
    await tamper();
    expect((await verifyChain()).broken?.id).toBe(id);
  });

  it("has one chain without forks when many write at once", async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => write(n + 1)));
    expect(await verifyChain()).toMatchObject({ rows: 20, broken: null });
  });

  it("writes the change and its row, or neither", async () => {
    const failing = audited(async (tx, append) => {
      await tx.shiftNote.create({ data: { text: "lost", authorId: "x", author: "x", at: NOW } });
      await append({ at: NOW, actor, action: "test.lost", subject: { type: "thing", id: "0" } });
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await db.shiftNote.count()).toBe(0);
    expect(await verifyChain()).toMatchObject({ rows: 0, broken: null });
  });

  it("has a row for each change of a key, without its secret", async () => {
    const { id, text } = await createKey({ name: "k", scopes: ["read"], createdBy: "test", actor, now: NOW });
    const successor = await createKey({ name: "k", scopes: ["read"], createdBy: "test", actor, now: NOW, replacesId: id, oldEndsAt: new Date(NOW.getTime() + 1_000) });
    expect(await createKey({ name: "k", scopes: ["read"], createdBy: "test", actor, now: NOW, replacesId: id, oldEndsAt: NOW })).toBeNull();
    await revokeKey(id, NOW, actor, "over");
    const { rows } = await auditPage({ ...all, limit: 100 });
    expect(rows.map((row) => [row.action, row.subject_id, row.reason])).toEqual([["key.revoke", id, "over"], ["key.rotate", id, null], ["key.create", id, null]]);
    const whole = JSON.stringify(rows);
    for (const key of [text, successor!.text]) expect(whole).not.toContain(key.split("_")[3]);
  });

  it("pages by key, counts, filters, and exports the same rows", async () => {
    for (let n = 1; n <= 7; n++) await write(n);
    const first = await auditPage({ ...all, limit: 3 });
    expect(first).toMatchObject({ next_cursor: "5", total: { count: 7, exact: true } });
    expect(first.rows[0]).toMatchObject({ id: 7, at: NOW.toISOString(), actor_kind: "system", before: { value: 6, name: "ñ" }, after: { value: 7, password: "***" }, reason: "porque sí", request_id: "r-1", address_prefix: "10.0.0.0" });
    const second = await auditPage({ ...all, limit: 3, cursor: first.next_cursor! });
    expect(second.rows.map((row) => row.id)).toEqual([4, 3, 2]);
    expect((await auditPage({ ...all, limit: 3, subject: "6" })).rows.map((row) => row.id)).toEqual([6]);
    expect((await auditPage({ ...all, limit: 3, action: "key" })).rows).toEqual([]);
    expect((await auditPage({ ...all, to: all.from, limit: 3 })).rows).toEqual([]);
    const text = async (format: "csv" | "jsonl"): Promise<string> => {
      let whole = "";
      for await (const part of exportAudit({ ...all, format, language: "es" })) whole += part;
      return whole;
    };
    expect((await text("jsonl")).trim().split("\n").map((line) => (JSON.parse(line) as { id: number }).id)).toEqual([7, 6, 5, 4, 3, 2, 1]);
    const lines = (await text("csv")).trim().split("\r\n");
    expect(lines[0]).toMatch(/^\uFEFF?id;fecha_hora_utc;/);
    expect(lines).toHaveLength(8);
  });
});
