import { randomUUID } from "node:crypto";
import { openAnalyst } from "@/lib/ab-testing/server/analyse";
import { env } from "@/lib/env";

/**
 * `npm run ab:rebuild`: computes the state of the present experiment from the log alone and compares it with the running
 * one, byte by byte. Exit 1 when they differ. It reads; it changes nothing.
 */
async function main(): Promise<void> {
  const { DATABASE_URL: url, SQLITE_DRIVER: driver } = env();
  const store = url.startsWith("sqlserver:")
    ? await (await import("@/lib/dispatch/server/log/sqlserver-store")).openSqlServerLogStore({ url, waitMs: 10_000 })
    : (await import("@/lib/dispatch/server/log/sqlite-store")).openSqliteLogStore({ url, driver, synchronous: "FULL", waitMs: 10_000 });
  const { equal, rows, cursor, running, fromLog } = await openAnalyst(store, randomUUID()).rebuilt(Date.now());
  await store.close();
  console.log(`${rows} decisions of the log, up to commit ${cursor}: running state and rebuild ${equal ? "are equal" : "DIFFER"} (${running.length} and ${fromLog.length} bytes)`);
  if (equal) return;
  let at = 0;
  while (running[at] === fromLog[at]) at++;
  console.log(`first difference at ${at}:\n  running ${running.slice(Math.max(0, at - 80), at + 80)}\n  rebuilt ${fromLog.slice(Math.max(0, at - 80), at + 80)}`);
  process.exitCode = 1;
}

await main();
