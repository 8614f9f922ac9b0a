/** A browser's part of signing in, without a browser: keeps the cookies that the answers set. */
export class Visitor {
  readonly cookies = new Map<string, string>();

  constructor(readonly url: string) {}

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  async fetch(path: string, init: Omit<RequestInit, "headers"> & { headers?: Record<string, string> } = {}): Promise<Response> {
    const response = await fetch(this.url + path, { redirect: "manual", ...init, headers: { cookie: this.cookie, origin: this.url, ...init.headers } });
    for (const line of response.headers.getSetCookie()) {
      const [name, value] = line.split(";", 1)[0]!.split(/=(.*)/s);
      if (value) this.cookies.set(name!, value);
      else this.cookies.delete(name!);
    }
    return response;
  }

  /** Where next-auth would lead, and the error in it. */
  async signIn(username: string, password: string, more: { callbackUrl?: string; headers?: Record<string, string> } = {}): Promise<{ status: number; url: string; error: string | null }> {
    const csrf = (await (await this.fetch("/api/auth/csrf")).json()) as { csrfToken: string };
    const response = await this.fetch("/api/auth/callback/credentials", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", ...more.headers },
      body: new URLSearchParams({ username, password, csrfToken: csrf.csrfToken, callbackUrl: more.callbackUrl ?? "/", json: "true" }).toString(),
    });
    const { url } = (await response.json()) as { url: string };
    return { status: response.status, url, error: new URL(url, this.url).searchParams.get("error") };
  }

  async signOut(): Promise<void> {
    const csrf = (await (await this.fetch("/api/auth/csrf")).json()) as { csrfToken: string };
    await this.fetch("/api/auth/signout", { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: new URLSearchParams({ csrfToken: csrf.csrfToken, json: "true" }).toString() });
  }

  async send(method: string, path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await this.fetch(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
}

/** An account made by an administrator's key; its first password. */
export async function addPerson(server: { url: string; key: string }, username: string, role: string): Promise<{ id: string; password: string; version: number }> {
  const response = await fetch(`${server.url}/api/console/people`, { method: "POST", headers: { authorization: `Bearer ${server.key}`, "content-type": "application/json" }, body: JSON.stringify({ username, name: username, role }) });
  if (!response.ok) throw new Error(await response.text());
  const { person, password } = (await response.json()) as { person: { id: string; version: number }; password: string };
  return { id: person.id, version: person.version, password };
}
