import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askers, pageRules, pageVerdict, routeRules, verdict, type Asker } from "@/lib/auth/access";
import { routes } from "@/lib/http/server/routes";
import { addPerson, Visitor } from "../sign-in";
import { newDataDir, startServer, type TestServer } from "../server";

const keyOf = (method: string, path: string): string => `${method} ${path}`;
const endpoints = new Map(routes.map(({ endpoint }) => [keyOf(endpoint.method, endpoint.path), endpoint]));

/** Bodies that reach the handler where the handler itself tells a person from a key. */
const bodies: Record<string, unknown> = { "POST /api/console/me/password": { current: "not the password", next: "twelve letters and more" } };

describe("the service", () => {
  let server: TestServer;
  const credentials = new Map<Asker, Record<string, string>>();

  beforeAll(async () => {
    server = await startServer({ dataDir: newDataDir(), pages: true });
    for (const asker of askers) credentials.set(asker, await headersOf(asker));
  });
  afterAll(async () => {
    await server.stop();
  });

  async function headersOf(asker: Asker): Promise<Record<string, string>> {
    switch (asker.kind) {
      case "nobody":
        return {};
      case "wrong-key":
        return { authorization: `Bearer dml_live_00000000_${"0".repeat(32)}` };
      case "key": {
        const { status, body } = await server.post("/api/console/keys", { name: asker.scope, scopes: [asker.scope], rate_per_second: 10_000, burst: 10_000 });
        expect(status).toBe(200);
        return { authorization: `Bearer ${String(body.secret)}` };
      }
      case "role": {
        const { password } = await addPerson(server, `the-${asker.role}`, asker.role);
        const visitor = new Visitor(server.url);
        expect(await visitor.signIn(`the-${asker.role}`, password)).toMatchObject({ status: 200, error: null });
        return { cookie: visitor.cookie, origin: server.url };
      }
    }
  }

  const nameOf = (asker: Asker): string => (asker.kind === "key" ? `a key with ${asker.scope}` : asker.kind === "role" ? `a signed-in ${asker.role}` : asker.kind);

  it.each(askers.map((asker) => [nameOf(asker), asker] as const))("answers %s on every route as the table says", async (_, asker) => {
    const wrong: string[] = [];
    for (const [key, { method, path, body }] of endpoints) {
      const rule = routeRules[key];
      if (rule === undefined) continue; // lib/auth/access.test.ts says so, with the line that is missing
      const sent = body === null ? {} : { body: JSON.stringify(bodies[key] ?? {}), headers: { "content-type": "application/json" } };
      const response = await fetch(server.url + path.replaceAll(/\{\w+\}/g, "1"), { method, ...sent, headers: { ...sent.headers, ...credentials.get(asker)! } });
      await response.body?.cancel();
      const got = response.status === 401 || response.status === 403 ? response.status : "in";
      if (got !== verdict(rule, asker)) wrong.push(`${key}: ${response.status}, the table says ${verdict(rule, asker)}`);
      if (response.status >= 500 && response.status !== 503) wrong.push(`${key}: ${response.status}`);
    }
    expect(wrong).toEqual([]);
  });

  it.each(askers.map((asker) => [nameOf(asker), asker] as const))("leads %s to the pages, to sign-in, or says that the role is missing", async (_, asker) => {
    for (const [page, rule] of Object.entries(pageRules)) {
      const response = await fetch(server.url + page.replaceAll(/\[\w+\]/g, "1"), { redirect: "manual", headers: credentials.get(asker)! });
      await response.body?.cancel();
      const wanted = pageVerdict(rule, asker.kind === "role" ? asker.role : null);
      if (wanted === "sign-in") {
        expect([page, response.status]).toEqual([page, 307]);
        expect(new URL(response.headers.get("location")!, server.url).pathname, page).toBe("/login");
      } else if (wanted === "forbidden" || page === "/settings/no-permission") expect([page, response.status]).toEqual([page, 403]);
      else if (page === "/settings") expect(new URL(response.headers.get("location")!, server.url).pathname, page).toBe("/settings/profile");
      else expect([page, response.status]).toEqual([page, 200]);
    }
  });
});
