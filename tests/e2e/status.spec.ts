import { expect, test } from "@playwright/test";

test("a visitor sees whether the service can predict, in both languages", async ({ page }) => {
  await page.goto("/status");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Estado del servicio");
  await expect(page.getByRole("status")).toContainText(/Listo|No está listo/);
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Service status");
  await expect(page.getByRole("status")).toContainText(/Ready|Not ready/);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Service status");
});
