import type { CDPSession } from "@playwright/test";
import { base } from "./ab-analysis";
import { expect, test, url } from "./fixtures";
import { addresses, isThere } from "./pages";

const KB = 1_024;
const MB = 1_024 * KB;

/** Pages that draw with the chart library. */
const withCharts: ReadonlySet<string> = new Set(["/", "/ab-testing"]);
test("each page's compressed scripts before the first interaction: 250 KB, with charts 400 KB", async ({ open }) => {
  test.setTimeout(180_000);
  const page = await open("admin", "/settings/profile");
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.setCacheDisabled", { cacheDisabled: true });
  const scripts = new Set<string>();
  let bytes = 0;
  let changedAt = 0;
  devtools.on("Network.responseReceived", ({ requestId, type, response }) => {
    if (type === "Script" || /\.js(\?|$)/.test(response.url)) scripts.add(requestId);
  });
  devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (!scripts.has(requestId)) return;
    bytes += encodedDataLength;
    changedAt = Date.now();
  });
  // The A/B test with a curve to draw, which it has only after some hours.
  await page.route("**/api/v3/ab-testing/comparison*", async (route) => {
    await route.fulfill({ json: { ...((await (await route.fetch()).json()) as object), analysis: base } });
  });
  const sizes: Record<string, number> = {};
  for (const [name, address] of await addresses()) {
    await page.goto("about:blank");
    bytes = 0;
    await page.goto(address);
    await isThere(page);
    // Charts come when the page is there; then nothing more may come by itself.
    if (withCharts.has(name)) await expect.poll(() => bytes, { message: `the chart of ${name}` }).toBeGreaterThan(270 * KB);
    await expect.poll(() => Date.now() - changedAt).toBeGreaterThan(1_200);
    sizes[name] = Math.round(bytes / KB);
  }
  console.log(`scripts, KB compressed: ${JSON.stringify(sizes)}`);
  for (const [name, size] of Object.entries(sizes)) {
    expect(size, name).toBeLessThanOrEqual(withCharts.has(name) ? 400 : 250);
    expect(size, name).toBeGreaterThan(20);
  }
});

test("nothing is asked of another origin", async ({ open }) => {
  test.setTimeout(120_000);
  const page = await open("admin", "/settings/profile");
  const origins = new Set<string>();
  page.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url())) origins.add(new URL(request.url()).origin);
  });
  for (const [, address] of await addresses()) {
    await page.goto(address);
    await isThere(page);
  }
  expect([...origins]).toEqual([url]);
});

async function heapBytes(devtools: CDPSession): Promise<number> {
  await devtools.send("HeapProfiler.collectGarbage");
  await devtools.send("HeapProfiler.collectGarbage");
  return (await devtools.send("Runtime.getHeapUsage")).usedSize;
}

/** The stream tells of new decisions at most once a second. */
const EVENTS_OF_A_DAY = 86_400;
const OTHERS_OF_A_DAY = 800;
/** Each is one reconnection, one merged refetch and one redrawing. HEAP_ROUNDS=43200 takes a day's number of those too. */
const ROUNDS = Number(process.env.HEAP_ROUNDS ?? 60);

test("a day's number of stream events leaves the page's memory as it was", async ({ open }) => {
  test.setTimeout(120_000 + ROUNDS * 1_500);
  const page = await open("operator", "/predictions");
  await expect(page.locator("tr[data-row]").first()).toBeVisible();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("HeapProfiler.enable");
  let sent = 0;
  let refetched = 0;
  page.on("request", (request) => {
    if (request.url().includes("/api/console/predictions?")) refetched++;
  });
  const each = Math.ceil((EVENTS_OF_A_DAY + OTHERS_OF_A_DAY) / ROUNDS);
  const others = ["experiment", "model", "note", "health", "alert"];
  await page.route("**/api/v4/monitoring/stream", async (route) => {
    let body = "retry: 400\n\n";
    for (let index = 0; index < each; index++, sent++) {
      const kind = sent % 55 === 54 ? others[sent % others.length]! : "decision-rate";
      body += `id: ${sent + 1}\nevent: ${kind}\ndata: ${JSON.stringify({ kind, subject: String(sent), version: sent })}\n\n`;
    }
    await route.fulfill({ status: 200, contentType: "text/event-stream; charset=utf-8", body }).catch(() => undefined); // the page may have gone
  });
  // A new stream through the route: the tab asks again after a pause.
  await page.keyboard.press("p");
  await page.keyboard.press("p");
  await expect.poll(() => sent).toBeGreaterThan(0);
  const before = await heapBytes(devtools);
  const start = { sent, refetched };
  await expect.poll(() => sent - start.sent, { timeout: 60_000 + ROUNDS * 1_500 }).toBeGreaterThanOrEqual(EVENTS_OF_A_DAY);
  const after = await heapBytes(devtools);
  console.log(`heap: ${(before / MB).toFixed(1)} MB, after ${sent - start.sent} events and ${refetched - start.refetched} refetches ${(after / MB).toFixed(1)} MB`);
  expect(refetched - start.refetched).toBeGreaterThan(10);
  expect(after - before).toBeLessThan(20 * MB);
});
