import { NextResponse, type NextRequest } from "next/server";
import { pageRuleOf, pageVerdict } from "@/lib/auth/access";
import { contentSecurityPolicy } from "@/lib/console/content-security-policy";
import { openRuntimeOnce } from "@/lib/http/server/next-door";
import { strictTransport } from "@/lib/http/security-headers";
import { readSession } from "@/lib/people/server/sessions";

/** Before each page: whether its visitor may see it, by the table of lib/auth/access.ts and the session as it is now, and a fresh nonce. */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const { pathname, search } = request.nextUrl;
  const rule = pageRuleOf(pathname);
  const verdict = rule === "public" ? "in" : pageVerdict(rule, await roleOf(request));
  if (verdict === "sign-in") {
    const login = new URL("/login", request.url);
    if (pathname !== "/" || search !== "") login.searchParams.set("next", pathname + search);
    return secured(NextResponse.redirect(login));
  }
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
  const policy = contentSecurityPolicy(nonce, process.env.NODE_ENV === "development");
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  headers.set("content-security-policy", policy);
  const forwarded = { request: { headers } };
  const response = verdict === "in" ? NextResponse.next(forwarded) : NextResponse.rewrite(new URL("/settings/no-permission", request.url), forwarded);
  response.headers.set("content-security-policy", policy);
  return secured(response);
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
  matcher: ["/((?!api/|metrics|_next/|icon\\.svg|manifest\\.webmanifest|openapi\\.json).*)"],
};
