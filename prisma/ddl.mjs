#!/usr/bin/env node
// Prisma generator: writes the DDL of the schema in both dialects to prisma/generated/ddl/{sqlserver,sqlite}.json, a list of
// {table, columns, create, indexes}. Prisma's own engine for this is a binary download that closed networks refuse.
// A field comment may carry a CHECK: `/// @check IN (1, 2)`.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import helper from "@prisma/generator-helper";

const SQLITE_TYPES = { String: "TEXT", Boolean: "BOOLEAN", Int: "INTEGER", Float: "REAL", DateTime: "DATETIME", Bytes: "BLOB" };
const SQLSERVER_TYPES = { Boolean: "BIT", Int: "INT", Float: "FLOAT(53)", DateTime: "DATETIME2", Bytes: "VARBINARY(max)" };

const dialects = {
  sqlite: {
    quote: (name) => `"${name.replaceAll('"', '""')}"`,
    table: (model) => `"${model.dbName ?? model.name}"`,
    type: (field) => SQLITE_TYPES[field.type],
    identity: " PRIMARY KEY AUTOINCREMENT",
  },
  sqlserver: {
    quote: (name) => `[${name.replaceAll("]", "]]")}]`,
    table: (model) => `[${model.schema}].[${model.dbName ?? model.name}]`,
    type: (field) => {
      const [native, args] = field.nativeType ?? [];
      if (native) return native.toUpperCase() + (args?.length ? `(${args.join(",")})` : "");
      const type = SQLSERVER_TYPES[field.type];
      if (!type) throw new Error(`field ${field.name}: ${field.type} needs a sized native type`);
      return type;
    },
    identity: " IDENTITY(1,1)",
  },
};

function literal(value) {
  if (typeof value === "boolean") return value ? "1" : "0";
  return typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value);
}

function describe(model, indexes, dialect, name) {
  const { quote } = dialect;
  const table = model.dbName ?? model.name;
  const scalars = model.fields.filter((field) => field.kind === "scalar");
  const columnOf = (fieldName) => {
    const field = scalars.find((each) => each.name === fieldName);
    return quote(field.dbName ?? field.name);
  };
  const own = indexes.filter((index) => index.model === model.name);
  const identity = scalars.find((field) => field.default?.name === "autoincrement");
  const columns = scalars.map((field) => {
    const column = field.dbName ?? field.name;
    const check = /@check (.+)/.exec(field.documentation ?? "")?.[1];
    let sql = `${quote(column)} ${dialect.type(field)}${field.isRequired ? " NOT NULL" : ""}`;
    if (field === identity) sql += dialect.identity;
    else if (field.hasDefaultValue) {
      const named = name === "sqlserver" ? ` CONSTRAINT ${quote(`${table}_${column}_df`)}` : "";
      sql += `${named} DEFAULT ${literal(field.default)}`;
    }
    if (check) sql += ` CONSTRAINT ${quote(`ck_${table}_${column}`)} CHECK (${quote(column)} ${check})`;
    return { name: column, sql };
  });
  const list = (index) => index.fields.map((field) => columnOf(field.name) + (field.sortOrder === "desc" ? " DESC" : "")).join(", ");
  const lines = columns.map((column) => column.sql);
  for (const index of own) {
    if (index.type === "id" && name === "sqlserver")
      lines.push(`CONSTRAINT ${quote(`${table}_pkey`)} PRIMARY KEY CLUSTERED (${list(index)})`);
    if (index.type === "id" && name === "sqlite" && !identity)
      lines.push(`CONSTRAINT ${quote(`${table}_pkey`)} PRIMARY KEY (${list(index)})`);
    if (index.type === "unique" && name === "sqlserver")
      lines.push(`CONSTRAINT ${quote(index.dbName)} UNIQUE NONCLUSTERED (${list(index)})`);
  }
  const made = own
    .filter((index) => index.type === "normal" || (index.type === "unique" && name === "sqlite"))
    .map((index) => ({
      name: index.dbName,
      sql: `CREATE ${index.type === "unique" ? "UNIQUE " : ""}${name === "sqlserver" ? "NONCLUSTERED " : ""}INDEX ${quote(index.dbName)} ON ${dialect.table(model)}(${list(index)});`,
    }));
  return { table, qualified: dialect.table(model), columns, create: `CREATE TABLE ${dialect.table(model)} (\n    ${lines.join(",\n    ")}\n);`, indexes: made };
}

helper.generatorHandler({
  onManifest: () => ({ defaultOutput: "./generated/ddl", prettyName: "DDL" }),
  onGenerate({ dmmf, generator }) {
    const { models, indexes } = dmmf.datamodel;
    mkdirSync(generator.output.value, { recursive: true });
    for (const [name, dialect] of Object.entries(dialects)) {
      const tables = models.map((model) => describe(model, indexes, dialect, name));
      writeFileSync(join(generator.output.value, `${name}.json`), `${JSON.stringify(tables, null, 2)}\n`);
    }
    return Promise.resolve();
  },
});
