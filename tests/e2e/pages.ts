import type { Page } from "@playwright/test";
import { pageRules } from "@/lib/auth/access";
import { expect, shared, url } from "./fixtures";

const examples: Record<string, string> = { "/models/[id]": "/models/optimal@1" };

/** Every page of the access table that shows something, as an address. */
export async function addresses(): Promise<[page: string, address: string][]> {
  const to = new Date();
  const from = new Date(to.getTime() - 86_400_000);
  const response = await fetch(`${url}/api/console/predictions?from=${from.toISOString()}&to=${to.toISOString()}&limit=1`, { headers: { authorization: `Bearer ${shared().key}` } });
  const { rows } = (await response.json()) as { rows: { prediction_id: string }[] };
  const known: Record<string, string> = { ...examples, "/predictions/[id]": `/predictions/${rows[0]!.prediction_id}` };
  return Object.keys(pageRules)
    .filter((page) => page !== "/settings" && page !== "/settings/no-permission") // a redirect, and the words of a refusal
    .map((page) => {
      const address = page.includes("[") ? known[page] : page;
      if (address === undefined) throw new Error(`an example address of ${page} is missing here`);
      return [page, address];
    });
}

export async function isThere(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
}
