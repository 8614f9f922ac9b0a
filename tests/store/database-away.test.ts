import { createServer } from "node:net";
import { expect, it } from "vitest";
import { openDb } from "@/lib/db/client";
import { isDatabaseAway } from "@/lib/http/server/database-away";

/** A port that nothing listens on any more. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

it("a SQL Server that refuses connections is told apart from a fault of ours", async () => {
  const db = await openDb({ url: `sqlserver://127.0.0.1:${await closedPort()};database=x;user=x;password=x;encrypt=false`, driver: "auto" });
  const failure: unknown = await db.changeEvent.findFirst().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Error);
  expect(isDatabaseAway(failure)).toBe(true);
  const raw: unknown = await db.$queryRawUnsafe("SELECT 1").catch((error: unknown) => error);
  expect(isDatabaseAway(raw)).toBe(true);
  await db.$disconnect();
}, 30_000);
