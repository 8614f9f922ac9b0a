import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, press, test } from "./fixtures";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

async function violations(page: Page, rules?: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations: found } = await (rules ? axe.withRules(rules) : axe.withTags(tags)).analyze();
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)} (${node.any.concat(node.all).map((each) => each.message).join("; ").slice(0, 200)})`));
}

/** Nothing of the page is still on its way. */
async function settled(page: Page): Promise<void> {
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await page.evaluate(() => Promise.allSettled(document.getAnimations().flatMap((each) => (each.effect?.getComputedTiming().iterations === Infinity ? [] : [each.finished]))));
}

/** A page in a state: what to do after it is there. */
const states: Record<string, { path: string; act?: (page: Page) => Promise<unknown> }> = {
  overview: { path: "/" },
  "overview, empty period": { path: "/?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z" },
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
  dispatches: { path: "/dispatches" },
  "dispatches, drawer": {
    path: "/dispatches",
    act: async (page) => {
      await page.locator("tr[data-row]").first().press("Enter");
      await expect(page.getByRole("complementary").getByRole("table")).toBeVisible();
    },
  },
  models: { path: "/models" },
  model: { path: "/models/optimal@1" },
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

for (const [name, { path, act }] of Object.entries(states)) {
  test(`${name}: no WCAG 2.2 A or AA violation in either theme and language, no sideways page`, async ({ open }) => {
    const found: string[] = [];
    for (const language of ["es", "en"] as const) {
      const page = await open("admin", path, { language });
      await settled(page);
      await act?.(page);
      await settled(page);
      found.push(...(await violations(page)).map((each) => `${language} light ${each}`));
      if (language === "en") continue;
      await page.emulateMedia({ colorScheme: "dark" });
      await settled(page);
      found.push(...(await violations(page, ["color-contrast", "link-in-text-block"])).map((each) => `dark ${each}`));
      // 320 px: what is wide scrolls inside itself.
      await page.setViewportSize({ width: 320, height: 640 });
      await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth), { message: "px wider than 320" }).toBeLessThanOrEqual(0);
    }
    expect(found).toEqual([]);
  });
}

test("a failed panel keeps the page and says so accessibly", async ({ open }) => {
  const page = await open("viewer", "/models", { expected: [/503/] });
  await page.route("**/api/console/overview*", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify({ type: "/problems/unavailable", title: "x", status: 503, detail: "x", success: false, error: "x" }) }));
  await press(page, "g r");
  await expect(page.getByRole("alert").first()).toBeVisible({ timeout: 15_000 });
  await expect(page.getByRole("heading", { name: "Traspaso" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
});
