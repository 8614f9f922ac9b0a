import { expect, it } from "vitest";
import { fileName } from "./download";

it("names a file after its panel and the time, without accents or signs", () => {
  const at = new Date(Date.UTC(2026, 2, 2, 18, 3, 59));
  expect(fileName("Evolución de la evidencia (e)", at, "svg")).toBe("evolucion-de-la-evidencia-e_2026-03-02T1803Z.svg");
});
