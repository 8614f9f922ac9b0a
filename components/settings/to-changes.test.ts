import { expect, it } from "vitest";
import { toChanges } from "./to-changes";

it("lists only the fields that differ", () => {
  expect(toChanges({ role: "viewer", name: "Ana", scopes: ["read"] }, { role: "operator", name: "Ana", scopes: ["read"] })).toEqual([{ field: "role", before: "viewer", after: "operator" }]);
});
it("shows a creation and a removal from and to nothing", () => {
  expect(toChanges(null, { name: "k", scopes: ["read"] })).toEqual([{ field: "name", before: null, after: "k" }, { field: "scopes", before: null, after: "read" }]);
  expect(toChanges({ name: "k" }, null)).toEqual([{ field: "name", before: "k", after: null }]);
});
