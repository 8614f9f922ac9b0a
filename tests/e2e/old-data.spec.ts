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

for (const language of ["es", "en"] as const) {
  test(`back after three minutes without connection: for how long there was no data, and one refetch (${language})`, async ({ open }) => {
    test.setTimeout(60_000);
    const live = language === "es" ? "En vivo" : "Live";
    const line = language === "es" ? /^sin datos \d\d:\d\d–\d\d:\d\d$/ : /^no data \d\d:\d\d–\d\d:\d\d$/;
    const page = await open("operator", "/status", { language, expected: [/ERR_FAILED|ERR_INTERNET_DISCONNECTED|Failed to load resource/] });
    await page.clock.install();
    const server = { back: false, streams: false };
    let overviews = 0;
    await page.route("**/api/**", (route) => (server.streams || (server.back && route.request().url().endsWith("/stream")) ? route.continue() : route.abort()));
    page.on("response", (response) => {
      if (response.url().endsWith("/stream")) server.streams = true;
    });
    page.on("request", (request) => {
      if (server.streams && request.url().includes("/api/console/overview")) overviews++;
    });
    await page.goto("/");
    await expect(page.getByRole("main").getByRole("alert").first()).toBeVisible({ timeout: 15_000 });
    await page.clock.fastForward("03:00");
    // What is asked on the way fails for good within five seconds; the next asking is 15 s away.
    await page.waitForTimeout(500);
    await page.clock.fastForward("00:05");
    await expect(page.getByText(line)).toHaveCount(0);
    server.back = true;
    // The browser itself tries the stream again.
    await expect(page.getByRole("button", { name: live })).toBeVisible({ timeout: 15_000 });
    const said = page.getByRole("status").getByText(line);
    await expect(said).toBeVisible();
    await expect(page.getByRole("main").getByRole("alert")).toHaveCount(0);
    await expect.poll(() => overviews).toBe(1);
    expect(await inBothThemes(page, `${language} without data`)).toEqual([]);
    expect(overviews).toBe(1);
    await page.getByRole("button", { name: language === "es" ? "Quitar el aviso" : "Dismiss the notice" }).click();
    await expect(said).toHaveCount(0);
  });
}
