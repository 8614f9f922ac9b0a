import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { routes } from "@/lib/http/server/routes";
import { askers, mayAct, pageRuleOf, pageRules, pageVerdict, routeRules, verdict } from "./access";
import { scopesOfRole } from "./caller";

const pages = readdirSync("app", { recursive: true, encoding: "utf8" })
  .filter((file) => /(^|[\\/])page\.tsx$/.test(file))
  .map((file) => `/${file.replaceAll("\\", "/").replace(/\(\w+\)\//g, "").replace(/\/?page\.tsx$/, "")}`);

it("has a row for each route, and the row says what the endpoint says", () => {
  for (const { endpoint } of routes) {
    const key = `${endpoint.method} ${endpoint.path}`;
    const rule = routeRules[key];
    expect(rule, `lib/auth/access.ts, routeRules, needs a row "${key}": ${JSON.stringify(endpoint.access)}`).toBeDefined();
    expect(rule === "person" ? "signed-in" : rule, key).toEqual(endpoint.access);
  }
});

it("has a row for each page", () => {
  expect(pages.filter((page) => !(page in pageRules)), "lib/auth/access.ts, pageRules, needs rows for these").toEqual([]);
});

it("knows the page of a path", () => {
  expect([pageRuleOf("/"), pageRuleOf("/login"), pageRuleOf("/login/"), pageRuleOf("/models/optimal@1"), pageRuleOf("/settings/keys"), pageRuleOf("/settings/keys/x"), pageRuleOf("/loginx")]).toEqual(["person", "public", "public", "person", ["admin"], "person", "person"]);
});

it("lets in to pages by the rule, and names on the page that refuses the one role that may be missing", () => {
  expect((["public", "person", ["admin"]] as const).map((rule) => [null, "viewer", "admin"].map((role) => pageVerdict(rule, role as "viewer" | "admin" | null)))).toEqual([
    ["in", "in", "in"],
    ["sign-in", "in", "in"],
    ["sign-in", "forbidden", "in"],
  ]);
  // app/(console)/settings/forbidden.tsx says "administrator".
  expect(Object.entries(pageRules).filter(([page, rule]) => typeof rule === "object" && !(page.startsWith("/settings/") && rule.join() === "admin"))).toEqual([]);
});

it("lets in by the rule", () => {
  const named = (rule: Parameters<typeof verdict>[0]) => askers.map((asker) => `${asker.kind === "key" ? asker.scope : asker.kind === "role" ? asker.role : asker.kind} ${verdict(rule, asker)}`);
  expect(named("public").every((each) => each.endsWith(" in"))).toBe(true);
  expect(named("person")).toEqual(["nobody 401", "wrong-key 401", "predict 403", "decide 403", "log 403", "read 403", "operate 403", "admin 403", "viewer in", "operator in", "admin in"]);
  expect(named(["operate"])).toEqual(["nobody 401", "wrong-key 401", "predict 403", "decide 403", "log 403", "read 403", "operate in", "admin 403", "viewer 403", "operator in", "admin in"]);
});

it("knows the parts of a route that take more", () => {
  expect([mayAct(scopesOfRole("viewer"), "view.share"), mayAct(scopesOfRole("operator"), "view.share"), mayAct(scopesOfRole("operator"), "view.delete-anybodys")]).toEqual([false, true, false]);
});
