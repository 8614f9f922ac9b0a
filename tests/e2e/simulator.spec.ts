import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Page } from "@playwright/test";
import { expect, shared, test, url } from "./fixtures";

/** The demonstration city, sending its calls and outcomes until it is stopped. */
function startCity(): { city: ChildProcess; said: () => string } {
  const city = spawn(process.execPath, ["--import", "tsx", "lib/cli/simulate.ts", "--live", "--url", url, "--key", shared().key, "--speed", "1800x", "--minutes", "5"], { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [city.stdout, city.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return { city, said: () => text };
}

async function put(share: number): Promise<void> {
  const headers = { authorization: `Bearer ${shared().key}`, "content-type": "application/json" };
  const { config } = (await (await fetch(`${url}/api/v3/ab-testing/config`, { headers })).json()) as { config: { version: number } };
  const response = await fetch(`${url}/api/v3/ab-testing/config`, { method: "PUT", headers, body: JSON.stringify({ expected_version: config.version, reason: "browser test", confirmation: String(100 * share), strategy: { kind: "weight_based", phase2_share: share } }) });
  expect(response.status, await response.text()).toBe(200);
}

/** What the verdict says it rests on. */
async function counted(page: Page): Promise<{ phase1: number; phase2: number; outcomes: number }> {
  const text = await page.getByRole("region", { name: "Veredicto" }).innerText();
  const found = /Hasta ahora, ([\d.]+) decisiones con Fase 1 y ([\d.]+) con Fase 2; ([\d.]+) resultados recibidos/.exec(text);
  if (!found) return { phase1: 0, phase2: 0, outcomes: 0 };
  const [phase1, phase2, outcomes] = found.slice(1).map((digits) => Number(digits.replaceAll(".", "")));
  return { phase1: phase1!, phase2: phase2!, outcomes: outcomes! };
}

test("with the city's calls under way, a changed share is followed by its next calls and the verdict counts them", async ({ open }) => {
  test.setTimeout(180_000);
  await put(0);
  const { city, said } = startCity();
  try {
    const page = await open("operator", "/ab-testing");
    const summary = page.getByRole("region", { name: /^Prueba / });
    await expect(summary).toContainText("Fase 2 al 0 %");
    await expect.poll(async () => (await counted(page)).phase1, { message: said(), timeout: 60_000 }).toBeGreaterThan(0);
    const before = await counted(page);
    await expect.poll(async () => (await counted(page)).phase1, { message: said(), timeout: 60_000 }).toBeGreaterThan(before.phase1 + 3);
    expect((await counted(page)).phase2).toBe(before.phase2);

    const strategy = page.getByRole("region", { name: "Estrategia" });
    await strategy.getByRole("spinbutton", { name: "Parte con Fase 2" }).fill("25");
    await strategy.getByRole("button", { name: "Aplicar" }).click();
    await expect(summary).toContainText("Fase 2 al 25 %");
    const changed = await counted(page);
    await expect.poll(async () => (await counted(page)).phase2, { message: said(), timeout: 60_000 }).toBeGreaterThan(changed.phase2 + 3);
    await expect.poll(async () => (await counted(page)).outcomes, { message: said(), timeout: 60_000 }).toBeGreaterThan(changed.outcomes + 3);

    const verdict = await page.getByRole("region", { name: "Veredicto" }).getByRole("status").innerText();
    // The overview says the same, in short.
    await page.getByRole("navigation", { name: "Pantallas" }).first().getByRole("link", { name: "Resumen" }).click();
    const card = page.getByRole("region", { name: "Prueba A/B" });
    await expect(card).toContainText("Fase 2 al 25 %");
    await expect(card).toContainText(verdict);
    await expect(card).toContainText(/Asignación óptima: (todavía sin intervalo, con \d+ y \d+ decisiones|.* con Fase 2 \[.*;.*\])/);
    await card.getByRole("link", { name: "ver la prueba" }).click();
    await expect(page).toHaveURL(/\/ab-testing/);
  } finally {
    if (city.exitCode === null) {
      city.kill();
      await once(city, "exit");
    }
    await put(0);
  }
  expect(said()).toBe("");
});
