import { Problem } from "@/lib/http/problem";
import type { Access, Scope } from "@/lib/http/endpoint";
import type { Caller } from "../caller";
import { readSession } from "@/lib/people/server/sessions";
import { callerOfKey } from "./keys";

type Asking = { method: string; header: (name: string) => string | undefined; remoteAddress: string };

/** Who is asking. A key that is sent must be right, also beside a session or another key. */
export function authenticate(asking: Asking): Caller | Promise<Caller> {
  const authorization = asking.header("authorization");
  const own = asking.header("x-api-key");
  // Beside X-API-Key another scheme may stand, for a proxy before us.
  const key = authorization !== undefined && (own === undefined || /^Bearer\b/i.test(authorization)) ? bearer(authorization) : own;
  if (key === undefined) return bySession(asking);
  if (own !== undefined && own !== key) throw unauthenticated("two different keys");
  const caller = callerOfKey(key, Date.now(), asking.remoteAddress);
  if (!caller) throw unauthenticated("wrong, revoked or expired");
  return caller;
}

async function bySession(asking: Asking): Promise<Caller> {
  const caller = await readSession(asking);
  if (!caller) throw unauthenticated("missing");
  return caller;
}

function bearer(authorization: string): string {
  const plain = authorization.startsWith("Bearer ") ? authorization.slice(7) : " ";
  const token = plain.includes(" ") ? /^Bearer +(\S+) *$/i.exec(authorization)?.[1] : plain;
  if (token === undefined) throw unauthenticated("expected Bearer and a key");
  return token;
}

function unauthenticated(message: string): Problem {
  return new Problem("unauthenticated", "Send a key as Authorization: Bearer or X-API-Key, or sign in.", {
    headers: { "www-authenticate": 'Bearer realm="ml-despacho"' },
    fields: [{ part: "header", field: "authorization", message }],
  });
}

/** The caller, if one of the scopes is theirs. */
export function authorize(caller: Caller, access: Exclude<Access, "public">): Caller {
  if (access === "signed-in" || access.some((scope: Scope) => caller.scopes.has(scope))) return caller;
  throw new Problem("forbidden", `This needs the scope ${access.join(" or ")}.`, {
    fields: [{ part: "header", field: "authorization", message: `lacks ${access.join(" or ")}` }],
    extra: { required_scopes: access },
  });
}
