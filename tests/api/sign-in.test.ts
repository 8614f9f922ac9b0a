import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addPerson, Visitor } from "../sign-in";
import { newDataDir, startServer, type TestServer } from "../server";

let server: TestServer;
let output = "";
const secrets: string[] = [];

beforeAll(async () => {
  server = await startServer({ dataDir: newDataDir(), pages: true, env: { LOG_LEVEL: "trace" } });
  for (const stream of [server.process.stdout, server.process.stderr]) stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
});
afterAll(async () => {
  await server.stop();
});

async function person(username: string, role: string): Promise<{ id: string; password: string; version: number }> {
  const made = await addPerson(server, username, role);
  secrets.push(made.password);
  return made;
}

function change(id: string, body: unknown): Promise<Response> {
  return fetch(`${server.url}/api/console/people/${id}`, { method: "PATCH", headers: { authorization: `Bearer ${server.key}`, "content-type": "application/json" }, body: JSON.stringify(body) });
}

async function signedIn(username: string, password: string): Promise<Visitor> {
  const visitor = new Visitor(server.url);
  expect(await visitor.signIn(username, password)).toMatchObject({ status: 200, error: null });
  secrets.push(visitor.cookies.get("next-auth.session-token")!);
  return visitor;
}

const me = async (visitor: Visitor): Promise<number> => (await visitor.fetch("/api/console/me")).status;
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1_200));

describe("signing in", () => {
  it("lets in with the right password and says who one is", async () => {
    const { id, password } = await person("ana", "operator");
    const ana = await signedIn("ANA ", password);
    const answer = (await (await ana.fetch("/api/console/me")).json()) as Record<string, unknown>;
    expect(answer).toMatchObject({ id, name: "ana", role: "operator" });
    expect(Date.parse(answer.expires_at as string) - Date.now()).toBeGreaterThan(11.9 * 3_600_000);
    expect((await ana.fetch("/")).status).toBe(200);
  });

  it("answers an unknown name, a wrong password and a disabled account alike, in like time", async () => {
    const { id, version, password } = await person("berta", "viewer");
    const { id: other } = await person("carlos", "viewer");
    expect((await server.post(`/api/console/people/${id}/sessions/end`, {})).status).toBe(200);
    const disabled = await fetch(`${server.url}/api/console/people/${id}`, { method: "PATCH", headers: { authorization: `Bearer ${server.key}`, "content-type": "application/json" }, body: JSON.stringify({ version, disabled: true }) });
    expect(disabled.status).toBe(200);
    const timed = async (username: string, tried: string) => {
      const times: number[] = [];
      const answers: unknown[] = [];
      for (let i = 0; i < 4; i++) {
        const started = performance.now();
        answers.push(await new Visitor(server.url).signIn(username, tried));
        times.push(performance.now() - started);
      }
      return { answers, ms: Math.min(...times) };
    };
    const unknown = await timed("nobody-of-that-name", "a wrong password");
    const wrong = await timed("carlos", "a wrong password");
    const off = await timed("berta", password);
    expect(other).not.toBe(id);
    expect(wrong.answers).toEqual(unknown.answers);
    expect(off.answers).toEqual(unknown.answers);
    expect(Math.abs(unknown.ms - wrong.ms)).toBeLessThan(0.6 * Math.max(unknown.ms, wrong.ms));
  });

  it("throttles guessing, for names that exist and those that do not, whatever address is claimed", async () => {
    const { password } = await person("diana", "viewer");
    for (const username of ["diana", "no-such-diana"]) {
      const errors: (string | null)[] = [];
      for (let i = 0; i < 6; i++) errors.push((await new Visitor(server.url).signIn(username, `guess ${i}`, { headers: { "x-forwarded-for": `10.${i}.0.1` } })).error);
      expect(errors).toEqual([...Array<string>(5).fill("CredentialsSignin"), "throttled"]);
    }
    // Also the right one waits: otherwise the wait would tell nothing to whoever guesses in parallel.
    expect((await new Visitor(server.url).signIn("diana", password)).error).toBe("throttled");
  });

  it("gains nothing by guessing many at once", async () => {
    await person("elsa", "viewer");
    const errors = await Promise.all(Array.from({ length: 16 }, async (_, i) => (await new Visitor(server.url).signIn("elsa", `guess ${i}`)).error));
    expect(errors.filter((error) => error === "CredentialsSignin").length).toBeLessThanOrEqual(5);
  });
});

