import { expect, it } from "vitest";
import { isSameOrigin, sessionToken } from "./session-cookie";

it.each([
  ["no header", undefined, null],
  ["alone", "next-auth.session-token=abc", "abc"],
  ["among others", "a=b; next-auth.session-token=abc=; c=d", "abc="],
  ["a longer name", "xnext-auth.session-token=abc", null],
  ["empty", "next-auth.session-token=", null],
])("reads the session token: %s", (_, header, token) => {
  expect(sessionToken(header, false)).toBe(token);
});

it("does not take the unbound cookie where the console is served over https", () => {
  expect(sessionToken("next-auth.session-token=abc", true)).toBeNull();
  expect(sessionToken("__Secure-next-auth.session-token=abc", true)).toBe("abc");
});

const host = "ml.example:3000";
it.each([
  ["the browser says same origin", { site: "same-origin", origin: undefined, host }, true],
  ["the browser says another site", { site: "cross-site", origin: `http://${host}`, host }, false],
  ["a sibling host is another origin", { site: "same-site", origin: undefined, host }, false],
  ["from outside any page", { site: "none", origin: undefined, host }, false],
  ["origin is the host", { site: undefined, origin: `http://${host}`, host }, true],
  ["origin is the public address", { site: undefined, origin: "https://public.example", host: "inside:3000" }, true],
  ["another origin", { site: undefined, origin: "http://evil.example", host }, false],
  ["a hidden origin", { site: undefined, origin: "null", host }, false],
  ["no word at all", { site: undefined, origin: undefined, host }, false],
  ["nonsense", { site: undefined, origin: "::", host }, false],
])("same origin: %s", (_, headers, same) => {
  expect(isSameOrigin(headers, "https://public.example")).toBe(same);
});
