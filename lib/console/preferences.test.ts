import { expect, it } from "vitest";
import { readPreferences, writePreferences } from "./preferences";

it("reads back what it wrote", () => {
  const chosen = { theme: "dark", density: "compact", rail: "narrow", zone: "utc", motion: "reduced", keys: "off" } as const;
  expect(readPreferences(writePreferences(chosen))).toEqual(chosen);
});

it("takes the default for each part that is absent or wrong, and keeps the others", () => {
  expect(readPreferences("theme=dark&density=<script>&other=1")).toEqual({ theme: "dark", density: "comfortable", rail: "open", zone: "centre", motion: "system", keys: "on" });
  expect(readPreferences(undefined).theme).toBe("system");
});
