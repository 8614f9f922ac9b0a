import { expect, it } from "vitest";
import document from "@/public/openapi.json";
import { toReference } from "./to-reference";

const operations = toReference(document);
/** That the document has every route is a test of its own, beside what makes it. */
const described = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));

it("describes every operation of the document, each with its path's fields and a way to call it", () => {
  expect(operations.map(({ key }) => key).sort()).toEqual(described.sort());
  for (const { key, path, params, examples } of operations) {
    expect(params.map((field) => field.name).sort()).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort());
    expect(examples.length, key).toBeGreaterThan(0);
  }
});

it("says limits and defaults in words", () => {
  const recent = operations.find((operation) => operation.path.endsWith("/history/recent"));
  expect(recent?.query).toContainEqual({ name: "limit", required: false, words: expect.stringContaining("1 … 500") as string });
});
