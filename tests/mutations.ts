import { request } from "node:http";
import fc from "fast-check";
import type { Endpoint } from "@/lib/http/endpoint";
import { aRequest, anAssignment, type Api } from "./api-server";

/** Requests that nobody should send: a valid one with something wrong in its body, headers, query, path or key. */

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Method = Endpoint["method"] | "HEAD" | "OPTIONS";

export type Mutated = {
  endpoint: string;
  method: Method;
  path: string;
  headers: Record<string, string>;
  body: Buffer | null;
  /** Whose key is sent: one with the scope, a right one without it, or none that is right. */
  standing: "in" | "known" | "unknown";
};

export type Verdict = { sent: Mutated; status: number; headers: Record<string, unknown>; text: string };

const validBodies: Record<string, () => unknown> = {
  "/api/v1/dispatch/assign": () => anAssignment(),
  "/api/v1/dispatch/assign/batch": () => ({ dispatches: [anAssignment(), anAssignment({ dispatch_id: 2, severity_level: 1 })] }),
  "/api/v2/dispatch/predict": () => ({ ...anAssignment(), ...aRequest({ patient_satisfaction_rating: 4, explain: true, model: "bench@1" }) }),
  "/api/v2/dispatch/predict/batch": () => ({ dispatches: [aRequest({ dispatch_id: 1 }), aRequest()], model: "bench@1" }),
  "/api/v2/dispatch/outcomes": () => ({ outcomes: [{ dispatch_id: 1, actual_response_time_minutes: 5, arrived_at: "2026-03-02T18:04:11Z", cancelled: false, patient_outcome: "stable" }] }),
};

const nested = (depth: number, kind: number): string =>
  kind === 0 ? "[".repeat(depth) + "]".repeat(depth) : kind === 1 ? `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}` : "[".repeat(depth);

const oddNumbers = [0, -0, -1, 0.5, 1e-320, 1e308, -1e308, 2 ** 31, 2 ** 31 - 1, -(2 ** 31), 2 ** 53, 2 ** 53 + 2, 3.5e38, 99_999];
const oddTexts = ["", " ", "\u0000", "\ud800", "x\u0000y", "𝕏".repeat(50), "'; DROP TABLE predictions_log; --", "../../etc/passwd", "NaN", "1e999", "__proto__", "constructor", "%00", "\r\nx: y", "null", "true", "-1", '"history_id":null'];
const oddNames = ["__proto__", "constructor", "toString", "", "a.b", "a[0]", "dispatches", "é", "\u0000", "x".repeat(5_000)];

const oddValue: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, false, [], {}, [[]], [null], { a: { b: [] } }),
  fc.constantFrom<Json>(...oddNumbers),
  fc.constantFrom<Json>(...oddTexts),
  fc.double() as fc.Arbitrary<Json>,
  fc.integer() as fc.Arbitrary<Json>,
  fc.string({ unit: "binary", maxLength: 200 }) as fc.Arbitrary<Json>,
  fc.integer({ min: 1, max: 100_000 }).map((length) => "a".repeat(length)),
  fc.integer({ min: 1, max: 3_000 }).map((length) => Array.from({ length }, () => ({ id: 1 }))),
  fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>,
);

/** Every place in a document, as the way to it. */
function places(value: unknown, way: (string | number)[] = []): (string | number)[][] {
  const below = Array.isArray(value) ? value.flatMap((each, at) => places(each, [...way, at])) : typeof value === "object" && value !== null ? Object.entries(value).flatMap(([name, each]) => places(each, [...way, name])) : [];
  return [way, ...below];
}

function replaced(value: unknown, way: readonly (string | number)[], act: (holder: Record<string | number, unknown>, name: string | number) => void): unknown {
  const holder = { root: structuredClone(value) };
  let at = holder as Record<string | number, unknown>;
  let name: string | number = "root";
  for (const next of way) {
    at = at[name] as Record<string | number, unknown>;
    name = next;
  }
  act(at, name);
  return holder.root;
}

type Change = { kind: "value" | "remove" | "add" | "infinite"; at: number; value: Json; name: string };
const change: fc.Arbitrary<Change> = fc.record({ kind: fc.constantFrom("value", "value", "value", "remove", "add", "infinite"), at: fc.nat(), value: oddValue, name: fc.constantFrom(...oddNames) });

