import { randomUUID } from "node:crypto";
import type { NextAuthOptions } from "next-auth";
import { z } from "zod";
import { systemActor } from "@/lib/audit/actor";
import { audited } from "@/lib/audit/server/append";
import { Role } from "@/lib/console/settings-contract";
import { defaultProfile } from "../profile";
import * as store from "./store";

type Provider = NextAuthOptions["providers"][number];

const Settings = z.object({
  OIDC_ISSUER: z.url(),
  OIDC_CLIENT_ID: z.string().min(1),
  OIDC_CLIENT_SECRET: z.string().min(1),
  OIDC_NAME: z.string().default("OpenID Connect"),
});

/** Sign-in through the organisation's own accounts, where the environment names it. */
export function openIdConnect(environment: Record<string, string | undefined>): Provider | null {
  if (!environment.OIDC_ISSUER) return null;
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret, OIDC_NAME: name } = Settings.parse(environment);
  return {
    id: "oidc",
    name,
    type: "oauth",
    wellKnown: `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
    authorization: { params: { scope: "openid profile email" } },
    idToken: true,
    checks: ["pkce", "state", "nonce"],
    clientId,
    clientSecret,
    profile: (profile: { sub: string; name?: string }) => ({ id: profile.sub, name: profile.name ?? null }),
  };
}

const Claims = z.object({ iss: z.string().optional(), sub: z.string().min(1), name: z.string().optional(), email: z.string().optional(), preferred_username: z.string().optional() });

/**
 * The person behind an external identity; made at the first time, as viewer, unless OIDC_NEW_ROLE says otherwise or says `none`.
 * Null: may not come in. A local account is never taken over by name.
 */
export async function personOfOpenId(claims: unknown, now: Date): Promise<store.Person | null> {
  const parsed = Claims.safeParse(claims);
  if (!parsed.success) return null;
  const { iss, sub, name, email, preferred_username: preferred } = parsed.data;
  const subject = `${iss ?? process.env.OIDC_ISSUER ?? ""} ${sub}`.slice(0, 300);
  const existing = await store.findExternal(subject);
  if (existing) return existing.disabledAt ? null : existing;
  const role = Role.safeParse(process.env.OIDC_NEW_ROLE ?? "viewer");
  if (!role.success) return null;
  const username = (email ?? preferred ?? sub).toLowerCase().slice(0, 80);
  const person: store.Person = { id: randomUUID(), username, name: (name ?? username).slice(0, 100), role: role.data, passwordHash: null, externalSubject: subject, disabledAt: null, createdAt: now, lastSeenAt: null, profile: defaultProfile, version: 1 };
  const made = await audited(async (tx, append) => {
    if (!(await store.insertPerson(tx, person))) return false;
    await append({ at: now, actor: systemActor("OpenID Connect"), action: "person.create", subject: { type: "person", id: person.id }, after: { username, name: person.name, role: person.role, external: true } });
    return true;
  });
  return made ? person : null;
}
