import { verifyChain } from "@/lib/audit/server/verify";
import { openDb, setDb } from "@/lib/db/client";
import { env } from "@/lib/env";

/** Walks the audit's chain of hashes. Ends with 1 and the first broken row's number when one does not fit. */
async function main(): Promise<number> {
  const { DATABASE_URL: url, SQLITE_DRIVER: driver } = env();
  const db = await openDb({ url, driver });
  setDb(db);
  const { rows, verifiedTo, broken } = await verifyChain();
  await db.$disconnect();
  if (broken) {
    console.error(`broken at row ${broken.id}: ${broken.problem}. The ${rows} rows before it fit.`);
    return 1;
  }
  console.log(rows === 0 ? "the audit is empty" : `${rows} rows fit, to ${verifiedTo?.toISOString() ?? ""}`);
  return 0;
}

main()
  .then((code) => process.exit(code))
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
