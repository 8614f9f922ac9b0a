import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync("app/globals.css", "utf8");
const tokens = Object.fromEntries([...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, light, dark]) => [name!, { light: light!, dark: dark! }]));

const channels = (hex: string): number[] => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
const linear = (c: number): number => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);

/** WCAG 2.2 relative luminance and contrast ratio. */
function contrast(a: string, b: string): number {
  const [x, y] = [a, b].map((hex) => {
    const [r, g, blue] = channels(hex).map(linear) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  }) as [number, number];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** Full dichromacy in linear RGB: Viénot, Brettel and Mollon 1999 (protan, deutan); Brettel's tritan plane, one-plane form. */
const sights: Record<string, number[][]> = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protan: [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
  deutan: [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
  tritan: [[1, 0.1446, -0.1446], [0, 0.85924, 0.14076], [0, 0.85924, 0.14076]],
};

function lab(hex: string, sight: number[][]): number[] {
  const rgb = channels(hex).map(linear);
  const [r, g, b] = sight.map((row) => Math.min(1, Math.max(0, row.reduce((sum, weight, i) => sum + weight * rgb[i]!, 0)))) as [number, number, number];
  const xyz = [(0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047, 0.2126 * r + 0.7152 * g + 0.0722 * b, (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883];
  const [x, y, z] = xyz.map((t) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116)) as [number, number, number];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
/** CIE76. */
const distance = (a: string, b: string, sight: number[][]): number => Math.hypot(...lab(a, sight).map((v, i) => v - lab(b, sight)[i]!));

describe.each(["light", "dark"] as const)("%s", (theme) => {
  const of = (name: string): string => tokens[name]![theme];

  it.each(["text", "text-second", "text-third", "accent", "critical", "high", "medium", "low", "info", "normal", "series-1", "series-2", "series-3", "series-4"])("%s is readable on page and panel", (name) => {
    expect(contrast(of(name), of("page"))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of(name), of("panel"))).toBeGreaterThanOrEqual(4.5);
  });

  it("borders of controls and the focus ring stand out by 3 to 1", () => {
    for (const name of ["control", "focus"]) for (const ground of ["page", "panel"]) expect(contrast(of(name), of(ground))).toBeGreaterThanOrEqual(3);
  });

  it("text on the accent is readable", () => {
    expect(contrast(of("on-accent"), of("accent"))).toBeGreaterThanOrEqual(4.5);
  });

  it("the series stay apart for every sight, the two phases widely", () => {
    const series = [1, 2, 3, 4].map((n) => of(`series-${n}`));
    for (const sight of Object.values(sights)) {
      for (const [i, a] of series.entries()) for (const b of series.slice(i + 1)) expect(distance(a, b, sight)).toBeGreaterThan(20);
      expect(distance(series[0]!, series[1]!, sight)).toBeGreaterThan(60);
    }
  });
});
