import { rmSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { createKey } from "@/lib/auth/server/keys";
import { openDb, setDb } from "@/lib/db/client";
import { migrate } from "@/lib/db/migrations";
import type { Endpoint, Scope } from "@/lib/http/endpoint";
import { syntheticFeatures, syntheticFolder, syntheticId } from "@/lib/models/synthetic";
import { writeModelFolder } from "@/lib/models/server/store";
import { expect } from "vitest";
import { newDataDir, startServer, type TestServer } from "./server";

const scopes = ["predict", "decide", "log", "read", "operate", "admin"] as const;
type KeyName = Scope | "all" | "revoked" | "expired" | "limited";

export type Keys = Record<KeyName, string>;

/** A narrow model for tests of ranges: the same trees, trained on 0 to 10 only, and no value may be missing. */
export const narrowId = "narrow@1";
/** One that uses a value known only afterwards. */
export const leakyId = "leaky@1";

type Parts = { name: string; features: { name: string; trainedRange: unknown; allowMissing: boolean }[]; leaks: string[] };

export function writeTestModels(folder: string): void {
  const files = syntheticFolder();
  writeModelFolder(join(folder, syntheticId), files);
  const variant = (name: string, change: (manifest: Parts) => void): void => {
    const manifest = JSON.parse(Buffer.from(files["manifest.json"]).toString("utf8")) as Parts;
    manifest.name = name;
    change(manifest);
    writeModelFolder(join(folder, `${name}@1`), { ...files, "manifest.json": Buffer.from(JSON.stringify(manifest)) });
  };
  variant("narrow", (manifest) => {
    for (const feature of manifest.features) Object.assign(feature, { allowMissing: false, ...(feature.name.endsWith("_count") ? { trainedRange: { min: 0, max: 10 } } : {}) });
  });
  variant("leaky", (manifest) => {
    manifest.leaks = [manifest.features[0]!.name];
  });
}

/** A database with a key for each scope, and one of each kind that must not pass. */
export async function makeKeys(databaseUrl: string): Promise<Keys> {
  await migrate({ url: databaseUrl, driver: "auto", root: "prisma", now: new Date() });
  const db = await openDb({ url: databaseUrl, driver: "auto" });
  setDb(db);
  const make = async (name: string, of: Scope[], more: { expiresAt?: Date; ratePerSecond?: number; burst?: number } = {}): Promise<string> =>
    (await createKey({ name, scopes: of, createdBy: "test", now: new Date(), ...more })).text;
  const keys = Object.fromEntries(await Promise.all(scopes.map(async (scope) => [scope, await make(scope, [scope])] as const))) as Keys;
  keys.all = await make("all", [...scopes]);
  keys.expired = await make("expired", [...scopes], { expiresAt: new Date(Date.now() - 1_000) });
  keys.limited = await make("limited", ["read"], { ratePerSecond: 0.01, burst: 2 });
  const revoked = await make("revoked", [...scopes]);
  keys.revoked = revoked;
  await db.apiKey.updateMany({ where: { name: "revoked" }, data: { revokedAt: new Date() } });
  await db.$disconnect();
  return keys;
}

export type Answer = { status: number; headers: Headers; text: string; body: Record<string, unknown> };
export type Sent = { key?: string | null; headers?: Record<string, string>; body?: unknown; raw?: string | Uint8Array; query?: string };

export type Api = TestServer & {
  keys: Keys;
  send: (method: string, path: string, sent?: Sent) => Promise<Answer>;
  /** A 200 whose body is what the endpoint's contract promises. */
  ok: <R extends z.ZodType>(endpoint: Endpoint<z.ZodType, z.ZodType, z.ZodType, R>, sent?: Sent & { path?: string }) => Promise<z.output<R>>;
};

/** Sends to any door. `key` is sent as a Bearer key; null sends none. */
export async function sendTo(url: string, method: string, path: string, sent: Sent = {}): Promise<Answer> {
  const headers: Record<string, string> = {
    ...(sent.key === null || sent.key === undefined ? {} : { authorization: `Bearer ${sent.key}` }),
    ...(sent.body === undefined ? {} : { "content-type": "application/json" }),
    ...sent.headers,
  };
  const body = sent.raw ?? (sent.body === undefined ? null : JSON.stringify(sent.body));
  const response = await fetch(`${url}${path}${sent.query === undefined ? "" : `?${sent.query}`}`, { method, headers, body: body as BodyInit | null, redirect: "manual" });
  const text = await response.text();
  let parsed: unknown = {};
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = {}; // metrics, pages: the text says it
  }
  return { status: response.status, headers: response.headers, text, body: parsed as Record<string, unknown> };
}

/** One server for a test file: the built process on its own database with the test models. */
export async function openApi(env: Record<string, string> = {}): Promise<Api> {
  const dataDir = newDataDir();
  const models = join(dataDir, "models");
  writeTestModels(models);
  const databaseUrl = `file:${join(dataDir, "ml-despacho.db")}`;
  const keys = await makeKeys(databaseUrl);
  const server = await startServer({ dataDir, databaseUrl, key: keys.all, env: { MODELS_DIR: models, DEFAULT_MODEL: syntheticId, ...env } });
  const send: Api["send"] = (method, path, sent = {}) => sendTo(server.url, method, path, { key: keys.all, ...sent });
  return {
    ...server,
    keys,
    send,
    ok: async (endpoint, sent = {}) => {
      const answer = await send(endpoint.method, sent.path ?? endpoint.path, sent);
      expect(answer.status, answer.text.slice(0, 500)).toBe(200);
      return endpoint.response.parse(answer.body);
    },
    stop: async () => {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Every refusal is a problem with words for people, a name for programs, and the place that is wrong. */
export function expectProblem(answer: Answer, status: number, code: string, field?: { part: string; field: string }): void {
  expect(answer.status, answer.text.slice(0, 500)).toBe(status);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.body).toMatchObject({ type: `/problems/${code}`, status, success: false });
  expect(answer.body.error).toBe(answer.body.detail);
  const fields = answer.body.fields as { part: string; field: string }[] | undefined;
  expect(fields?.length, answer.text).toBeGreaterThan(0);
  if (field) expect(fields).toEqual(expect.arrayContaining([expect.objectContaining(field)]));
}

/** A body of the 13 honest inputs that every test model answers. */
export function aRequest(given: Record<string, unknown> = {}): Record<string, unknown> {
  return { ...Object.fromEntries(syntheticFeatures.map(({ name, validRange }) => [name, Math.max(validRange.min!, 1)])), ambulances_busy_percentage: 0.5, ...given };
}

/** A dispatch with two units, the nearer one first in distance and second in the list, and a full crew. */
export function anAssignment(given: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    dispatch_id: 8801,
    patient_latitude: -16.5,
    patient_longitude: -68.15,
    emergency_type: "trauma",
    severity_level: 4,
    zone_code: "ZONA_1",
    available_ambulances: [
      { id: 21, latitude: -16.53, longitude: -68.15, status: "available", unit_type: "basica" },
      { id: 22, latitude: -16.507, longitude: -68.15, status: "available", unit_type: "avanzada" },
      { id: 23, latitude: -16.5001, longitude: -68.15, status: "en_servicio" },
    ],
    available_paramedics: [
      { id: 40, level: "senior", status: "busy" },
      { id: 41, level: "senior", status: "available" },
      { id: 47, level: "junior" },
    ],
    available_nurses: [{ id: 9, status: "available" }],
    ...given,
  };
}
