import { parseArgs } from "node:util";
import { systemActor } from "@/lib/audit/actor";
import { addPerson as contract } from "@/lib/console/settings-contract";
import { openDb, setDb } from "@/lib/db/client";
import { migrate } from "@/lib/db/migrations";
import { env } from "@/lib/env";
import { addPerson, hasPeople } from "@/lib/people/server/accounts";

/** Makes an account; the last line of output is its password, shown this once. With --if-none, only where there is nobody yet. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { username: { type: "string" }, name: { type: "string" }, role: { type: "string" }, "if-none": { type: "boolean" } } });
  const wanted = contract.body?.safeParse({ username: values.username, name: values.name ?? values.username, role: values.role });
  if (!wanted?.success) throw new Error("usage: npm run --silent person:create -- --username NAME --role viewer|operator|admin [--name 'Full name'] [--if-none]");
  const { DATABASE_URL: url, SQLITE_DRIVER: driver } = env();
  await migrate({ url, driver, root: "prisma", now: new Date() });
  const db = await openDb({ url, driver });
  setDb(db);
  if (!(values["if-none"] && (await hasPeople()))) {
    const { person, password } = await addPerson(wanted.data, { actor: systemActor("command"), now: new Date() });
    console.log(`account ${person.username} (${person.role}); its password is shown once:`);
    console.log(password);
  }
  await db.$disconnect();
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
