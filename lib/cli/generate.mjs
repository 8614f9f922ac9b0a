// Writes what git does not keep: the SQLite schema, the Prisma clients of both databases, and the DDL of the schema.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
// Any existing file stands in for Prisma's schema engine: generating needs none, but the CLI would try to download it.
const env = { ...process.env, CHECKPOINT_DISABLE: "1", PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: "1" };
const run = (...args) => execFileSync(process.execPath, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });

run("node_modules/prisma/build/index.js", "generate");
run("prisma/derive-sqlite.mjs");
run("node_modules/prisma/build/index.js", "generate", "--schema", "prisma/sqlite/schema.prisma");
