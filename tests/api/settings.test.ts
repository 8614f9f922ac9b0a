import { afterAll, beforeAll, expect, it } from "vitest";
import { addPerson, Visitor } from "../sign-in";
import { newDataDir, startServer, type TestServer } from "../server";

let server: TestServer;
let other: TestServer;
let admin: Visitor;
let viewer: Visitor;

beforeAll(async () => {
  const dataDir = newDataDir();
  server = await startServer({ dataDir, pages: true });
  other = await startServer({ dataDir, key: server.key, env: { PROCESS_INDEX: "1" } });
  const join = async (username: string, role: string): Promise<Visitor> => {
    const { password } = await addPerson(server, username, role);
    const visitor = new Visitor(server.url);
    expect((await visitor.signIn(username, password)).error).toBeNull();
    return visitor;
  };
  admin = await join("ada", "admin");
  viewer = await join("vera", "viewer");
});
afterAll(async () => {
  await Promise.all([server.stop(), other.stop()]);
});

const asked = async (at: TestServer, secret: string): Promise<number> => (await fetch(`${at.url}/api/v2/dispatch/model/info`, { headers: { authorization: `Bearer ${secret}` } })).status;
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1_500));
type Made = { key: { id: string; name: string; replaces_id: string | null; created_by: string; expires_at: string | null }; secret: string };

it("makes a key that works at once here and soon in the other process; rotates it with a day's overlap; revokes it", async () => {
  const first = (await admin.send("POST", "/api/console/keys", { name: "central", scopes: ["read", "read", "predict"] })).body as unknown as Made;
  expect(first.key).toMatchObject({ name: "central", scopes: ["read", "predict"], created_by: "ada", replaces_id: null });
  expect(await asked(server, first.secret)).toBe(200);
  await soon();
  expect(await asked(other, first.secret)).toBe(200);

  const second = (await admin.send("POST", `/api/console/keys/${first.key.id}/rotate`, {})).body as unknown as Made;
  expect(second.key).toMatchObject({ name: "central", replaces_id: first.key.id, expires_at: null });
  expect([await asked(server, first.secret), await asked(server, second.secret)]).toEqual([200, 200]);
  const { rows } = (await (await admin.fetch("/api/console/keys")).json()) as { rows: Made["key"][] };
  const left = Date.parse(rows.find((key) => key.id === first.key.id)!.expires_at!) - Date.now();
  expect(left).toBeGreaterThan(23.9 * 3_600_000);
  expect(left).toBeLessThanOrEqual(24 * 3_600_000);
  expect((await admin.send("POST", `/api/console/keys/${first.key.id}/rotate`, {})).body).toMatchObject({ type: "/problems/conflict" });

  expect((await admin.send("POST", `/api/console/keys/${first.key.id}/revoke`, { name: "another" })).body).toMatchObject({ type: "/problems/conflict" });
  expect((await admin.send("POST", `/api/console/keys/${first.key.id}/revoke`, { name: "central", reason: "leaked" })).status).toBe(200);
  expect(await asked(server, first.secret)).toBe(401);
  await soon();
  expect([await asked(other, first.secret), await asked(other, second.secret)]).toEqual([401, 200]);
  expect((await admin.send("POST", "/api/console/keys/00000000/rotate", {})).status).toBe(404);
});

it("ends a session in the other process too", async () => {
  const { id, password } = await addPerson(server, "bruno", "viewer");
  const bruno = new Visitor(server.url);
  await bruno.signIn("bruno", password);
  const there = (): Promise<number> => fetch(`${other.url}/api/console/me`, { headers: { cookie: bruno.cookie } }).then((response) => response.status);
  expect(await there()).toBe(200);
  expect((await admin.send("POST", `/api/console/people/${id}/sessions/end`, {})).body).toEqual({ success: true, ended_sessions: 1 });
  await soon();
  expect(await there()).toBe(401);
});

