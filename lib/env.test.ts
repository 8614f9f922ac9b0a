import { expect, it } from "vitest";
import { parseEnv } from "./env";

it("fills the defaults and keeps the database in the data folder", () => {
  const env = parseEnv({ DATA_DIR: "somewhere" });
  expect(env.PORT).toBe(3000);
  expect(env.DATABASE_URL).toMatch(/^file:.*somewhere\/ml-despacho\.db$/);
});

it.each([
  ["PORT", "http"],
  ["PORT", "70000"],
  ["DATABASE_URL", "postgres://x"],
  ["TIME_ZONE", "Mars/Olympus"],
  ["LOG_LEVEL", "loud"],
])("names the variable: %s=%s", (name, value) => {
  expect(() => parseEnv({ [name]: value })).toThrow(new RegExp(`not valid\\. ${name}`));
});

it("takes an empty variable as absent", () => {
  expect(parseEnv({ PORT: "" }).PORT).toBe(3000);
});
