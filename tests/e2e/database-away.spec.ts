import type { Page } from "@playwright/test";
import { rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { openSqlite } from "@/lib/db/sqlite";
import { makePeople, type Shared } from "../browser-data";
import { newDataDir, startServer, type TestServer } from "../server";
import { inBothThemes } from "./accessible";
import { expect, port, test, watch } from "./fixtures";

const preload = pathToFileURL(resolve(import.meta.dirname, "../database-switch.mjs")).href;
let server: TestServer;
let people: Shared["people"];
let off: string;

test.beforeAll(async () => {
  test.setTimeout(90_000);
  const dataDir = newDataDir();
  off = join(dataDir, "database-is-away");
  people = makePeople(dataDir);
  server = await startServer({ dataDir, port: port + 2, pages: true, env: { NODE_OPTIONS: `--import ${preload}`, DATABASE_SWITCH: off } });
});
test.afterAll(async () => {
  await server.stop();
  rmSync(server.dataDir, { recursive: true, force: true });
});
test.afterEach(() => rmSync(off, { force: true }));

async function signIn(page: Page): Promise<void> {
  await page.goto(`${server.url}/login`);
  await page.getByLabel("Usuario").fill(people.operator.username);
  await page.getByLabel("Contraseña").fill(people.operator.password);
  await page.keyboard.press("Enter");
}
const sessions = async (page: Page): Promise<string[]> => (await page.context().cookies()).filter(({ name }) => name.includes("session-token")).map(({ value }) => value);
/** What is known of a session counts for a second. */
const forgotten = (page: Page): Promise<void> => page.waitForTimeout(1_200);

test("a reload while the database is away: said in words, nobody is signed out, and the page comes back by itself", async ({ page }) => {
  test.setTimeout(60_000);
  const trouble: string[] = [];
  watch(page, trouble, [/503/]);
  await signIn(page);
  await expect(page.getByRole("heading", { level: 1, name: "Resumen" })).toBeVisible();
  const before = await sessions(page);
  expect(before).toHaveLength(1);

  writeFileSync(off, "");
  await forgotten(page);
  const answer = (await page.goto(`${server.url}/dispatches?state=closed`))!;
  expect(answer.status()).toBe(503);
  expect(answer.headers()["retry-after"]).toBe("5");
  expect(answer.headers()["cache-control"]).toContain("no-store");
  await expect(page.getByRole("heading", { level: 1, name: "Base de datos no disponible" })).toBeVisible();
  await expect(page.getByRole("status")).toContainText("Reintentando");
  await expect(page).toHaveTitle(/Base de datos no disponible/);
  expect(await inBothThemes(page, "es")).toEqual([]);
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  // What a page reads, and what asks for the session, says so too and leaves the cookie alone.
  const reads = await page.evaluate(async () => {
    const [me, session] = await Promise.all([fetch("/api/console/me"), fetch("/api/auth/session")]);
    return [me.status, ((await me.json()) as { type: string }).type, session.status, session.headers.get("set-cookie")];
  });
  expect(reads).toEqual([503, "/problems/database-away", 503, null]);
  // Two tries on, still the same page.
  await page.waitForTimeout(6_500);
  await expect(page.getByRole("heading", { level: 1, name: "Base de datos no disponible" })).toBeVisible();
  expect(await sessions(page)).toEqual(before);

  rmSync(off);
  await expect(page.getByRole("heading", { level: 1, name: "Despachos" })).toBeVisible({ timeout: 10_000 });
  expect(page.url()).toBe(`${server.url}/dispatches?state=closed`);
  expect(await sessions(page)).toEqual(before);
  expect(trouble).toEqual([]);
});

test("in English too, and a page that is open stays and says what failed", async ({ page }) => {
  test.setTimeout(60_000);
  await signIn(page);
  await expect(page.getByRole("heading", { level: 1, name: "Resumen" })).toBeVisible();
  await page.context().addCookies([{ name: "ml_language", value: "en", url: server.url }]);
  await page.goto(`${server.url}/models`);
  await expect(page.getByRole("heading", { level: 1, name: "Models" })).toBeVisible();
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  writeFileSync(off, "");
  await forgotten(page);
  // To another screen within the page: its frame is there already.
  await page.keyboard.press("g");
  await page.keyboard.press("e");
  await expect(page.getByRole("heading", { level: 1, name: "Database not available" }).or(page.getByText("The database does not answer now.")).first()).toBeVisible({ timeout: 15_000 });
  await page.goto(`${server.url}/`);
  await expect(page.getByRole("heading", { level: 1, name: "Database not available" })).toBeVisible();
  expect(await inBothThemes(page, "en")).toEqual([]);
});

test("signing in meanwhile is not called a wrong password", async ({ page }) => {
  writeFileSync(off, "");
  await signIn(page);
  await expect(page.getByRole("main").getByRole("alert")).toContainText("No se puede entrar ahora", { timeout: 20_000 });
  await expect(page.getByRole("main").getByRole("alert")).not.toContainText(/contraseña/i);
});

test("locked by another process for writing, pages are served as ever", async ({ page }) => {
  await signIn(page);
  await expect(page.getByRole("heading", { level: 1, name: "Resumen" })).toBeVisible();
  const other = openSqlite({ url: server.databaseUrl, driver: "auto", synchronous: "NORMAL", busyTimeoutMs: 5_000 });
  other.exec("BEGIN EXCLUSIVE");
  try {
    await forgotten(page);
    expect((await page.reload())!.status()).toBe(200);
    await expect(page.getByRole("heading", { level: 1, name: "Resumen" })).toBeVisible();
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    await expect(page.getByText("Decisiones por minuto")).toBeVisible();
  } finally {
    other.exec("ROLLBACK");
    other.close();
  }
});
