import { expect, it } from "vitest";
import * as console_ from "@/lib/console/contract";
import * as predictions from "@/lib/console/predictions-contract";
import * as settings from "@/lib/console/settings-contract";
import * as dispatch from "@/lib/dispatch/contract";
import * as health from "@/lib/health/contract";
import { toReference } from "./to-reference";

it.each(Object.entries({ console_, predictions, settings, dispatch, health }))("describes every endpoint of %s", (_, contract) => {
  const operations = toReference(contract);
  expect(operations.length).toBeGreaterThan(0);
  expect(new Set(operations.map((operation) => operation.key)).size).toBe(operations.length);
  for (const { path, params } of operations) expect(params.map((field) => field.name).sort()).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort());
});

it("says limits and defaults in words", () => {
  const recent = toReference(dispatch).find((operation) => operation.path.endsWith("/history/recent"));
  expect(recent?.query).toContainEqual({ name: "limit", required: false, words: expect.stringContaining("1 … 500") as string });
});
