import { Scope } from "@/lib/http/endpoint";
import { scopesOfRole, type Role } from "./caller";

/**
 * Who may do what: one row per route, page and action. The endpoints state their access where they are described; this is the
 * second look at it, in one place: access.test.ts holds both to each other, where a route or page without a row fails, and
 * tests/api/access-matrix.test.ts holds the running service to the table.
 *
 * `signed-in`: any key and any person. `person`: any person, and no key. Otherwise any one of the scopes lets in.
 */
export type PageRule = "public" | "person" | readonly [Scope, ...Scope[]];
export type Rule = "public" | "signed-in" | "person" | readonly [Scope, ...Scope[]];

const read = ["read"] as const;
const operate = ["operate"] as const;
const admin = ["admin"] as const;
const predict = ["predict"] as const;
const history = ["read", "predict"] as const;

export const routeRules: Readonly<Record<string, Rule>> = {
  "GET /api/health/live": "public",
  "GET /api/health/ready": "public",
  "GET /metrics": read,

  "GET /api/v1/dispatch/health": "signed-in",
  "GET /api/v1/dispatch/test": "signed-in",
  "POST /api/v1/dispatch/assign": predict,
  "POST /api/v1/dispatch/assign/batch": predict,
  "GET /api/v1/dispatch/history/recent": history,
  "GET /api/v1/dispatch/history/{dispatch_id}": history,
  "GET /api/v1/dispatch/history/ambulance/{id}": history,
  "GET /api/v1/dispatch/statistics": history,
  "GET /api/v1/dispatch/statistics/severity-distribution": history,
  "GET /api/v1/dispatch/statistics/ambulance/{id}": history,

  "POST /api/v2/dispatch/predict": predict,
  "POST /api/v2/dispatch/predict/batch": predict,
  "GET /api/v2/dispatch/health": "signed-in",
  "GET /api/v2/dispatch/model/info": history,
  "GET /api/v2/dispatch/model/feature-importance": history,
  "POST /api/v2/dispatch/outcomes": ["log"],
  "GET /api/v2/dispatch/statistics": history,

  "POST /api/v3/ab-testing/decide-phase": ["decide"],
  "POST /api/v3/ab-testing/dispatch": ["decide"],
  "POST /api/v3/ab-testing/log": ["log"],
  "GET /api/v3/ab-testing/status": read,
  "GET /api/v3/ab-testing/dashboard": read,
  "GET /api/v3/ab-testing/comparison": read,
  "GET /api/v3/ab-testing/recommendation": read,
  "GET /api/v3/ab-testing/metrics": read,
  "GET /api/v3/ab-testing/strategies": read,
  "GET /api/v3/ab-testing/export": read,
  "GET /api/v3/ab-testing/config": read,
  "PUT /api/v3/ab-testing/config": operate,
  "GET /api/v3/ab-testing/config/history": read,
  "GET /api/v3/ab-testing/ramp": read,
  "POST /api/v3/ab-testing/ramp": operate,
  "POST /api/v3/ab-testing/ramp/start": operate,
  "POST /api/v3/ab-testing/ramp/hold": operate,
  "POST /api/v3/ab-testing/ramp/resume": operate,
  "POST /api/v3/ab-testing/ramp/rollback": operate,
  "POST /api/v3/ab-testing/ramp/approve": operate,

  "GET /api/console/me": "person",
  "PATCH /api/console/me/profile": "person",
  "POST /api/console/me/extend": "person",
  "POST /api/console/me/password": "person",

  "GET /api/console/people": admin,
  "POST /api/console/people": admin,
  "PATCH /api/console/people/{id}": admin,
  "POST /api/console/people/{id}/password": admin,
  "POST /api/console/people/{id}/sessions/end": admin,
  "GET /api/console/keys": admin,
  "POST /api/console/keys": admin,
  "POST /api/console/keys/{id}/rotate": admin,
  "POST /api/console/keys/{id}/revoke": admin,
  "GET /api/console/audit": admin,
  "GET /api/console/audit/export": admin,
  "GET /api/console/audit/verify": admin,

  "GET /api/console/shift-note": read,
  "PUT /api/console/shift-note": operate,
  "GET /api/console/views": read,
  "POST /api/console/views": read,
  "DELETE /api/console/views/{id}": read,

  "GET /api/console/overview": read,
  "GET /api/console/dispatches": read,
  "GET /api/console/dispatches/{history_id}": read,
  "GET /api/console/models": read,
  "GET /api/console/models/{id}": read,
  "GET /api/console/predictions": read,
  "GET /api/console/predictions/histogram": read,
  "GET /api/console/predictions/export": read,
  "GET /api/console/predictions/{id}": read,
  "POST /api/console/predictions/{id}/try": read,
  "GET /api/v4/monitoring/stream": read,
};

