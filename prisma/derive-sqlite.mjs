// Derives prisma/sqlite/schema.prisma from the hand-written SQL Server schema: other provider, no schemas, no native types.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const source = readFileSync(new URL("./schema.prisma", import.meta.url), "utf8");
const derived = source
  .replace(/provider(\s*)=(\s*)"sqlserver"/, 'provider$1=$2"sqlite"')
  .replace(/^\s*schemas\s*=.*\n/m, "")
  .replace(/^\s*@@schema\(.*\)\s*\n/gm, "")
  .replace(/\s@db\.\w+(\([^)]*\))?/g, "")
  .replace(/, *clustered: *(true|false)/g, "")
  .replace(/^generator ddl \{[^}]*\}\n\n/m, "")
  .replace("./generated/mssql", "../generated/sqlite");

mkdirSync(new URL("./sqlite/", import.meta.url), { recursive: true });
writeFileSync(new URL("./sqlite/schema.prisma", import.meta.url), `// derived by prisma/derive-sqlite.mjs; do not edit\n${derived}`);