const INFINITE = "∞";

function changed(body: unknown, { kind, at, value, name }: Change): unknown {
  const all = places(body);
  const way = all[at % all.length]!;
  return replaced(body, way, (holder, key) => {
    if (kind === "value") holder[key] = value;
    else if (kind === "infinite") holder[key] = INFINITE;
    else if (kind === "remove") Reflect.deleteProperty(holder, key);
    else if (typeof holder[key] === "object" && holder[key] !== null && !Array.isArray(holder[key])) Object.defineProperty(holder[key], name, { value, enumerable: true, configurable: true, writable: true });
  });
}

/** What JSON.stringify cannot write: a number beyond the largest. */
const toText = (body: unknown): string => (JSON.stringify(body) as string | undefined ?? "").replaceAll(`"${INFINITE}"`, "1e999");

const bodyOf = (valid: unknown): fc.Arbitrary<Buffer | null> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => Buffer.from(toText(changes.reduce(changed, valid)))) },
    { weight: 1, arbitrary: oddValue.map((value) => Buffer.from(toText(value))) },
    { weight: 1, arbitrary: fc.tuple(fc.integer({ min: 1, max: 60_000 }), fc.nat(2)).map(([depth, kind]) => Buffer.from(nested(depth, kind))) },
    { weight: 1, arbitrary: fc.tuple(fc.nat(), fc.nat(255)).map(([at, byte]) => broken(Buffer.from(toText(valid)), at, byte)) },
    { weight: 1, arbitrary: fc.nat().map((at) => truncated(Buffer.from(toText(valid)), at)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: fc.constantFrom(null, Buffer.alloc(0), Buffer.from(toText(valid))) },
  );

function broken(bytes: Buffer, at: number, byte: number): Buffer {
  bytes[at % bytes.length] = byte;
  return bytes;
}
const truncated = (bytes: Buffer, at: number): Buffer => bytes.subarray(0, at % bytes.length);

