import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { client, OpenIdProvider, type Identity, type Lie } from "../open-id-provider";
import { newDataDir, startServer, type TestServer } from "../server";
import { addPerson, Visitor } from "../sign-in";

// The whole code flow of OpenID Connect, between the built service and a provider of its own.
const provider = await new OpenIdProvider().open();
let server: TestServer;
let closed: TestServer;

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function serviceWith(newRole: string, dataDir: string): Promise<TestServer> {
  const port = await freePort();
  return await startServer({ dataDir, port, pages: true, env: { PUBLIC_URL: `http://127.0.0.1:${port}`, OIDC_ISSUER: provider.issuer, OIDC_CLIENT_ID: client.id, OIDC_CLIENT_SECRET: client.secret, OIDC_NAME: "Cuenta del hospital", OIDC_NEW_ROLE: newRole } });
}

beforeAll(async () => {
  const dataDir = newDataDir();
  server = await serviceWith("operator", dataDir);
  closed = await serviceWith("none", dataDir);
});
afterAll(async () => {
  provider.close();
  await server.stop();
  await closed.stop();
});

/** Presses the button of the sign-in page and follows the browser's way; where it ends. `change` alters the way back. */
async function comeIn(visitor: Visitor, identity: Identity, { lie = {}, change }: { lie?: Lie; change?: (back: URL) => void } = {}): Promise<URL> {
  provider.identity = identity;
  provider.lie = lie;
  const { csrfToken } = (await (await visitor.fetch("/api/auth/csrf")).json()) as { csrfToken: string };
  const begun = await visitor.fetch("/api/auth/signin/oidc", { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: new URLSearchParams({ csrfToken, callbackUrl: "/predictions?range=7d", json: "true" }).toString() });
  const { url } = (await begun.json()) as { url: string };
  expect(url.startsWith(`${provider.issuer}/authorize?`)).toBe(true);
  const asked = await fetch(url, { redirect: "manual" });
  expect(asked.status).toBe(302);
  const back = new URL(asked.headers.get("location")!);
  expect(back.origin).toBe(visitor.url);
  change?.(back);
  let end = back;
  while (end.pathname.startsWith("/api/auth/")) {
    const answer = await visitor.fetch(end.pathname + end.search);
    expect(answer.status).toBe(302);
    end = new URL(answer.headers.get("location")!, visitor.url);
  }
  return end;
}

const me = async (visitor: Visitor): Promise<Record<string, unknown>> => {
  const response = await visitor.fetch("/api/console/me");
  return { status: response.status, ...((await response.json()) as Record<string, unknown>) };
};

