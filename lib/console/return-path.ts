/**
 * Where to go after signing in. Only a path of this origin: `//host`, `/\host`, schemes and control characters are how an open
 * redirect is made, and end at the overview instead.
 */
export function returnPath(asked: string | null | undefined): string {
  if (!asked?.startsWith("/") || /^\/[/\\]|[\u0000-\u001f\\]/.test(asked)) return "/";
  const { origin, pathname, search, hash } = new URL(asked, "http://here.invalid");
  if (origin !== "http://here.invalid" || pathname.startsWith("//") || /^\/(login|api)(\/|$)/.test(pathname)) return "/";
  return pathname + search + hash;
}
