import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

export async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).withTags(tags).analyze();
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)} (${node.any.concat(node.all).map((each) => each.message).join("; ").slice(0, 200)})`));
}

/** No colour is on its way to another. */
async function still(page: Page): Promise<void> {
  await page.evaluate(() => Promise.allSettled(document.getAnimations().flatMap((each) => (each.effect?.getComputedTiming().iterations === Infinity ? [] : [each.finished]))));
}

/** Nothing of the page is still on its way. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await still(page);
}

/** In both themes, as the page stands. */
export async function inBothThemes(page: Page, name: string): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    // The change of the theme begins its transitions with the next frame.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await still(page);
    found.push(...(await violations(page)).map((each) => `${name} ${colorScheme} ${each}`));
  }
  return found;
}
