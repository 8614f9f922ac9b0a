export type SignInResult = "in" | "refused" | "throttled" | "unavailable";

async function csrfToken(): Promise<string> {
  const response = await fetch("/api/auth/csrf", { credentials: "same-origin", cache: "no-store" });
  return textOf(await response.json(), "csrfToken");
}

/** A text member of an answer; throws when sign-in did not answer in its own form. */
function textOf(answer: unknown, name: string): string {
  const value = (answer as Record<string, unknown> | null)?.[name];
  if (typeof value !== "string") throw new Error(`sign-in answered without ${name}`);
  return value;
}

function form(csrf: string, fields: Record<string, string>): RequestInit {
  return { method: "POST", credentials: "same-origin", headers: { "content-type": "application/x-www-form-urlencoded" }, body: new URLSearchParams({ ...fields, csrfToken: csrf, json: "true" }) };
}

/** Sign-in with a local account. A wrong name and a wrong password give the same answer. */
export async function signIn(username: string, password: string): Promise<SignInResult> {
  try {
    const response = await fetch("/api/auth/callback/credentials", form(await csrfToken(), { username, password, callbackUrl: "/" }));
    if (response.status === 429) return "throttled";
    if (response.status >= 500 || response.status === 404) return "unavailable";
    const answer: unknown = await response.json();
    const error = new URL(textOf(answer, "url"), location.origin).searchParams.get("error");
    if (error === "throttled" || error === "unavailable") return error;
    return response.ok && error === null ? "in" : "refused";
  } catch {
    return "unavailable"; // nobody answered, or not in the form that sign-in has
  }
}

/** Ways to sign in other than a password here: OpenID Connect, when the installation has it. */
export async function externalProviders(): Promise<{ id: string; name: string }[]> {
  const response = await fetch("/api/auth/providers", { cache: "no-store" });
  if (!response.ok) return [];
  const answer = (await response.json()) as Record<string, { id: string; name: string; type: string }>;
  return Object.values(answer).filter((provider) => provider.type !== "credentials");
}

export async function startExternal(id: string, callbackUrl: string): Promise<void> {
  const response = await fetch(`/api/auth/signin/${encodeURIComponent(id)}`, form(await csrfToken(), { callbackUrl }));
  location.assign(textOf(await response.json(), "url"));
}

export async function signOut(): Promise<void> {
  await fetch("/api/auth/signout", form(await csrfToken(), { callbackUrl: "/login" }));
  location.reload(); // without a session the same address leads to sign-in
}