describe("OpenID Connect", () => {
  it("is offered by its name", async () => {
    const providers = (await (await fetch(`${server.url}/api/auth/providers`)).json()) as Record<string, { name: string; type: string }>;
    expect(providers.oidc).toMatchObject({ name: "Cuenta del hospital", type: "oauth" });
  });

  it("lets a new person in with the role that the installation says, back to the page they wanted, and writes it down", async () => {
    const visitor = new Visitor(server.url);
    const end = await comeIn(visitor, { sub: "s-1", name: "Rosa Choque", email: "Rosa@Hospital.example" });
    expect(end.href).toBe(`${server.url}/predictions?range=7d`);
    expect(await me(visitor)).toMatchObject({ status: 200, role: "operator", name: "Rosa Choque" });
    expect((await visitor.fetch("/predictions")).status).toBe(200);
    expect((await visitor.fetch("/settings/people")).status).toBe(403);
    const { body } = await server.get("/api/console/people");
    const [person] = (body.rows as { id: string; username: string; external: boolean }[]).filter(({ username }) => username === "rosa@hospital.example");
    expect(person).toMatchObject({ external: true });
    const audit = await server.get(`/api/console/audit?from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&subject=${person!.id}`);
    expect((audit.body.rows as { action: string }[]).map(({ action }) => action)).toEqual(["session.start", "person.create"]);
  });

  it("finds the same person again by the provider's own id, whatever name comes with it, and leaves the role as it was changed here", async () => {
    await comeIn(new Visitor(server.url), { sub: "s-2", email: "tito@hospital.example" });
    const people = (await server.get("/api/console/people")).body.rows as { id: string; username: string; version: number }[];
    const tito = people.find(({ username }) => username === "tito@hospital.example")!;
    const raised = await fetch(`${server.url}/api/console/people/${tito.id}`, { method: "PATCH", headers: { authorization: `Bearer ${server.key}`, "content-type": "application/json" }, body: JSON.stringify({ version: tito.version, role: "admin" }) });
    expect(raised.status).toBe(200);
    const again = new Visitor(server.url);
    await comeIn(again, { sub: "s-2", email: "other@hospital.example" });
    expect(await me(again)).toMatchObject({ id: tito.id, role: "admin" });
  });

  it("refuses somebody whose account here is disabled, and says so on the sign-in page", async () => {
    await comeIn(new Visitor(server.url), { sub: "s-3", email: "ursula@hospital.example" });
    const people = (await server.get("/api/console/people")).body.rows as { id: string; username: string; version: number }[];
    const ursula = people.find(({ username }) => username === "ursula@hospital.example")!;
    await fetch(`${server.url}/api/console/people/${ursula.id}`, { method: "PATCH", headers: { authorization: `Bearer ${server.key}`, "content-type": "application/json" }, body: JSON.stringify({ version: ursula.version, disabled: true }) });
    const visitor = new Visitor(server.url);
    const end = await comeIn(visitor, { sub: "s-3", email: "ursula@hospital.example" });
    expect([end.pathname, end.searchParams.get("error")]).toEqual(["/login", "AccessDenied"]);
    expect(await me(visitor)).toMatchObject({ status: 401 });
    expect(await (await fetch(end)).text()).toContain("Esa cuenta no tiene permiso");
  });

  it("never takes over a local account of the same name", async () => {
    await addPerson(server, "vito@hospital.example", "admin");
    const visitor = new Visitor(server.url);
    const end = await comeIn(visitor, { sub: "s-4", email: "vito@hospital.example" });
    expect(end.searchParams.get("error")).toBe("AccessDenied");
    expect(await me(visitor)).toMatchObject({ status: 401 });
  });

  it("lets only known people in where new ones are not made", async () => {
    const stranger = new Visitor(closed.url);
    expect((await comeIn(stranger, { sub: "s-5", email: "wilma@hospital.example" })).searchParams.get("error")).toBe("AccessDenied");
    expect(await me(stranger)).toMatchObject({ status: 401 });
    const known = new Visitor(closed.url);
    await comeIn(known, { sub: "s-1" });
    expect(await me(known)).toMatchObject({ status: 200, name: "Rosa Choque" });
  });

  const lies: [string, Lie][] = [
    ["answers another sign-in (nonce)", { nonce: "another" }],
    ["is for another console", { aud: "another" }],
    ["is of another provider", { iss: "http://127.0.0.1:1" }],
    ["is over", { exp: 1_000 }],
    ["has a signature of another key", { foreignKey: true }],
  ];
  it.each(lies)("refuses a token that %s", async (_, lie) => {
    const visitor = new Visitor(server.url);
    const end = await comeIn(visitor, { sub: "s-1" }, { lie });
    expect([end.pathname, end.searchParams.get("error")]).toEqual(["/login", "OAuthCallback"]);
    expect(await me(visitor)).toMatchObject({ status: 401 });
    expect(await (await fetch(end)).text()).toContain("No se pudo entrar con la otra cuenta");
  });

  it("refuses a way back that did not begin in this browser, and a code that the provider did not give", async () => {
    const visitor = new Visitor(server.url);
    expect((await comeIn(visitor, { sub: "s-1" }, { change: (back) => back.searchParams.set("state", "another") })).searchParams.get("error")).toBe("OAuthCallback");
    expect((await comeIn(visitor, { sub: "s-1" }, { change: (back) => back.searchParams.set("code", "guessed") })).searchParams.get("error")).toBe("OAuthCallback");
    expect((await comeIn(visitor, { sub: "s-1" }, { change: () => visitor.cookies.clear() })).searchParams.get("error")).toBe("OAuthCallback");
    expect(await me(visitor)).toMatchObject({ status: 401 });
  });
});

describe("behind https", () => {
  it("pages and sign-in say so to browsers, as the API does", async () => {
    const secure = await startServer({ dataDir: newDataDir(), pages: true, env: { PUBLIC_URL: "https://console.example" } });
    try {
      for (const path of ["/login", "/", "/api/health/live", "/api/auth/csrf"]) {
        const { headers } = await fetch(secure.url + path, { redirect: "manual" });
        expect([path, headers.get("strict-transport-security")]).toEqual([path, "max-age=31536000"]);
      }
    } finally {
      await secure.stop();
    }
    expect((await fetch(`${server.url}/login`)).headers.get("strict-transport-security")).toBeNull();
  });
});
