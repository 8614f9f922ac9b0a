/** next-auth's name for its cookie: the prefix binds it to https, where the console is served so. */
export function sessionCookieName(secure: boolean): string {
  return secure ? "__Secure-next-auth.session-token" : "next-auth.session-token";
}

/** The token in a Cookie header; null when there is none. */
export function sessionToken(header: string | undefined, secure: boolean): string | null {
  if (header === undefined) return null;
  const name = sessionCookieName(secure);
  for (const part of header.split(";")) {
    const mark = part.indexOf("=");
    if (mark > 0 && part.slice(0, mark).trim() === name) return part.slice(mark + 1).trim() || null;
  }
  return null;
}

/**
 * Whether a state-changing request with a cookie comes from a page of our own. Browsers say so in Sec-Fetch-Site (where the
 * origin is trustworthy) or in Origin; one that says neither is not a browser that carries somebody's session.
 */
export function isSameOrigin(headers: { site: string | undefined; origin: string | undefined; host: string | undefined }, publicOrigin: string | null): boolean {
  if (headers.site !== undefined) return headers.site === "same-origin";
  if (headers.origin === undefined || headers.origin === "null") return false;
  if (headers.origin === publicOrigin) return true;
  return URL.canParse(headers.origin) && headers.host !== undefined && new URL(headers.origin).host === headers.host.toLowerCase();
}
