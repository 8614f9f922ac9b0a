import { fork, execFileSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { serverEnv } from "@/lib/cli/server-process.mjs";

const root = resolve(import.meta.dirname, "..");

export type TestServer = {
  url: string;
  key: string;
  dataDir: string;
  databaseUrl: string;
  process: ChildProcess;
  stop: () => Promise<void>;
  kill: () => Promise<void>;
  post: (path: string, body: unknown, headers?: Record<string, string>) => Promise<{ status: number; body: Record<string, unknown>; headers: Headers }>;
  get: (path: string) => Promise<{ status: number; body: Record<string, unknown> }>;
};

export function newDataDir(): string {
  return mkdtempSync(join(tmpdir(), "ml-despacho-"));
}

function command(file: string, args: string[], env: Record<string, string>): string {
  return execFileSync(process.execPath, ["--import", "tsx", file, ...args], { cwd: root, env: { ...process.env, ...env }, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

export const allScopes = "predict,decide,log,read,operate,admin";

export function makeKey(dataDir: string, scopes: string, databaseUrl?: string): string {
  const env = { DATA_DIR: dataDir, ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}) };
  return command("lib/cli/key-create.ts", ["--name", "test", "--scopes", scopes], env).trim().split("\n").at(-1)!;
}

/** The built server process (build/serve.mjs) on a data folder; `key` may be reused over restarts. */
export async function startServer(options: { dataDir: string; port?: number; pages?: boolean; key?: string; databaseUrl?: string; env?: Record<string, string> }): Promise<TestServer> {
  const databaseUrl = options.databaseUrl ?? `file:${join(options.dataDir, "ml-despacho.db")}`;
  const key = options.key ?? makeKey(options.dataDir, allScopes, databaseUrl);
  const child = fork("build/serve.mjs", options.pages ? [] : ["--no-pages"], {
    cwd: root,
    env: { ...process.env, ...serverEnv, NODE_ENV: "production", LOG_LEVEL: "warn", PORT: String(options.port ?? 0), DATA_DIR: options.dataDir, DATABASE_URL: databaseUrl, ...options.env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const port = await new Promise<number>((resolvePort, reject) => {
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${output.slice(-2_000)}`)));
    child.on("message", (message: { kind?: string; port?: number }) => {
      if (message.kind === "listening") resolvePort(message.port!);
    });
  });
  const url = `http://127.0.0.1:${port}`;
  const headers = { authorization: `Bearer ${key}` };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  };
  return {
    url,
    key,
    dataDir: options.dataDir,
    databaseUrl,
    process: child,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    post: async (path, body, more = {}) => {
      const response = await fetch(url + path, { method: "POST", headers: { ...headers, "content-type": "application/json", ...more }, body: JSON.stringify(body) });
      return { status: response.status, body: (await response.json()) as Record<string, unknown>, headers: response.headers };
    },
    get: async (path) => {
      const response = await fetch(url + path, { headers });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
  };
}
