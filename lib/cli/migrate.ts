import { migrate } from "@/lib/db/migrations";
import { env } from "@/lib/env";

const { DATABASE_URL: url, SQLITE_DRIVER: driver } = env();
try {
  const applied = await migrate({ url, driver, root: "prisma", now: new Date() });
  console.log(applied.length === 0 ? "the database is up to date" : `applied ${applied.join(", ")}`);
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
