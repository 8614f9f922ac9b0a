import { expect, test } from "./fixtures";

const KB = 1_024;
/** Compressed scripts before the first interaction; more where recharts draws. */
const budgets: Record<string, number> = {
  "/": 400,
  "/ab-testing": 400,
  "/predictions": 250,
  "/dispatches": 250,
  "/models": 250,
  "/models/optimal@1": 250,
  "/settings/profile": 250,
  "/settings/people": 250,
  "/settings/keys": 250,
  "/settings/audit": 250,
  "/login": 250,
  "/status": 250,
  "/docs": 250,
};

test("each page's scripts stay within their budget", async ({ open }) => {
  test.setTimeout(90_000);
  const sizes: Record<string, number> = {};
  const page = await open("admin", "/settings/profile");
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.setCacheDisabled", { cacheDisabled: true });
  const scripts = new Set<string>();
  let bytes = 0;
  devtools.on("Network.responseReceived", ({ requestId, type, response }) => {
    if (type === "Script" || /\.js(\?|$)/.test(response.url)) scripts.add(requestId);
  });
  devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength;
  });
  for (const path of Object.keys(budgets)) {
    await page.goto("about:blank");
    bytes = 0;
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    await page.waitForTimeout(400);
    sizes[path] = Math.round(bytes / KB);
  }
  console.log(`scripts, KB compressed: ${JSON.stringify(sizes)}`);
  for (const [path, most] of Object.entries(budgets)) {
    expect(sizes[path], path).toBeLessThanOrEqual(most);
    expect(sizes[path], path).toBeGreaterThan(20);
  }
});

test("the overview is there in 1.5 s", async ({ open }) => {
  const page = await open("viewer", "/");
  await page.reload({ waitUntil: "load" });
  const largest = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntries().at(-1)?.startTime ?? 0)).observe({ type: "largest-contentful-paint", buffered: true });
      }),
  );
  expect(largest).toBeGreaterThan(0);
  expect(largest).toBeLessThan(1_500);
});

test("a click shows within 100 ms although the API takes 2 s", async ({ open }) => {
  const page = await open("viewer", "/predictions");
  await expect(page.locator("tr[data-row]").first()).toBeVisible();
  await page.route("**/api/console/**", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await route.continue().catch(() => undefined); // the page may have gone
  });
  const times: number[] = [];
  for (const level of ["5", "4", "3", "2", "1"]) {
    const took = await page.evaluate(
      (name) =>
        new Promise<number>((resolve) => {
          const button = [...document.querySelectorAll("button")].find((each) => each.getAttribute("aria-label")?.startsWith(`${name}, `));
          const before = button?.getAttribute("aria-pressed");
          const began = performance.now();
          new MutationObserver((_, observer) => {
            if (button?.getAttribute("aria-pressed") === before && document.querySelectorAll('[aria-pressed="true"]').length > 0) return;
            observer.disconnect();
            resolve(performance.now() - began);
          }).observe(document.body, { attributes: true, subtree: true, attributeFilter: ["aria-pressed"] });
          button?.click();
        }),
      level,
    );
    times.push(took);
  }
  times.sort((a, b) => a - b);
  console.log(`from the click to the change, ms: ${times.map((each) => Math.round(each)).join(", ")}`);
  // The middle one within the budget: the slowest says more about who else uses this machine.
  expect(times[2]).toBeLessThan(100);
  expect(times[4]).toBeLessThan(300);
});
