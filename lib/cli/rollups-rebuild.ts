import { randomUUID } from "node:crypto";
import { env } from "@/lib/env";
import { openRoller, resetRollups } from "@/lib/dispatch/server/log/rollups";

/** Empties the rollups and makes them anew from the log. Servers may run meanwhile: their screens fill up as it goes. */
async function main(): Promise<void> {
  const { DATABASE_URL: url, SQLITE_DRIVER: driver, SQLITE_SYNCHRONOUS: synchronous } = env();
  const waitMs = 10_000;
  const store = url.startsWith("sqlserver:")
    ? await (await import("@/lib/dispatch/server/log/sqlserver-store")).openSqlServerLogStore({ url, waitMs })
    : (await import("@/lib/dispatch/server/log/sqlite-store")).openSqliteLogStore({ url, driver, synchronous, waitMs });
  await resetRollups(store);
  const roller = openRoller(store, randomUUID(), 20_000);
  let total = 0;
  for (let more = true; more; ) {
    const step = await roller.step(Date.now());
    total += step.rows;
    more = step.more;
  }
  await store.close();
  console.log(`${total} rows and outcomes rolled up; what is written from now on the servers add`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
