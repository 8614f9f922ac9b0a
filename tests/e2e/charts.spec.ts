import { readFileSync } from "node:fs";
import { expect, test } from "./fixtures";

/** PNG: signature, then width and height of the first chunk (RFC 2083). */
function sizeOf(png: Buffer): { width: number; height: number } {
  expect(png.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

for (const { address, title, file, first } of [
  { address: "/?range=7d", title: "Línea de tiempo", file: "linea-de-tiempo", first: "at;decisions" },
  { address: "/models/optimal@1", title: "Calibración", file: "calibracion", first: "predicted;observed" },
])
  test(`the chart "${title}" is taken as a picture and as data`, async ({ open }) => {
    const page = await open("viewer", address);
    const panel = page.getByRole("region", { name: title });
    await expect(panel.locator("figure svg").first()).toBeVisible();
    const take = async (format: RegExp): Promise<{ name: string; content: Buffer }> => {
      await panel.getByRole("button", { name: /^Exportar/ }).press("Enter");
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: format }).press("Enter")]);
      return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
    };
    const svg = await take(/^SVG/);
    expect(svg.name).toMatch(new RegExp(`^${file}.*_\\d{4}-\\d{2}-\\d{2}T\\d{4}Z\\.svg$`));
    expect(svg.content.toString("utf8")).toMatch(/^<svg[^>]*>[\s\S]*<\/svg>$/);
    expect(svg.content.toString("utf8")).toContain((await panel.locator("figcaption").innerText()).slice(0, 20));
    // A margin of 16 on each side, two pixels each.
    const box = (await panel.locator("figure").boundingBox())!;
    const png = sizeOf((await take(/^PNG/)).content);
    expect(Math.abs(png.width - 2 * (box.width + 32))).toBeLessThan(4);
    expect(Math.abs(png.height - 2 * (box.height + 32))).toBeLessThan(4);
    const csv = (await take(/^CSV/)).content.toString("utf8");
    expect(csv.startsWith(`\uFEFF${first};`)).toBe(true);
    expect(csv.split("\r\n").length).toBeGreaterThan(3);
  });
