// What a fresh clone lacks, step by step: packages, generated clients, builds. Node built-ins only: it runs before install.
// Each step remembers a hash of what it was made from, so that a second start does nothing.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
const stamps = join(root, "node_modules", ".ml-despacho");

export function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Node ${process.versions.node} is too old: this needs Node 20.19 or later.`);
  process.exit(1);
}

export const quietEnv = {
  NEXT_TELEMETRY_DISABLED: "1",
  CHECKPOINT_DISABLE: "1",
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  PRISMA_HIDE_UPDATE_MESSAGE: "1",
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1",
  ONNXRUNTIME_NODE_INSTALL: "skip",
};

/** Runs a command; its output is shown only when it fails, or when `show` is set. Resolves with the text. */
export function run(command, args, { env = {}, show = false, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...quietEnv, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        text += chunk;
        if (show) process.stdout.write(chunk);
      });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(text);
      else reject(Object.assign(new Error(`${command} ${args.slice(0, 3).join(" ")} ended with ${code}`), { output: text, code }));
    });
  });
}

function* filesOf(path) {
  if (!existsSync(path)) return;
  if (statSync(path).isFile()) {
    yield path;
    return;
  }
  for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name === "node_modules" || entry.name === "generated" || entry.name === "sqlite" || entry.name.startsWith(".")) continue;
    yield* filesOf(join(path, entry.name));
  }
}

export function hashOf(paths, skip = () => false) {
  const hash = createHash("sha256").update(process.version);
  for (const path of paths)
    for (const file of filesOf(join(root, path))) {
      const name = relative(root, file);
      if (!skip(name)) hash.update(name).update("\0").update(readFileSync(file));
    }
  return hash.digest("hex");
}

/** Does a step unless its inputs are those of the last time and its result is still there. */
export async function step(name, { from, skip, result, words, act }) {
  const stamp = join(stamps, name);
  const hash = hashOf(from, skip);
  const fresh = existsSync(stamp) && readFileSync(stamp, "utf8") === hash && result.every((path) => existsSync(join(root, path)));
  if (fresh) return false;
  const started = Date.now();
  process.stdout.write(`  ${words} … `);
  try {
    await act();
  } catch (error) {
    console.log("failed");
    if (error.output) console.error(error.output.split("\n").slice(-60).join("\n"));
    throw error;
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
  console.log(`${((Date.now() - started) / 1000).toFixed(0)} s`);
  return true;
}

const isTest = (name) => /\.test\.tsx?$/.test(name);
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

export async function installPackages() {
  await step("install", {
    from: ["package-lock.json"],
    result: ["node_modules/next/package.json", "node_modules/libsql/package.json"],
    words: "installing packages (a minute or two)",
    act: async () => {
      rmSync(stamps, { recursive: true, force: true });
      await run(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    },
  });
}

export async function generate() {
  await step("generate", {
    from: ["prisma/schema.prisma", "prisma/ddl.mjs", "prisma/derive-sqlite.mjs", "lib/cli/generate.mjs", "package-lock.json"],
    result: ["prisma/generated/mssql/client.ts", "prisma/generated/sqlite/client.ts", "prisma/generated/ddl/sqlite.json"],
    words: "generating the database clients",
    act: () => run(process.execPath, ["lib/cli/generate.mjs"]),
  });
}

export async function buildAll() {
  await step("build-server", {
    from: ["lib", "prisma/schema.prisma", "package-lock.json", "tsconfig.json"],
    skip: isTest,
    result: ["build/serve.mjs", "build/log-worker.mjs"],
    words: "building the server",
    act: () => run(process.execPath, ["lib/cli/build-server.mjs"]),
  });
  await step("build-pages", {
    from: ["app", "components", "lib", "public", "prisma/schema.prisma", "proxy.ts", "next.config.js", "postcss.config.mjs", "package-lock.json", "tsconfig.json"],
    skip: (name) => isTest(name) || name.startsWith("lib/cli/") || name.startsWith("lib/simulator/"),
    result: [".next/BUILD_ID"],
    words: "building the pages (half a minute)",
    act: () => run(process.execPath, ["node_modules/next/dist/bin/next", "build"]),
  });
}
