import { afterAll, beforeAll, expect, it } from "vitest";
import { select } from "../ab-load";
import { newDataDir, startServer, type TestServer } from "../server";
import { addPerson, Visitor } from "../sign-in";

type Config = { version: number; experiment_key: string; strategy: { kind: string; phase2_share?: number }; changed_by: string };
const path = "/api/v3/ab-testing/config";
let server: TestServer;
let olga: Visitor;
let omar: Visitor;
let ada: Visitor;

beforeAll(async () => {
  server = await startServer({ dataDir: newDataDir(), pages: true });
  const join = async (username: string, role: string): Promise<Visitor> => {
    const { password } = await addPerson(server, username, role);
    const visitor = new Visitor(server.url);
    expect((await visitor.signIn(username, password)).error).toBeNull();
    return visitor;
  };
  olga = await join("olga", "operator");
  omar = await join("omar", "operator");
  ada = await join("ada", "admin");
});
afterAll(() => server.stop());

const present = async (): Promise<Config> => ((await server.get(path)).body as { config: Config }).config;
const put = async (who: Visitor, body: object): Promise<{ status: number; body: Record<string, unknown> }> => await who.send("PUT", path, { expected_version: (await present()).version, ...body });
const weight = (phase2_share: number): object => ({ strategy: { kind: "weight_based", phase2_share } });
/** At 70 %, as an administrator put it. */
const at70 = async (): Promise<Config> => {
  await put(ada, weight(0));
  expect((await put(ada, { ...weight(0.7), reason: "forward", confirmation: "70" })).status).toBe(200);
  return await present();
};

it("lets an operator take back their own return to phase 1, exactly, as an undo in the audit", async () => {
  const before = await at70();
  expect((await put(olga, { ...weight(0), reason: "back" })).status).toBe(200);
  const undone = await put(olga, { undo: true, reason: "undo" });
  expect(undone.status, JSON.stringify(undone.body)).toBe(200);
  expect(await present()).toMatchObject({ version: before.version + 2, strategy: before.strategy, experiment_key: before.experiment_key, changed_by: "olga" });
  const rows = select<{ action: string; actor: string; reason: string }>(server.databaseUrl, `SELECT action, actor, reason FROM audit_log WHERE subject_type = 'ab_config' ORDER BY id DESC LIMIT 2`);
  expect(rows).toEqual([
    { action: "ab.undo", actor: "olga", reason: "undo" },
    { action: "ab.config", actor: "olga", reason: "back" },
  ]);
  // Once: what is in force now is no return, and 70 % was not theirs to set.
  expect((await put(olga, { undo: true, reason: "again" })).body).toMatchObject({ success: true, rise: -0.7 });
  expect((await put(olga, { ...weight(0.7), reason: "by hand", confirmation: "70" })).status).toBe(403);
});

it("lets nobody else do so, and no key", async () => {
  await at70();
  await put(olga, { ...weight(0), reason: "back" });
  expect((await put(omar, { undo: true, reason: "undo" })).body).toMatchObject({ refusal: "needs-admin", detail: expect.stringContaining("somebody else did it") as string });
  // An administrator's is a change like any other: with the number typed and a reason.
  expect((await put(ada, { undo: true, reason: "undo" })).body).toMatchObject({ refusal: "needs-confirmation" });
  expect((await put(ada, { undo: true, reason: "undo", confirmation: "70" })).status).toBe(200);
});

it("refuses what is no longer in force, and settings of one's own", async () => {
  const before = await at70();
  await put(olga, { ...weight(0), reason: "back" });
  await put(omar, { ...weight(0.1), reason: "a little" });
  const late = await olga.send("PUT", path, { expected_version: before.version + 1, undo: true, reason: "undo" });
  expect(late).toMatchObject({ status: 409, body: { refusal: "stale-version", config: { changed_by: "omar" } } });
  await put(olga, { ...weight(0), reason: "back" });
  expect((await put(olga, { undo: true, ...weight(0.9) })).status).toBe(400);
  // A small share comes back by the rules of any change.
  expect((await put(omar, { undo: true, reason: "undo" })).status).toBe(200);
  expect((await present()).strategy).toMatchObject({ phase2_share: 0.1 });
});

it("refuses it to a viewer's session and takes a return for what it is by any strategy", async () => {
  const vera = new Visitor(server.url);
  const { password } = await addPerson(server, "vera", "viewer");
  await vera.signIn("vera", password);
  expect((await put(vera, { undo: true })).status).toBe(403);
  await put(ada, weight(0));
  await put(ada, { strategy: { kind: "round_robin" }, reason: "turns", confirmation: "50" });
  await put(olga, { ...weight(0), reason: "back" });
  expect((await put(olga, { undo: true, reason: "undo" })).status).toBe(200);
  expect((await present()).strategy).toMatchObject({ kind: "round_robin" });
});
