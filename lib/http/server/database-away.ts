/**
 * Whether a failure means that the database does not answer now: locked beyond the wait, unreachable, or cut off. Told by the
 * codes of SQLite, of the driver for SQL Server and of Prisma, wherever in the chain of causes they stand.
 */
const prisma = new Set(["P1001", "P1002", "P1008", "P1011", "P1017", "P2024", "P2037"]);
const sqlServer = new Set(["ESOCKET", "ECONNCLOSED", "ETIMEOUT", "ELOGIN", "ENOTOPEN", "ENOCONN", "ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EHOSTUNREACH"]);
const sqlite = /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|PROTOCOL)/;
const DEEPEST = 5;

class DatabaseSlow extends Error {}

export function isDatabaseAway(error: unknown, depth = 0): boolean {
  if (error instanceof DatabaseSlow) return true;
  if (typeof error !== "object" || error === null || depth > DEEPEST) return false;
  const { code, cause, originalCode } = error as { code?: unknown; cause?: unknown; originalCode?: unknown };
  if ([code, originalCode].some((each) => typeof each === "string" && (prisma.has(each) || sqlServer.has(each) || sqlite.test(each)))) return true;
  return isDatabaseAway(cause, depth + 1);
}

/** What a page waits for has a limit of its own: a connection that hangs is as good as none. */
export async function withinMs<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      work,
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new DatabaseSlow(`no answer within ${limitMs} ms`)), limitMs);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
