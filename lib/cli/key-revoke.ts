import { parseArgs } from "node:util";
import { revokeKey } from "@/lib/auth/server/store";
import { openDb, setDb } from "@/lib/db/client";
import { env } from "@/lib/env";

/** Revokes a key by its id (the 8 characters in the middle) or by its whole text. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { id: { type: "string" } }, allowPositionals: true });
  const given = values.id ?? positionals[0];
  if (!given) throw new Error("usage: npm run --silent key:revoke -- --id ID");
  const id = given.split("_")[2] ?? given;
  const { DATABASE_URL: url, SQLITE_DRIVER: driver } = env();
  const db = await openDb({ url, driver });
  setDb(db);
  const revoked = await revokeKey(id, new Date());
  await db.$disconnect();
  if (!revoked) throw new Error(`there is no live key ${id}`);
  console.log(`key ${id} is revoked`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
