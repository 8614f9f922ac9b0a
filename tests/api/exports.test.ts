import { afterAll, beforeAll, expect, it } from "vitest";
import { openApi, type Api } from "../api-server";

/** What people and services write ends in files that spreadsheets open: no cell may begin as a formula does. */
let server: Api;
beforeAll(async () => {
  server = await openApi();
});
afterAll(() => server.stop());

const formulas = ["=HYPERLINK(0)", "+1+1", "-1+1", "@SUM(A1)"];
/** Where a cell begins: a line, a separator, a quote. */
const asFormula = (text: string): RegExp => new RegExp(`(^|[;,"\\n])${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`, "m");
const period = (): string => new URLSearchParams({ from: new Date(Date.now() - 3_600_000).toISOString(), to: new Date(Date.now() + 60_000).toISOString() }).toString();

it.each(["es", "en"] as const)("audit in %s: a reason is text, separated as that language's spreadsheets expect", async (language) => {
  for (const reason of formulas) {
    const made = await server.send("POST", "/api/console/keys", { body: { name: "one", scopes: ["read"] } });
    const { key } = made.body as { key: { id: string } };
    expect((await server.send("POST", `/api/console/keys/${key.id}/revoke`, { body: { name: "one", reason } })).status).toBe(200);
  }
  const { status, text } = await server.send("GET", "/api/console/audit/export", { query: `${period()}&format=csv&language=${language}` });
  expect(status, text).toBe(200);
  expect(text.split("\r\n")[0]).toContain(language === "es" ? "motivo;peticion" : "reason,request_id");
  for (const reason of formulas) {
    expect(text).toContain(`'${reason}`);
    expect(text).not.toMatch(asFormula(reason));
  }
});

it("A/B rows: a dispatch's name is text", async () => {
  for (const dispatch_id of formulas) {
    const decided = await server.send("POST", "/api/v3/ab-testing/decide-phase", { body: { dispatch_id } });
    expect(decided.status, decided.text).toBe(200);
  }
  await expect.poll(async () => (await server.send("GET", "/api/v3/ab-testing/export", { query: "format=csv" })).text, { timeout: 10_000 }).toContain(`'${formulas[3]}`);
  const { text } = await server.send("GET", "/api/v3/ab-testing/export", { query: "format=csv" });
  for (const name of formulas) {
    expect(text).toContain(`'${name}`);
    expect(text).not.toMatch(asFormula(name));
  }
});
