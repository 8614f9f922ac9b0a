import { getToken } from "next-auth/jwt";
import { NextResponse, type NextRequest } from "next/server";
import { contentSecurityPolicy } from "@/lib/console/content-security-policy";

const open = /^\/(login|status|docs)(\/|$)/;

/**
 * Before each page: a fresh nonce, and the way to sign-in for whoever has no session. A page holds no data, so this is a
 * courtesy; the API checks the session itself, with its scopes and whether it was ended.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const { pathname, search } = request.nextUrl;
  if (!open.test(pathname) && !(await getToken({ req: request }))) {
    const login = new URL("/login", request.url);
    if (pathname !== "/" || search !== "") login.searchParams.set("next", pathname + search);
    return NextResponse.redirect(login);
  }
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
  const policy = contentSecurityPolicy(nonce, process.env.NODE_ENV === "development");
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return response;
}

export const config = {
  // Pages only: the API has its own door, and files are the same for everybody.
  matcher: ["/((?!api/|metrics|_next/|icon\\.svg|manifest\\.webmanifest|openapi\\.json).*)"],
};
