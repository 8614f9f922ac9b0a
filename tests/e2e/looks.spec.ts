import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";

const pages = ["/", "/ab-testing", "/predictions", "/dispatches", "/models", "/models/optimal@1", "/settings/profile", "/settings/people", "/settings/keys", "/settings/audit", "/docs", "/login", "/status"];

const sideways = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** Words that their own box cuts; what is only for screen readers, or cut on purpose with the whole in a title, is left out. */
const cut = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("body *")]
      .filter((element) => element.childElementCount === 0 && element.textContent.trim() !== "" && element.clientWidth > 4 && !element.closest("[title], option, svg, pre"))
      .filter((element) => {
        const { overflowX, overflowY } = getComputedStyle(element);
        return (["hidden", "clip"].includes(overflowX) && element.scrollWidth > element.clientWidth + 1) || (["hidden", "clip"].includes(overflowY) && element.scrollHeight > element.clientHeight + 2);
      })
      .map((element) => element.textContent.trim().slice(0, 60)),
  );

async function ready(page: Page): Promise<void> {
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await page.waitForTimeout(200);
}

test("at 200 % zoom nothing is lost and no page goes sideways", async ({ open }) => {
  test.setTimeout(90_000);
  // 1440 px at 200 %: half as many CSS pixels.
  const page = await open("admin", "/status", { width: 720 });
  await page.setViewportSize({ width: 720, height: 450 });
  for (const path of pages) {
    await page.goto(path);
    await ready(page);
    expect.soft(await sideways(page), path).toBeLessThanOrEqual(0);
    expect.soft(await cut(page), path).toEqual([]);
  }
});

test("with the spacing of text that WCAG 1.4.12 names nothing is cut", async ({ open }) => {
  test.setTimeout(90_000);
  const page = await open("admin", "/status");
  for (const path of pages) {
    await page.goto(path);
    await ready(page);
    // Set on the elements: the content policy refuses a style sheet of somebody else's.
    await page.evaluate(() => {
      for (const element of document.querySelectorAll<HTMLElement>("body *")) {
        element.style.setProperty("line-height", "1.5", "important");
        element.style.setProperty("letter-spacing", "0.12em", "important");
        element.style.setProperty("word-spacing", "0.16em", "important");
      }
    });
    expect.soft(await sideways(page), path).toBeLessThanOrEqual(0);
    expect.soft(await cut(page), path).toEqual([]);
  }
});

for (const width of [1_440, 390]) {
  test(`words that are 40 % longer and full of accents fit at ${width} px`, async ({ open }) => {
    test.setTimeout(90_000);
    const page = await open("admin", "/status", { width });
    for (const path of pages) {
      await page.goto(path);
      await ready(page);
      await page.evaluate(() => {
        const accents: Record<string, string> = { a: "á", e: "ë", i: "ï", o: "ö", u: "ü", n: "ñ", A: "Å", E: "Ê", O: "Õ" };
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const text = node.nodeValue ?? "";
          // Words, not ids, numbers or code.
          if (!/[a-záéíóúñ]{3}/i.test(text) || node.parentElement?.closest("script, style, code, pre, option")) continue;
          const word = text.trim();
          node.nodeValue = text.replace(/[aeiounAEO]/g, (letter) => accents[letter] ?? letter) + " ñandú".repeat(Math.ceil((word.length * 0.4) / 6));
        }
      });
      expect.soft(await sideways(page), path).toBeLessThanOrEqual(0);
      expect.soft(await cut(page), path).toEqual([]);
    }
  });
}

test("on a telephone rows are cards, and every screen is within two presses of a thumb", async ({ open }) => {
  const page = await open("operator", "/dispatches", { width: 390 });
  await ready(page);
  const card = page.locator("tr[data-row]").first();
  await expect(card).toBeVisible();
  const box = (await card.boundingBox())!;
  expect(box.width).toBeLessThanOrEqual(390);
  expect(box.height).toBeGreaterThan(60);
  // What the column's head says stands beside each value, since the head is not shown.
  await expect(card).toContainText("Espera");
  await expect(page.getByRole("columnheader")).toHaveCount(0);
  for (const target of await page.getByRole("navigation", { name: "Pantallas" }).getByRole("link").or(page.getByRole("navigation", { name: "Pantallas" }).getByRole("button")).all()) {
    if (!(await target.isVisible())) continue;
    expect((await target.boundingBox())!.height).toBeGreaterThanOrEqual(44);
  }
  await page.getByRole("button", { name: "Más" }).press("Enter");
  await page.getByRole("menuitem", { name: "Modelos" }).press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Modelos");
});

test("offline for a while, then back: a banner, one read of each, no notices that repeat", async ({ open }) => {
  const page = await open("operator", "/", { expected: [/ERR_INTERNET_DISCONNECTED|Failed to load resource/] });
  await ready(page);
  // The chart's code comes after the figures.
  await expect(page.locator(".recharts-surface").first()).toBeVisible();
  await page.context().setOffline(true);
  const banner = page.getByRole("status").filter({ hasText: "Sin conexión" });
  await expect(banner).toBeVisible();
  // Longer than what is shown counts as new.
  await page.waitForTimeout(7_000);
  const reads: string[] = [];
  page.on("request", (request) => {
    if (/\/api\/console\/overview/.test(request.url())) reads.push(request.url());
  });
  await page.context().setOffline(false);
  await expect(banner).toHaveCount(0);
  await expect.poll(() => reads.length, { timeout: 10_000 }).toBeGreaterThan(0);
  await page.waitForTimeout(2_000);
  expect(reads.length).toBeLessThanOrEqual(2);
  await expect(page.locator("[data-sonner-toast]")).toHaveCount(0);
});
