import { inBothThemes, settled } from "./accessible";
import { expect, test } from "./fixtures";

for (const language of ["es", "en"] as const) {
  test(`old data, a lost stream, no connection: said in words, without a violation (${language})`, async ({ open }) => {
    test.setTimeout(120_000);
    const words = language === "es" ? { poll: "Cada 15 s", offline: /^Sin conexión/, old: "Datos antiguos:" } : { poll: "Every 15 s", offline: /^Offline|^No connection/, old: "Old data:" };
    const page = await open("operator", "/status", { language, expected: [/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to load resource/] });
    await page.clock.install();
    await page.route("**/api/v4/monitoring/stream", (route) => route.abort());
    await page.goto("/");
    await expect(page.getByRole("button", { name: words.poll })).toBeVisible();
    await expect(page.getByRole("heading", { level: 2 }).first()).toBeVisible();
    await settled(page);
    await page.route("**/api/console/overview*", () => undefined);
    await page.clock.fastForward(20_000);
    await page.clock.fastForward(60_000);
    await expect(page.getByText(words.old).first()).toBeAttached();
    const found = await inBothThemes(page, `${language} old`);
    await page.context().setOffline(true);
    await expect(page.getByRole("status").filter({ hasText: words.offline })).toBeVisible();
    await expect(page.getByRole("button", { name: language === "es" ? "Escribir nota" : "Write a note" })).toHaveAttribute("aria-disabled", "true");
    found.push(...(await inBothThemes(page, `${language} offline`)));
    expect(found).toEqual([]);
  });
}
