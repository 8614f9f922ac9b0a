import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export type Identity = { sub: string; name?: string; email?: string };
/** What a token of the provider says beside the truth. */
export type Lie = { nonce?: string; aud?: string; iss?: string; exp?: number; foreignKey?: boolean };

export const client = { id: "console", secret: "the secret of the console" };

/** An OpenID provider of a few lines: discovery, authorization code with PKCE, one signing key. Whoever comes is `identity`. */
export class OpenIdProvider {
  identity: Identity = { sub: "nobody" };
  lie: Lie = {};
  readonly #codes = new Map<string, { nonce: string; challenge: string; redirect: string }>();
  readonly #keys = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  readonly #foreign = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  // Longer than a slow test lets a connection rest: a request into a closing one would fail.
  readonly #server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    void this.#answer(request).then(({ status = 200, headers = {}, body }) => {
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(body === undefined ? "" : JSON.stringify(body));
    });
  });

  async open(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #answer(request: IncomingMessage): Promise<{ status?: number; headers?: Record<string, string>; body?: unknown }> {
    const { issuer } = this;
    const url = new URL(request.url ?? "/", issuer);
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return { body: { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys`, response_types_supported: ["code"], subject_types_supported: ["public"], id_token_signing_alg_values_supported: ["RS256"], code_challenge_methods_supported: ["S256"] } };
      case "/keys":
        return { body: { keys: [{ ...this.#keys.publicKey.export({ format: "jwk" }), kid: "one", use: "sig", alg: "RS256" }] } };
      case "/authorize": {
        const asked = (name: string): string => url.searchParams.get(name) ?? "";
        if (asked("client_id") !== client.id || asked("response_type") !== "code" || asked("code_challenge_method") !== "S256" || !asked("scope").includes("openid")) return { status: 400, body: { error: "invalid_request" } };
        const code = randomUUID();
        this.#codes.set(code, { nonce: asked("nonce"), challenge: asked("code_challenge"), redirect: asked("redirect_uri") });
        const back = new URL(asked("redirect_uri"));
        back.searchParams.set("code", code);
        back.searchParams.set("state", asked("state"));
        return { status: 302, headers: { location: back.href } };
      }
      case "/token":
        return this.#token(request);
      default:
        return { status: 404, body: {} };
    }
  }

  async #token(request: IncomingMessage): Promise<{ status?: number; body: unknown }> {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const form = new URLSearchParams(text);
    const basic = Buffer.from((request.headers.authorization ?? "").replace("Basic ", ""), "base64").toString().split(":").map(decodeURIComponent);
    const code = this.#codes.get(form.get("code") ?? "");
    this.#codes.delete(form.get("code") ?? "");
    const challenge = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
    const secret = basic[1]?.replaceAll("+", " ");
    if (basic[0] !== client.id || secret !== client.secret) return { status: 401, body: { error: "invalid_client" } };
    if (!code || code.challenge !== challenge || code.redirect !== form.get("redirect_uri")) return { status: 400, body: { error: "invalid_grant" } };
    const seconds = Math.floor(Date.now() / 1_000);
    const { foreignKey, ...lie } = this.lie;
    const claims = { iss: this.issuer, aud: client.id, iat: seconds, exp: seconds + 300, nonce: code.nonce, ...this.identity, ...lie };
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const signed = `${part({ alg: "RS256", kid: "one", typ: "JWT" })}.${part(claims)}`;
    const token = `${signed}.${sign("sha256", Buffer.from(signed), (foreignKey ? this.#foreign : this.#keys).privateKey).toString("base64url")}`;
    return { body: { access_token: randomUUID(), token_type: "Bearer", expires_in: 300, id_token: token } };
  }
}
