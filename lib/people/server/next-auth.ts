import type { NextAuthOptions } from "next-auth";
import { decode, encode } from "next-auth/jwt";
import CredentialsProvider from "next-auth/providers/credentials";
import { z } from "zod";
import { returnPath } from "@/lib/console/return-path";
import { env } from "@/lib/env";
import { isDatabaseAway } from "@/lib/http/server/database-away";
import { logger } from "@/lib/log";
import { sessionToken } from "../session-cookie";
import { openIdConnect, personOfOpenId } from "./open-id";
import { callerOfSession, forgetSessions, sessionIdOf } from "./sessions";
import { openSession, signIn, signOut } from "./sign-in";

/** The cookie's own end, whatever happens: after this, sign in again. Within it the session's row decides (12 h, renewed). */
const CAP_SECONDS = 7 * 24 * 3_600;

const Credentials = z.object({ username: z.string().min(1).max(80), password: z.string().min(1).max(200) });
const Headers = z.record(z.string(), z.unknown());
const Sid = z.object({ sid: z.string() });

type From = { address: string; cookie: string | undefined };

function fromHeaders(headers: unknown): From {
  const { "x-forwarded-for": forwarded, cookie } = Headers.catch({}).parse(headers);
  return { address: typeof forwarded === "string" ? forwarded.split(",")[0]!.trim() : "", cookie: typeof cookie === "string" ? cookie : undefined };
}

/** The session that the browser has already: it ends when somebody signs in over it. */
async function replaced(cookie: string | undefined): Promise<string | null> {
  const token = sessionToken(cookie, process.env.NEXTAUTH_URL?.startsWith("https://") === true);
  return token === null ? null : await sessionIdOf(token);
}

/** next-auth carries the cookie and the protocol; who may come in, and for how long, is decided in our own tables. */
export function authOptions(headers: Record<string, string>): NextAuthOptions {
  const external = openIdConnect(env());
  return {
    providers: [
      CredentialsProvider({
        credentials: { username: {}, password: {} },
        async authorize(given) {
          const { address, cookie } = fromHeaders(headers);
          const parsed = Credentials.safeParse(given);
          if (!parsed.success) return null;
          const result = await signIn({ ...parsed.data, address, now: new Date(), replaces: await replaced(cookie) }).catch((error: unknown) => {
            throw isDatabaseAway(error) ? new Error("unavailable") : error;
          });
          if (result.kind === "throttled") throw new Error("throttled");
          forgetSessions();
          return result.kind === "in" ? { id: result.personId, sid: result.sessionId } : null;
        },
      }),
      ...(external ? [external] : []),
    ],
    pages: { signIn: "/login", signOut: "/login", error: "/login" },
    session: { strategy: "jwt", maxAge: CAP_SECONDS, updateAge: CAP_SECONDS },
    jwt: {
      // Renewing the cookie does not move its end, and a token of an ended session is none.
      encode: async (params) => {
        const cap = z.number().safeParse(params.token?.cap);
        const left = cap.success ? Math.floor(cap.data - Date.now() / 1_000) : CAP_SECONDS;
        return await encode({ ...params, maxAge: Math.max(1, Math.min(CAP_SECONDS, left)) });
      },
      decode: async (params) => {
        const token = await decode(params).catch(() => null);
        const parsed = Sid.safeParse(token);
        return parsed.success && (await callerOfSession(parsed.data.sid, Date.now())) ? token : null;
      },
    },
    callbacks: {
      async signIn({ account, profile }) {
        if (account?.type === "credentials") return true;
        return (await personOfOpenId(profile, new Date())) !== null;
      },
      async jwt({ token, user, account, profile }) {
        if (!account) return token; // only at sign-in is there an account; afterwards the token stays as it is
        const cap = Math.floor(Date.now() / 1_000) + CAP_SECONDS;
        const given = Sid.safeParse(user);
        if (account.type === "credentials" && given.success) return { sub: user.id, sid: given.data.sid, cap };
        const person = await personOfOpenId(profile, new Date());
        if (!person) throw new Error("AccessDenied");
        const { address, cookie } = fromHeaders(headers);
        return { sub: person.id, sid: await openSession(person, { address, now: new Date(), replaces: await replaced(cookie) }), cap };
      },
      // The page asks /api/console/me; nothing of the token is for scripts.
      session: ({ session }) => ({ expires: session.expires }),
      redirect: ({ url, baseUrl }) => {
        if (url.startsWith("/")) return baseUrl + returnPath(url);
        if (!URL.canParse(url) || new URL(url).origin !== baseUrl) return baseUrl;
        const { pathname, search, hash } = new URL(url);
        return baseUrl + (pathname === "/login" ? "/login" : returnPath(pathname + search + hash));
      },
    },
    events: {
      async signOut({ token }) {
        const parsed = Sid.safeParse(token);
        if (!parsed.success) return;
        await signOut(parsed.data.sid, new Date());
        forgetSessions();
      },
    },
    logger: {
      error: (code, metadata) => logger().warn({ code, reason: metadata instanceof Error ? metadata.message : metadata.message }, "sign-in failed"),
      warn: (code) => logger().debug({ code }, "next-auth"),
      debug: () => undefined,
    },
  };
}
