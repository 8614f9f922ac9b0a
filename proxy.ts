import { NextResponse, type NextRequest } from "next/server";
import { pageRuleOf, pageVerdict, type PageVerdict } from "@/lib/auth/access";
import { awayPage } from "@/lib/console/away-page";
import { contentSecurityPolicy } from "@/lib/console/content-security-policy";
import { LANGUAGE_COOKIE, PREFERENCES_COOKIE, readPreferences } from "@/lib/console/preferences";
import { isDatabaseAway, withinMs } from "@/lib/http/server/database-away";
import { openRuntimeOnce } from "@/lib/http/server/next-door";
import { strictTransport } from "@/lib/http/security-headers";
import { chooseLocale } from "@/lib/i18n/locale";
import en from "@/lib/i18n/messages/en.json";
import es from "@/lib/i18n/messages/es.json";
import { readSession } from "@/lib/people/server/sessions";

/** A page waits no longer than this to know whose it is. */
const SESSION_LIMIT_MS = 4_000;

/** Before each page: whether its visitor may see it, by the table of lib/auth/access.ts and the session as it is now, and a fresh nonce. */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const { pathname, search } = request.nextUrl;
  const rule = pageRuleOf(pathname);
  let verdict: PageVerdict;
  try {
    verdict = rule === "public" ? "in" : pageVerdict(rule, await withinMs(SESSION_LIMIT_MS, roleOf(request)));
  } catch (error) {
    if (isDatabaseAway(error)) return secured(away(request));
    throw error;
  }
  if (verdict === "sign-in") {
    const login = new URL("/login", request.url);
    if (pathname !== "/" || search !== "") login.searchParams.set("next", pathname + search);
    return secured(NextResponse.redirect(login));
  }
  const { nonce, policy } = freshPolicy();
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  headers.set("content-security-policy", policy);
  const forwarded = { request: { headers } };
  const response = verdict === "in" ? NextResponse.next(forwarded) : NextResponse.rewrite(new URL("/settings/no-permission", request.url), forwarded);
  response.headers.set("content-security-policy", policy);
  return secured(response);
}

function freshPolicy(): { nonce: string; policy: string } {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
  return { nonce, policy: contentSecurityPolicy(nonce, process.env.NODE_ENV === "development") };
}

/** Neither a sign-in nor a failure: whose session it is will be known when the database is back. */
function away(request: NextRequest): NextResponse {
  const { nonce, policy } = freshPolicy();
  const language = chooseLocale(request.cookies.get(LANGUAGE_COOKIE)?.value, request.headers.get("accept-language"));
  const words = language === "es" ? es : en;
  const { theme } = readPreferences(request.cookies.get(PREFERENCES_COOKIE)?.value);
  const page = awayPage({ ...words.away, brand: words.product.title }, { language, theme, nonce });
  return new NextResponse(page, { status: 503, headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store", "retry-after": "5", "content-security-policy": policy } });
}

async function roleOf(request: NextRequest) {
  await openRuntimeOnce();
  return (await readSession({ method: "GET", header: (name) => request.headers.get(name) ?? undefined }))?.role ?? null;
}

/** The other headers are the same for every answer (next.config.js); this one depends on where the console is served. */
function secured(response: NextResponse): NextResponse {
  if (process.env.NEXTAUTH_URL?.startsWith("https://") === true) response.headers.set("strict-transport-security", strictTransport);
  return response;
}

export const config = {
  // Pages only: the API has its own door, and files are the same for everybody.
  matcher: ["/((?!api/|metrics|_next/|icon\\.svg|favicon\\.ico|manifest\\.webmanifest|openapi\\.json).*)"],
};
