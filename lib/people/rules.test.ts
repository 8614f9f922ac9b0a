import { expect, it } from "vitest";
import { mayChange } from "./rules";

const admin = { role: "admin", disabled: false } as const;
it.each([
  ["raise somebody", { self: false, before: { role: "viewer", disabled: false } as const, wanted: { role: "admin" } as const, otherAdministrators: 1 }, undefined],
  ["raise oneself", { self: true, before: { role: "operator", disabled: false } as const, wanted: { role: "admin" } as const, otherAdministrators: 1 }, "own-account"],
  ["name oneself", { self: true, before: admin, wanted: { name: "x" }, otherAdministrators: 0 }, undefined],
  ["disable oneself", { self: true, before: admin, wanted: { disabled: true }, otherAdministrators: 3 }, "own-account"],
  ["lower the last administrator", { self: false, before: admin, wanted: { role: "viewer" } as const, otherAdministrators: 0 }, "last-administrator"],
  ["disable the last administrator", { self: false, before: admin, wanted: { disabled: true }, otherAdministrators: 0 }, "last-administrator"],
  ["lower one of two", { self: false, before: admin, wanted: { role: "viewer" } as const, otherAdministrators: 1 }, undefined],
  ["lower a disabled administrator", { self: false, before: { role: "admin", disabled: true } as const, wanted: { role: "viewer" } as const, otherAdministrators: 0 }, undefined],
])("%s", (_, given, code) => {
  expect(mayChange(given)?.code).toBe(code);
});
