import type { Role } from "../auth/caller";

export type Change = { role?: Role | undefined; name?: string | undefined; disabled?: boolean | undefined };
export type Refusal = { code: "own-account" | "last-administrator"; field: "role" | "disabled"; detail: string };

/** Nobody changes their own role or disables themself, and one administrator who can sign in always remains. */
export function mayChange({ self, before, wanted, otherAdministrators }: { self: boolean; before: { role: Role; disabled: boolean }; wanted: Change; otherAdministrators: number }): Refusal | null {
  if (self && wanted.role !== undefined && wanted.role !== before.role) return { code: "own-account", field: "role", detail: "One's own role is changed by somebody else." };
  if (self && wanted.disabled === true) return { code: "own-account", field: "disabled", detail: "One's own account is disabled by somebody else." };
  const wasAdministrator = before.role === "admin" && !before.disabled;
  const staysAdministrator = (wanted.role ?? before.role) === "admin" && !(wanted.disabled ?? before.disabled);
  if (wasAdministrator && !staysAdministrator && otherAdministrators === 0)
    return { code: "last-administrator", field: wanted.disabled === true ? "disabled" : "role", detail: "This is the last administrator; make another one first." };
  return null;
}
