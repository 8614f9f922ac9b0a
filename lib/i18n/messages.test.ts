import { expect, it } from "vitest";
import en from "./messages/en.json";
import es from "./messages/es.json";

const keys = (value: object, path = ""): string[] =>
  Object.entries(value).flatMap(([key, inner]: [string, unknown]) => (typeof inner === "object" && inner !== null ? keys(inner, `${path}${key}.`) : [`${path}${key}`]));

it("has every message in both languages", () => {
  expect(keys(en)).toEqual(keys(es));
});
