import { expect, it } from "vitest";
import { returnPath } from "./return-path";

it.each([
  ["/predictions?range=7d&sel=a#x", "/predictions?range=7d&sel=a#x"],
  ["/", "/"],
  [null, "/"],
  ["", "/"],
  ["https://evil.example", "/"],
  ["//evil.example", "/"],
  ["/\\evil.example", "/"],
  ["/\t/evil.example", "/"],
  ["/./..//evil.example", "/"],
  ["javascript:alert(1)", "/"],
  ["/login?from=/login", "/"],
  ["/api/auth/signout", "/"],
])("%s goes to %s", (asked, expected) => expect(returnPath(asked)).toBe(expected));
