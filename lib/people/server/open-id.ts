import { randomUUID } from "node:crypto";
import type { NextAuthOptions } from "next-auth";
import { z } from "zod";
import { systemActor } from "@/lib/audit/actor";
import { audited } from "@/lib/audit/server/append";
import { env, type Env } from "@/lib/env";
import { defaultProfile } from "../profile";
import * as store from "./store";

type Provider = NextAuthOptions["providers"][number];

/** Sign-in through the organisation's own accounts, where the environment names it. */
export function openIdConnect({ OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret, OIDC_NAME: name }: Env): Provider | null {
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) return null;
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
  const { OIDC_ISSUER: issuer, OIDC_NEW_ROLE: role } = env();
  const subject = `${iss ?? issuer ?? ""} ${sub}`.slice(0, 300);
  const existing = await store.findExternal(subject);
  if (existing) return existing.disabledAt ? null : existing;
  if (role === "none") return null;
  const username = (email ?? preferred ?? sub).toLowerCase().slice(0, 80);
  const person: store.Person = { id: randomUUID(), username, name: (name ?? username).slice(0, 100), role, passwordHash: null, externalSubject: subject, disabledAt: null, createdAt: now, lastSeenAt: null, profile: defaultProfile, version: 1 };
  const made = await audited(async (tx, append) => {
    if (!(await store.insertPerson(tx, person))) return false;
    await append({ at: now, actor: systemActor("OpenID Connect"), action: "person.create", subject: { type: "person", id: person.id }, after: { username, name: person.name, role: person.role, external: true } });
    return true;
  });
  return made ? person : null;
}