it("keeps preferences and prolongs a session", async () => {
  const saved = (await viewer.send("PATCH", "/api/console/me/profile", { theme: "dark", sound_volume: 0.2 })).body;
  expect(saved).toMatchObject({ profile: { theme: "dark", sound_volume: 0.2, zone: "centre" } });
  expect((await (await viewer.fetch("/api/console/me")).json()) as unknown).toMatchObject({ profile: { theme: "dark" } });
  const extended = (await viewer.send("POST", "/api/console/me/extend", {})).body;
  expect(Date.parse(extended.expires_at as string) - Date.now()).toBeGreaterThan(11.99 * 3_600_000);
  expect((await server.get("/api/console/me")).status).toBe(403);
});

it("passes a note from shift to shift", async () => {
  expect(await (await viewer.fetch("/api/console/shift-note")).json()).toEqual({ note: null });
  expect((await viewer.send("PUT", "/api/console/shift-note", { text: "no" })).status).toBe(403);
  const written = (await admin.send("PUT", "/api/console/shift-note", { text: "  Ambulancia 3 en taller\n" })).body;
  expect(written).toMatchObject({ note: { text: "Ambulancia 3 en taller", by: "ada" } });
  expect(await (await viewer.fetch("/api/console/shift-note")).json()).toEqual(written);
  await admin.send("PUT", "/api/console/shift-note", { text: "" });
  expect(await (await viewer.fetch("/api/console/shift-note")).json()).toEqual({ note: null });
});

it("saves views: one's own for all, shared ones by operators", async () => {
  const view = { screen: "predictions", name: "Noche", query: "range=24h&phase=2", shared: false };
  const own = (await viewer.send("POST", "/api/console/views", view)).body;
  expect(own).toMatchObject({ ...view, mine: true, by: "vera" });
  expect((await viewer.send("POST", "/api/console/views", { ...view, query: "range=7d" })).body).toMatchObject({ id: own.id, query: "range=7d" });
  expect((await viewer.send("POST", "/api/console/views", { ...view, shared: true })).status).toBe(403);
  const shared = (await admin.send("POST", "/api/console/views", { ...view, name: "Turno", shared: true })).body;
  const names = async (visitor: Visitor): Promise<unknown[]> => ((await (await visitor.fetch("/api/console/views?screen=predictions")).json()) as { rows: { name: string; mine: boolean }[] }).rows.map((row) => [row.name, row.mine]);
  expect(await names(viewer)).toEqual([["Noche", true], ["Turno", false]]);
  expect(await names(admin)).toEqual([["Turno", true]]);
  expect((await viewer.fetch(`/api/console/views/${String(shared.id)}`, { method: "DELETE" })).status).toBe(404);
  expect((await viewer.fetch(`/api/console/views/${String(own.id)}`, { method: "DELETE" })).status).toBe(200);
  expect(await names(viewer)).toEqual([["Turno", false]]);
});

it("has a row for each of these changes in a whole chain, and gives them all as a file", async () => {
  const range = `from=${new Date(Date.now() - 3_600_000).toISOString()}&to=${new Date(Date.now() + 3_600_000).toISOString()}`;
  const jsonl = await admin.fetch(`/api/console/audit/export?${range}&format=jsonl&language=en`);
  expect(jsonl.headers.get("content-disposition")).toContain(".jsonl");
  const rows = (await jsonl.text()).trim().split("\n").map((line) => JSON.parse(line) as { action: string; actor: string; request_id: string | null });
  for (const action of ["person.create", "session.start", "key.create", "key.rotate", "key.revoke", "person.end-sessions", "shift-note.write", "view.save", "view.delete"]) expect(rows.some((row) => row.action === action), action).toBe(true);
  expect(rows.find((row) => row.action === "key.rotate")).toMatchObject({ actor: "ada", request_id: expect.any(String) as string });
  expect(await (await admin.fetch("/api/console/audit/verify")).json()).toMatchObject({ rows: rows.length, broken_id: null, problem: null });
  const csv = await admin.fetch(`/api/console/audit/export?${range}&format=csv&language=es&action=key`);
  expect(csv.headers.get("content-type")).toContain("text/csv");
  expect((await csv.text()).trim().split("\r\n")).toHaveLength(1 + rows.filter((row) => row.action.startsWith("key")).length);
});
