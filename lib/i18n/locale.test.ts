import { expect, it } from "vitest";
import { chooseLocale } from "./locale";

it.each([
  ["the cookie wins", "en", "es-BO,es;q=0.9", "en"],
  ["an unknown cookie does not", "fr", "en-US", "en"],
  ["by weight, not by order", undefined, "en;q=0.3, es-BO;q=0.8", "es"],
  ["a refused language is not taken", undefined, "en;q=0, es;q=0.1", "es"],
  ["neither language: Spanish", undefined, "fr-FR,de;q=0.7", "es"],
  ["nothing said: Spanish", undefined, null, "es"],
])("%s", (_, cookie, header, expected) => expect(chooseLocale(cookie, header)).toBe(expected));
