import type { Scope } from "@/lib/http/endpoint";

export type Role = "viewer" | "operator" | "admin";

/** Who is asking: a service with a key, a signed-in person, or nobody (open endpoints only). */
export type Caller = {
  kind: "key" | "person" | "nobody";
  /** Key id or person id; empty for nobody. */
  id: string;
  name: string;
  scopes: ReadonlySet<Scope>;
  role: Role | null;
  /** Of a signed-in person. */
  sessionId?: string;
};

export const nobody: Caller = { kind: "nobody", id: "", name: "", scopes: new Set(), role: null };

/** What a role lets a person do, in the words of key scopes. */
const roleScopes: Record<Role, readonly Scope[]> = {
  viewer: ["read"],
  operator: ["read", "operate"],
  admin: ["read", "operate", "admin"],
};

export function scopesOfRole(role: Role): ReadonlySet<Scope> {
  return new Set(roleScopes[role]);
}