/**
 * The same for the pages, which are for people: `person` is anybody who is signed in, otherwise the role must have one of the
 * scopes. Pages hold no data; what they show is asked of the routes above.
 */
export const pageRules: Readonly<Record<string, PageRule>> = {
  "/login": "public",
  "/status": "public",
  "/docs": "public",
  "/": "person",
  "/predictions": "person",
  "/predictions/[id]": "person",
  "/dispatches": "person",
  "/models": "person",
  "/models/[id]": "person",
  "/ab-testing": "person",
  "/settings": "person",
  "/settings/profile": "person",
  "/settings/people": admin,
  "/settings/keys": admin,
  "/settings/audit": admin,
  "/settings/no-permission": "person",
};

const pagePatterns = Object.entries(pageRules).map(([page, rule]) => ({ pattern: new RegExp(`^${page.replace(/\[\w+\]/g, "[^/]+")}/?$`), rule }));

/** The rule of a path. One that is no page is for people too: whether it exists is nobody else's business. */
export function pageRuleOf(path: string): PageRule {
  return pagePatterns.find(({ pattern }) => pattern.test(path))?.rule ?? "person";
}

export type PageVerdict = "in" | "sign-in" | "forbidden";

export function pageVerdict(rule: PageRule, role: Role | null): PageVerdict {
  if (rule === "public") return "in";
  if (role === null) return "sign-in";
  return rule === "person" || rule.some((scope) => scopesOfRole(role).has(scope)) ? "in" : "forbidden";
}

/** Parts of a route that take more than the route does. */
export const actionRules = {
  "view.share": operate,
  "view.delete-anybodys": admin,
} as const satisfies Record<string, Rule>;

export function mayAct(scopes: ReadonlySet<Scope>, action: keyof typeof actionRules): boolean {
  return actionRules[action].some((scope) => scopes.has(scope));
}

const roles = ["viewer", "operator", "admin"] as const satisfies readonly Role[];

export type Asker = { kind: "nobody" } | { kind: "wrong-key" } | { kind: "key"; scope: Scope } | { kind: "role"; role: Role };

/** Everybody whom the matrix asks as: a key of each single scope, a person of each role. */
export const askers: readonly Asker[] = [{ kind: "nobody" }, { kind: "wrong-key" }, ...Scope.options.map((scope): Asker => ({ kind: "key", scope })), ...roles.map((role): Asker => ({ kind: "role", role }))];

export type Verdict = "in" | 401 | 403;

export function verdict(rule: Rule, asker: Asker): Verdict {
  if (rule === "public") return "in";
  if (asker.kind === "nobody" || asker.kind === "wrong-key") return 401;
  if (rule === "signed-in") return "in";
  if (rule === "person") return asker.kind === "role" ? "in" : 403;
  const scopes: ReadonlySet<Scope> = asker.kind === "key" ? new Set([asker.scope]) : scopesOfRole(asker.role);
  return rule.some((scope) => scopes.has(scope)) ? "in" : 403;
}
