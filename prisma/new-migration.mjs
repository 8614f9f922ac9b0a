// Writes the next migration in both dialects: CREATE for tables, ADD for columns, and indexes that no earlier migration has.
// Usage: npm run db:migration -- NAME. What it cannot say (renames, data) is written by hand into the files it makes.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";

const name = process.argv[2];
if (!name || !/^[a-z0-9-]+$/.test(name)) {
  console.error("usage: npm run db:migration -- name-in-kebab-case");
  process.exit(1);
}

/** Statements for everything of the schema that the text of the earlier migrations does not mention. */
export function missing(tables, earlier, dialect) {
  const has = (text) => earlier.includes(text);
  const statements = [];
  for (const { qualified, columns, create, indexes } of tables) {
    if (!has(`CREATE TABLE ${qualified} (`)) statements.push(create);
    else {
      const start = earlier.indexOf(`CREATE TABLE ${qualified} (`);
      const body = earlier.slice(start, earlier.indexOf("\n);", start));
      for (const column of columns) {
        const quoted = column.sql.split(" ")[0];
        const added = `ALTER TABLE ${qualified} ADD ${dialect === "sqlite" ? "COLUMN " : ""}${column.sql};`;
        if (!body.includes(`    ${quoted} `) && !has(added)) statements.push(added);
      }
    }
    for (const index of indexes) if (!has(index.sql)) statements.push(index.sql);
  }
  return statements;
}

const wrap = {
  sqlite: (statements) => `${statements.join("\n\n")}\n`,
  sqlserver: (statements) => {
    // A statement that names a column added in the same batch would not compile, hence EXEC for those that follow an ADD.
    const body = statements.map((sql) => (sql.startsWith("CREATE TABLE") ? sql : `EXEC sp_executesql N'${sql.replaceAll("'", "''")}';`));
    return `BEGIN TRY\n\nBEGIN TRAN;\n\nIF NOT EXISTS (SELECT * FROM sys.schemas WHERE name = N'ml') EXEC sp_executesql N'CREATE SCHEMA [ml];';\n\n${body.join("\n\n")}\n\nCOMMIT TRAN;\n\nEND TRY\nBEGIN CATCH\n\nIF @@TRANCOUNT > 0\nBEGIN\n    ROLLBACK TRAN;\nEND;\nTHROW\n\nEND CATCH\n`;
  },
};

for (const [dialect, folder] of [["sqlserver", "migrations"], ["sqlite", "migrations-sqlite"]]) {
  const root = new URL(`./${folder}/`, import.meta.url);
  mkdirSync(root, { recursive: true });
  const known = readdirSync(root).filter((each) => existsSync(new URL(`${each}/migration.sql`, root))).sort();
  const earlier = known.map((each) => readFileSync(new URL(`${each}/migration.sql`, root), "utf8")).join("\n").replace(/EXEC sp_executesql N'((?:[^']|'')*)';/g, (_, sql) => sql.replaceAll("''", "'"));
  const tables = JSON.parse(readFileSync(new URL(`./generated/ddl/${dialect}.json`, import.meta.url), "utf8"));
  const statements = missing(tables, earlier, dialect);
  if (statements.length === 0) {
    console.log(`${folder}: nothing to do`);
    continue;
  }
  const target = new URL(`${String(known.length + 1).padStart(4, "0")}-${name}/`, root);
  mkdirSync(target);
  writeFileSync(new URL("migration.sql", target), wrap[dialect](statements));
  console.log(`${folder}: ${statements.length} statements in ${target.pathname.split("/").at(-2)}`);
}