describe("a session", () => {
  it("is a new one at sign-in, and the one that was there ends", async () => {
    const { password } = await person("felipe", "viewer");
    const first = await signedIn("felipe", password);
    const fixed = new Visitor(server.url);
    fixed.cookies.set("next-auth.session-token", first.cookies.get("next-auth.session-token")!);
    expect((await fixed.signIn("felipe", password)).error).toBeNull();
    expect(fixed.cookies.get("next-auth.session-token")).not.toBe(first.cookies.get("next-auth.session-token"));
    await soon();
    expect(await me(first)).toBe(401);
    expect(await me(fixed)).toBe(200);
    const planted = new Visitor(server.url);
    planted.cookies.set("next-auth.session-token", "planted");
    expect(await me(planted)).toBe(401);
  });

  it("ends when one signs out, also for a copy of the cookie", async () => {
    const { password } = await person("gloria", "viewer");
    const gloria = await signedIn("gloria", password);
    const copy = new Visitor(server.url);
    for (const [name, value] of gloria.cookies) copy.cookies.set(name, value);
    await gloria.signOut();
    await soon();
    expect(await me(copy)).toBe(401);
    expect(gloria.cookies.has("next-auth.session-token")).toBe(false);
  });

  it("ends when an administrator ends it, disables the account, or gives a new password", async () => {
    const { id, version, password } = await person("hugo", "viewer");
    const hugo = await signedIn("hugo", password);
    expect((await server.post(`/api/console/people/${id}/sessions/end`, {})).body).toMatchObject({ ended_sessions: 1 });
    await soon();
    expect(await me(hugo)).toBe(401);
    const again = await signedIn("hugo", password);
    const reset = await server.post(`/api/console/people/${id}/password`, { version });
    secrets.push(reset.body.password as string);
    await soon();
    expect(await me(again)).toBe(401);
    expect((await new Visitor(server.url).signIn("hugo", password)).error).toBe("CredentialsSignin");
    expect(await me(await signedIn("hugo", reset.body.password as string))).toBe(200);
  });

  it("changes its password with the current one, and its other sessions end", async () => {
    const { password } = await person("ines", "viewer");
    const [one, two] = [await signedIn("ines", password), await signedIn("ines", password)];
    expect((await one.send("POST", "/api/console/me/password", { current: "wrong", next: "a long enough one" })).body).toMatchObject({ type: "/problems/wrong-password" });
    expect((await one.send("POST", "/api/console/me/password", { current: password, next: "short" })).status).toBe(400);
    expect((await one.send("POST", "/api/console/me/password", { current: password, next: "a long enough one" })).body).toMatchObject({ success: true, ended_sessions: 1 });
    await soon();
    expect([await me(one), await me(two)]).toEqual([200, 401]);
  });

  it("is not usable from another site's page", async () => {
    const { password } = await person("juan", "operator");
    const juan = await signedIn("juan", password);
    const put = (headers: Record<string, string>) => juan.fetch("/api/console/shift-note", { method: "PUT", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify({ text: "hola" }) });
    expect((await put({ origin: "http://evil.example" })).status).toBe(403);
    expect((await put({ "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await put({ "sec-fetch-site": "same-site" })).status).toBe(403);
    expect((await put({ origin: "null" })).status).toBe(403);
    expect((await put({})).status).toBe(200);
    const form = await juan.fetch("/api/auth/signout", { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: "csrfToken=wrong&json=true" });
    expect(form.status).toBe(200);
    expect(await me(juan)).toBe(200);
  });

  it("has a cookie that scripts and other sites do not get", async () => {
    const { password } = await person("karla", "viewer");
    const visitor = new Visitor(server.url);
    const csrf = (await (await visitor.fetch("/api/auth/csrf")).json()) as { csrfToken: string };
    const response = await visitor.fetch("/api/auth/callback/credentials", { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: new URLSearchParams({ username: "karla", password, csrfToken: csrf.csrfToken, json: "true" }).toString() });
    const cookie = response.headers.getSetCookie().find((line) => line.startsWith("next-auth.session-token="))!;
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Lax/i);
  });
});

describe("pages", () => {
  it("know when a session was ended, although its token is still good", async () => {
    const { id, password } = await person("nora", "viewer");
    const nora = await signedIn("nora", password);
    expect((await nora.fetch("/predictions")).status).toBe(200);
    expect((await server.post(`/api/console/people/${id}/sessions/end`, {})).body).toMatchObject({ ended_sessions: 1 });
    await soon();
    const led = await nora.fetch("/predictions");
    expect([led.status, new URL(led.headers.get("location")!, server.url).pathname]).toEqual([307, "/login"]);
    expect((await nora.fetch("/login")).status).toBe(200);
  });

  it("of an administrator are closed to others, also to one who was an administrator", async () => {
    const { password } = await person("olga", "viewer");
    const olga = await signedIn("olga", password);
    const refused = await olga.fetch("/settings/people");
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain("Requiere el rol Administrador");
    await person("rosa", "admin"); // the last administrator cannot be lowered
    const { id, version, password: other } = await person("pablo", "admin");
    const pablo = await signedIn("pablo", other);
    expect((await pablo.fetch("/settings/people")).status).toBe(200);
    expect((await change(id, { version, role: "operator" })).status).toBe(200);
    await soon();
    expect((await pablo.fetch("/settings/people")).status).toBe(403);
    expect((await pablo.fetch("/settings/profile")).status).toBe(200);
  });
});

describe("where sign-in leads", () => {
  it.each(["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http://localhost.evil.example/", "https:evil.example"])("never to another site: %s", async (callbackUrl) => {
    const { password } = await person(`luis${createHash("sha256").update(callbackUrl).digest("hex").slice(0, 8)}`, "viewer");
    const visitor = new Visitor(server.url);
    const { url } = await visitor.signIn(`luis${createHash("sha256").update(callbackUrl).digest("hex").slice(0, 8)}`, password, { callbackUrl });
    expect(new URL(url, server.url).hostname).toMatch(/^(localhost|127\.0\.0\.1)$/);
    const signOut = await visitor.fetch(`/api/auth/signout?callbackUrl=${encodeURIComponent(callbackUrl)}`);
    expect(signOut.headers.get("location") ?? "/").toMatch(/^(\/|https?:\/\/(localhost|127\.0\.0\.1)[:/])/);
  });

  it("carries the wanted page to the sign-in page, as a path", async () => {
    const response = await fetch(`${server.url}/settings/keys?x=1`, { redirect: "manual" });
    const location = new URL(response.headers.get("location")!, server.url);
    expect(location.pathname + location.search).toBe("/login?next=%2Fsettings%2Fkeys%3Fx%3D1");
  });
});

describe("people", () => {
  it("keeps the last administrator and refuses to raise oneself", async () => {
    const { id, version, password } = await person("marta", "admin");
    const { rows: people } = (await server.get("/api/console/people")).body as { rows: { id: string; role: string; version: number }[] };
    for (const other of people.filter((each) => each.role === "admin" && each.id !== id))
      expect((await change(other.id, { version: other.version, role: "viewer" })).status).toBe(200);
    const marta = await signedIn("marta", password);
    expect((await marta.send("PATCH", `/api/console/people/${id}`, { version, role: "viewer" })).body).toMatchObject({ type: "/problems/own-account" });
    const patch = async (body: unknown) => (await (await change(id, body)).json()) as Record<string, unknown>;
    expect(await patch({ version, disabled: true })).toMatchObject({ type: "/problems/last-administrator" });
    expect(await patch({ version: version + 1, name: "Marta" })).toMatchObject({ type: "/problems/stale-version", current: { version } });
    expect(await patch({ version, name: "Marta", reason: "con mayúscula" })).toMatchObject({ name: "Marta", version: version + 1 });
    expect((await marta.send("POST", "/api/console/people", { username: "marta", name: "x", role: "viewer" })).body).toMatchObject({ type: "/problems/conflict" });
    const audit = (await (await marta.fetch(`/api/console/audit?from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&subject=${id}`)).json()) as { rows: Record<string, unknown>[] };
    expect(audit.rows[0]).toMatchObject({ action: "person.change", before: { name: "marta" }, after: { name: "Marta" }, reason: "con mayúscula" });
    expect(await (await marta.fetch("/api/console/audit/verify")).json()).toMatchObject({ broken_id: null });
  });
});

describe("headers", () => {
  it.each(["/api/health/live", "/api/console/me", "/api/nothing-here", "/metrics"])("the API keeps browsers from doing anything with an answer: %s", async (path) => {
    const { headers } = await fetch(server.url + path);
    expect(headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it("pages run only scripts with the nonce of their request, and each request has its own", async () => {
    const [one, two] = await Promise.all([fetch(`${server.url}/login`), fetch(`${server.url}/login`)]);
    const nonceOf = (response: Response): string => /script-src 'self' 'nonce-([^']+)' 'strict-dynamic'/.exec(response.headers.get("content-security-policy") ?? "")![1]!;
    expect(nonceOf(one)).not.toBe(nonceOf(two));
    expect(one.headers.get("content-security-policy")).not.toMatch(/script-src[^;]*unsafe/);
    expect(one.headers.get("x-frame-options")).toBe("DENY");
    const html = await one.text();
    const scripts = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.filter((tag) => !tag.includes(`nonce="${nonceOf(one)}"`))).toEqual([]);
    expect(html).not.toMatch(/\son(click|load|error|submit)=/i);
  });

  it("next-auth's log sink and its own pages are closed", async () => {
    const sink = await fetch(`${server.url}/api/auth/_log`, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: "code=forged&level=error" });
    expect(sink.status).toBe(404);
    const page = await fetch(`${server.url}/api/auth/signin`, { redirect: "manual" });
    expect(new URL(page.headers.get("location")!, server.url).pathname).toBe("/login");
  });
});

describe("secrets", () => {
  it("are neither in the log nor readable in the database", () => {
    secrets.push(server.key.split("_")[3]!, (JSON.parse(readFileSync(join(server.dataDir, "secrets.json"), "utf8")) as { authSecret: string }).authSecret);
    expect(output.length).toBeGreaterThan(0);
    const kept = readdirSync(server.dataDir).filter((name) => name.startsWith("ml-despacho.db")).map((name) => readFileSync(join(server.dataDir, name)));
    expect(kept.length).toBeGreaterThan(0);
    for (const secret of secrets) {
      expect(output.includes(secret), "in the log").toBe(false);
      for (const file of kept) expect(file.includes(secret), "in the database").toBe(false);
    }
    expect(spawnSync(process.execPath, ["--import", "tsx", "lib/cli/audit-verify.ts"], { env: { ...process.env, DATABASE_URL: server.databaseUrl } }).status).toBe(0);
  });
});
