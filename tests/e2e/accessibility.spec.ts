import type { Page, Route } from "@playwright/test";
import { inBothThemes, settled, violations } from "./accessible";
import { expect, post, press, shared, test, url } from "./fixtures";

/** A ramp that another test left behind ends, so that one can be planned. */
async function noRamp(): Promise<void> {
  const response = await fetch(`${url}/api/v3/ab-testing/ramp`, { headers: { authorization: `Bearer ${shared().key}` } });
  const { ramp } = (await response.json()) as { ramp: { status: string } | null };
  if (ramp?.status === "running" || ramp?.status === "held") await post("/api/v3/ab-testing/ramp/rollback", { reason: "browser test" });
}

/** A page in a state: what has to be so before, what to do after it is there, and the messages that it causes. */
const states: Record<string, { path: string; before?: () => Promise<unknown>; act?: (page: Page) => Promise<unknown>; expected?: RegExp[] }> = {
  overview: { path: "/" },
  "overview, empty period": { path: "/?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z" },
  "overview, as a table": { path: "/", act: (page) => page.getByRole("button", { name: /Ver como tabla|Show as a table/ }).press("Enter") },
  "overview, writing a note": { path: "/", act: (page) => page.getByRole("button", { name: /Escribir nota|Write a note/ }).press("Enter") },
  "overview, period chooser": { path: "/", act: (page) => press(page, "t") },
  predictions: { path: "/predictions" },
  "predictions, nothing found": { path: "/predictions?q=999999" },
  "predictions, drawer": {
    path: "/predictions?q=10231",
    act: async (page) => {
      await page.locator("tr[data-row]").first().press("Enter");
      await expect(page.getByRole("complementary").getByRole("form").or(page.getByRole("complementary").locator("form"))).toBeVisible();
    },
  },
  "predictions, columns": { path: "/predictions", act: (page) => page.getByRole("button", { name: /Columnas|Columns/ }).press("Enter") },
  "predictions, as a table": { path: "/predictions", act: (page) => page.getByRole("button", { name: /Ver como tabla|Show as a table/ }).first().press("Enter") },
  dispatches: { path: "/dispatches" },
  "dispatches, closed": { path: "/dispatches?state=closed" },
  "dispatches, nothing found": { path: "/dispatches?q=999999" },
  "dispatches, drawer": {
    path: "/dispatches",
    act: async (page) => {
      await page.locator("tr[data-row]").first().press("Enter");
      await expect(page.getByRole("complementary").getByRole("table")).toBeVisible();
    },
  },
  models: { path: "/models" },
  model: { path: "/models/optimal@1" },
  "A/B testing, not started": { path: "/ab-testing" },
  "A/B testing, reasons": { path: "/ab-testing?sel=why" },
  "A/B testing, plan of a ramp": { path: "/ab-testing", before: noRamp, act: (page) => page.getByRole("button", { name: /Planificar rampa|Plan a ramp/ }).press("Enter") },
  "overview, menu of the person": { path: "/", act: (page) => page.getByRole("button", { name: /Ada Quispe/ }).press("Enter") },
  "people, dialog": { path: "/settings/people", act: (page) => page.getByRole("button", { name: /Crear cuenta|Create account/ }).press("Enter") },
  "a page that is not": { path: "/nowhere", expected: [/404/] },
  profile: { path: "/settings/profile" },
  people: { path: "/settings/people" },
  keys: { path: "/settings/keys" },
  "keys, dialog": { path: "/settings/keys", act: (page) => page.getByRole("button", { name: /Crear clave|Create key/ }).press("Enter") },
  audit: { path: "/settings/audit" },
  palette: { path: "/", act: (page) => page.keyboard.press("Control+k") },
  keyboard: { path: "/models", act: (page) => press(page, "?") },
  login: { path: "/login" },
  status: { path: "/status" },
  docs: { path: "/docs" },
};

for (const [name, { path, before, act, expected = [] }] of Object.entries(states)) {
  test(`${name}: no WCAG 2.2 A or AA violation in either theme and language, no sideways page`, async ({ open }) => {
    test.setTimeout(150_000);
    const found: string[] = [];
    await before?.();
    for (const language of ["es", "en"] as const) {
      const page = await open("admin", path, { language, expected });
      await settled(page);
      await act?.(page);
      await settled(page);
      // Colours are those of the theme whatever the language: the second language is looked at in one theme, unless all is asked for.
      const whole = language === "es" || process.env.EVERY_LOOK === "1";
      found.push(...(whole ? await inBothThemes(page, language) : (await violations(page)).map((each) => `${language} ${each}`)));
      // 320 px: what is wide scrolls inside itself.
      await page.setViewportSize({ width: 320, height: 640 });
      await settled(page);
      await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth), { message: "px wider than 320" }).toBeLessThanOrEqual(0);
      if (whole) found.push(...(await violations(page)).map((each) => `${language} 320 px ${each}`));
    }
    expect(found).toEqual([]);
  });
}

const reading = ["/", "/ab-testing", "/predictions", "/dispatches", "/models", "/models/optimal@1", "/settings/people", "/settings/keys", "/settings/audit"] as const;
const data = /\/api\/(console\/(?!me)|v3\/)/;

const unavailable = { status: 503, contentType: "application/problem+json", body: JSON.stringify({ type: "/problems/unavailable", title: "x", status: 503, detail: "x", success: false, error: "x" }) };

for (const language of process.env.EVERY_LOOK === "1" ? (["es", "en"] as const) : (["es"] as const)) {
  test(`while every read is on its way, and when every read failed: no violation (${language})`, async ({ open }) => {
    test.setTimeout(300_000);
    const found: string[] = [];
    for (const path of reading) {
      const page = await open("admin", "/status", { language, expected: [/503/] });
      const held: Route[] = [];
      const failing = { now: false };
      await page.route(data, (route) => {
        if (!failing.now) held.push(route);
        else return route.fulfill(unavailable);
      });
      await page.goto(path);
      await expect(page.locator('[aria-busy="true"]').first()).toBeVisible();
      // A skeleton stands only after 150 ms.
      await page.waitForTimeout(300);
      found.push(...(await inBothThemes(page, `${path} loading`)));
      failing.now = true;
      for (const route of held) await route.fulfill(unavailable).catch(() => undefined); // one that the page gave up itself
      await expect(page.getByRole("main").getByRole("alert").first()).toBeVisible({ timeout: 15_000 });
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0, { timeout: 15_000 });
      found.push(...(await inBothThemes(page, `${path} failed`)));
      await page.context().close();
    }
    expect(found).toEqual([]);
  });
}

test("a failed panel keeps the page and says so accessibly", async ({ open }) => {
  const page = await open("viewer", "/models", { expected: [/503/] });
  await page.route("**/api/console/overview*", (route) => route.fulfill(unavailable));
  await press(page, "g r");
  await expect(page.getByRole("alert").first()).toBeVisible({ timeout: 15_000 });
  await expect(page.getByRole("heading", { name: "Traspaso" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
});
