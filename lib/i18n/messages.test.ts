import { expect, it } from "vitest";
import { problems } from "@/lib/http/problem";
import en from "./messages/en.json";
import es from "./messages/es.json";

const leaves = (value: object, path = ""): [string, string][] =>
  Object.entries(value).flatMap(([key, inner]: [string, unknown]) => (typeof inner === "object" && inner !== null ? leaves(inner, `${path}${key}.`) : [[`${path}${key}`, String(inner)]]));

/** Names of ICU arguments, and the branches of each plural or select. */
const args = (message: string): string[] => [...message.matchAll(/\{(\w+)(?:, (\w+))?/g)].map(([, name, kind]) => `${name}:${kind ?? "value"}`).filter((arg) => !/^\d/.test(arg)).sort();

const english = new Map(leaves(en));

it("has every message in both languages", () => {
  expect([...english.keys()]).toEqual(leaves(es).map(([key]) => key));
});

it.each(leaves(es))("%s takes the same values in both languages", (key, message) => {
  const plain = (text: string): string[] => args(text).filter((arg) => arg.includes(":plural") || /^(?:[a-z]\w*):value$/.test(arg));
  const known = (text: string): Set<string> => new Set(plain(text).filter((arg) => new RegExp(`\\{${arg.split(":")[0]!}[,}]`).test(text)));
  expect(known(english.get(key)!)).toEqual(known(message));
  expect(message.trim()).not.toBe("");
});

it("has words for every problem the API can name", () => {
  for (const code of Object.keys(problems)) expect(es.problems).toHaveProperty(code);
});

it("writes plurals that end in other", () => {
  for (const [key, message] of [...leaves(es), ...english]) if (message.includes(", plural,")) expect(message, key).toMatch(/other \{/);
});
