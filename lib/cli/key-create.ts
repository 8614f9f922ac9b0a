import { parseArgs } from "node:util";
import { z } from "zod";
import { createKey } from "@/lib/auth/server/keys";
import { openDb, setDb } from "@/lib/db/client";
import { migrate } from "@/lib/db/migrations";
import { env } from "@/lib/env";
import { Scope } from "@/lib/http/endpoint";

/** Makes a key; the last line of output is the key, shown this once. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { name: { type: "string" }, scopes: { type: "string" }, expires: { type: "string" }, rate: { type: "string" }, burst: { type: "string" } },
  });
  if (!values.name || !values.scopes) throw new Error(`usage: npm run --silent key:create -- --name N --scopes ${Scope.options.join(",")} [--expires 2027-01-31] [--rate PER_SECOND] [--burst N]`);
  const scopes = z.array(Scope, { error: "scopes" }).min(1).safeParse([...new Set(values.scopes.split(",").map((scope) => scope.trim()))]);
  if (!scopes.success) throw new Error(`--scopes: any of ${Scope.options.join(", ")}`);
  const expiresAt = values.expires === undefined ? null : new Date(values.expires);
  if (expiresAt && Number.isNaN(expiresAt.getTime())) throw new Error("--expires: a date such as 2027-01-31");
  const positive = (name: string, text: string | undefined): number | null => {
    if (text === undefined) return null;
    const value = Number(text);
    if (!(value > 0)) throw new Error(`--${name}: a number above 0`);
    return value;
  };
  const { DATABASE_URL: url, SQLITE_DRIVER: driver } = env();
  await migrate({ url, driver, root: "prisma", now: new Date() });
  const db = await openDb({ url, driver });
  setDb(db);
  const { id, text } = await createKey({
    name: values.name.slice(0, 100),
    scopes: scopes.data,
    createdBy: "command",
    now: new Date(),
    expiresAt,
    ratePerSecond: positive("rate", values.rate),
    burst: positive("burst", values.burst),
  });
  await db.$disconnect();
  console.log(`key ${id} (${values.name}) with ${scopes.data.join(", ")}; it is shown once:`);
  console.log(text);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