/** Text that fits in a header: HTTP itself refuses the rest. */
const headerText = fc.string({ unit: fc.constantFrom(...Array.from(" !\"#$%&'()*+,-./09:;<=>?@AZ[]^_`az{|}~éÿ\t")), maxLength: 60 }).map((text) => text.trim());
const longHeader = fc.integer({ min: 200, max: 6_000 }).map((length) => "x".repeat(length));
const headerNames = ["accept", "accept-encoding", "content-encoding", "cookie", "idempotency-key", "if-match", "origin", "range", "traceparent", "user-agent", "x-forwarded-for", "x-http-method-override", "x-request-id"];
const oddHeaders = fc.dictionary(fc.constantFrom(...headerNames), fc.oneof(headerText, longHeader), { maxKeys: 3 });
const contentTypes = ["application/json", "application/json", "application/json", "application/json; charset=utf-16", "application/JSON", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", "", "json", "application/json,text/html"];

/** encodeURIComponent throws on half a character. */
const wellFormed = (text: string): string => Buffer.from(text).toString();
const queryText = fc.oneof(
  fc.array(fc.tuple(fc.constantFrom("hours", "limit", "model", "__proto__", "x", ""), fc.oneof(fc.constantFrom(...oddTexts), fc.constantFrom(...oddNumbers).map(String), fc.string({ maxLength: 30 }))), { maxLength: 4 }).map((pairs) => pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(wellFormed(value))}`).join("&")),
  fc.constantFrom("", "hours=%zz", "%", "&&&", "=", "hours", "hours=1&hours=2", "limit[]=1", `x=${"y".repeat(5_000)}`),
);
const pathPart = fc.oneof(fc.constantFrom("1", "0", "-1", "%00", "%zz", "%2e%2e", "1%2F2", "", "recent", "9".repeat(400), "1e9", "0x1", "NaN", "%F0%9F%98%80", "'--"), fc.integer().map(String), fc.string({ maxLength: 20 }).map((text) => encodeURIComponent(wellFormed(text))));

type KeyUse = "right" | "none" | "wrong" | "tampered" | "revoked" | "expired" | "odd" | "other-scope";

/** Any one endpoint, mutated; `keys` of the server it is for. */
export function mutated(endpoints: readonly Endpoint[], keys: Api["keys"]): fc.Arbitrary<Mutated> {
  return fc.constantFrom(...endpoints).chain((endpoint) => {
    const lacking = endpoint.access === "signed-in" || endpoint.access === "public" ? undefined : (["operate", "decide", "log", "predict", "read"] as const).find((scope) => !(endpoint.access as readonly string[]).includes(scope));
    const uses: KeyUse[] = [...Array.from({ length: 24 }, () => "right" as const), "none", "wrong", "tampered", "revoked", "expired", "odd", ...(lacking ? (["other-scope"] as const) : [])];
    return fc
      .record({
        method: fc.constantFrom<Method>(...Array.from({ length: 40 }, () => endpoint.method), "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"),
        part: pathPart,
        query: fc.option(queryText, { freq: endpoint.body ? 6 : 2 }),
        headers: fc.option(oddHeaders, { freq: 2, nil: {} }),
        contentType: fc.constantFrom(...contentTypes),
        body: endpoint.body ? bodyOf(validBodies[endpoint.path]!()) : fc.option(fc.constant(Buffer.from("{}")), { freq: 5 }),
        use: fc.constantFrom(...uses),
        odd: headerText,
        inOwnHeader: fc.boolean(),
      })
      .map(({ method, part, query, headers, contentType, body, use, odd, inOwnHeader }) => {
        const flip = (key: string): string => `${key.slice(0, -1)}${key.endsWith("A") ? "B" : "A"}`;
        const key: string | null = { right: keys.all, none: null, wrong: `dml_live_${"a".repeat(8)}_${"b".repeat(32)}`, tampered: flip(keys.all), revoked: keys.revoked, expired: keys.expired, odd, "other-scope": lacking ? keys[lacking] : null }[use];
        const sent: Record<string, string> = { ...headers };
        if (body !== null && sent["content-type"] === undefined && contentType !== "") sent["content-type"] = contentType;
        if (key !== null) sent[inOwnHeader ? "x-api-key" : "authorization"] = inOwnHeader ? key : `Bearer ${key}`;
        const path = endpoint.path.replace(/\{\w+\}/g, () => part);
        return { endpoint: `${endpoint.method} ${endpoint.path}`, method, path: query === null ? path : `${path}?${query}`, headers: sent, body, standing: use === "right" ? "in" : use === "other-scope" ? "known" : "unknown" };
      });
  });
}

export function deliver(url: string, sent: Mutated): Promise<Verdict> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const headers = { ...sent.headers, ...(sent.body === null ? {} : { "content-length": String(sent.body.length) }) };
    const asking = request({ host: "127.0.0.1", port, method: sent.method, path: sent.path, headers, timeout: 20_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        resolve({ sent, status: response.statusCode!, headers: response.headers, text: Buffer.concat(chunks).toString() });
      });
      response.on("error", reject);
    });
    asking.on("error", (error) => {
      reject(new Error(`${sent.method} ${url}${sent.path.slice(0, 200)} with ${sent.body?.length ?? 0} bytes: ${error.message}`, { cause: error }));
    });
    asking.on("timeout", () => asking.destroy(new Error("no answer in 20 s")));
    asking.end(sent.body);
  });
}

const parts = new Set(["header", "path", "query", "body"]);

/** What is wrong with an answer; null when nothing is. */
export function complaint({ sent, status, headers, text }: Verdict): string | null {
  if (status >= 500) return `answered ${status}`;
  if (status < 400) return sent.standing === "in" ? null : `let in with ${status}`;
  if (sent.standing === "unknown" && status !== 401) return `looked at the request of somebody unknown: ${status}`;
  if (sent.method === "HEAD") return null;
  if (headers["content-type"] !== "application/problem+json") return `${status} of type ${String(headers["content-type"])}`;
  const body = JSON.parse(text) as { status?: unknown; detail?: unknown; success?: unknown; error?: unknown; fields?: { part: string; field: unknown; message: unknown }[] };
  if (body.status !== status || body.success !== false || typeof body.error !== "string" || body.error === "" || body.error !== body.detail) return `${status} without the members of a problem`;
  if (!Array.isArray(body.fields) || body.fields.length === 0) return `${status} that names no field`;
  if (!body.fields.every(({ part, field, message }) => parts.has(part) && typeof field === "string" && typeof message === "string" && message !== "")) return `${status} with a nameless field`;
  return null;
}
