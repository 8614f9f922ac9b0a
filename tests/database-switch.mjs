// Loaded into a server process by a test (node --import): while the file DATABASE_SWITCH is there, no statement reaches the
// database, as when another process holds it for long or its disk is gone. A transaction begins all the same: SQLite takes no
// lock for that.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const load = createRequire(join(process.cwd(), "package.json"));
const file = process.env.DATABASE_SWITCH;
for (const name of ["better-sqlite3", "libsql"]) {
  let Database;
  try {
    Database = load(name);
  } catch {
    continue; // the other one is installed
  }
  const { prepare } = Database.prototype;
  Database.prototype.prepare = function (...statement) {
    if (file && existsSync(file) && !/^\s*(BEGIN|COMMIT|ROLLBACK)/i.test(statement[0])) throw Object.assign(new Error("database is locked"), { code: "SQLITE_BUSY", rawCode: 5 });
    return prepare.apply(this, statement);
  };
}
