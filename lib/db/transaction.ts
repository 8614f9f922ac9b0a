import { randomInt } from "node:crypto";
import type { Prisma } from "@/prisma/generated/mssql/client";
import { db } from "./client";

/** What a store's function is given inside a transaction. */
export type Tx = Prisma.TransactionClient;

const TRIES = 6;

/** Thrown by work that another writer has just made impossible, and that goes through when it is done again. */
export class Again extends Error {}

/** The last two are how SQL Server's driver tells a statement of a transaction that the server has just undone. */
const passing = /SQLITE_BUSY|database is locked|P1008|P2028|P2034|\b1205\b|\b3960\b|33557097|deadlock|Transaction has not begun|Transaction has been aborted/i;

/**
 * Runs the work in one transaction. Another writer in the way (a lock, a deadlock, a conflict) is waited out and the whole
 * work is done again, so it must not have effects outside the database.
 */
export async function transact<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db().$transaction(work, { maxWait: 5_000, timeout: 10_000 });
    } catch (error) {
      if (attempt === TRIES || !isPassing(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, randomInt(2 ** attempt * 3, 2 ** attempt * 8)));
    }
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof Again) return true;
  if (!(error instanceof Error) || error.name === "Problem") return false;
  return passing.test(`${"code" in error ? String(error.code) : ""} ${error.message}`);
}

/** P2002: a row with that key is there already. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "P2002";
}
