import type { Dialect } from "@/lib/db/client";
import type { AbAnswers, Group } from "./row";

export type SqlValue = string | number | boolean | Date | null;

/** Statements of one transaction. Values stand for `?` in order; tables are named by `table()`. */
export type Sql = {
  dialect: Dialect;
  all: (text: string, values: readonly SqlValue[]) => Promise<Record<string, unknown>[]>;
  /** The same rows as arrays in the order of the columns: a third of the cost where there are many. */
  arrays: (text: string, values: readonly SqlValue[]) => Promise<unknown[][]>;
  /** Number of rows changed. */
  run: (text: string, values: readonly SqlValue[]) => Promise<number>;
};

export type Written = {
  /** Of the assignment rows, in order. */
  assignmentIds: number[];
  /** Number of the last row in `predictions_log`, where those of one transaction follow one another without a gap. */
  lastRowId: number | null;
};

/** The decision log's own door to the database, past Prisma: it is the one write on the path of every answer. */
export type LogStore = {
  readonly dialect: Dialect;
  /** Makes this writer known and returns the number of its last committed group. */
  register(writerId: string, nowMs: number): Promise<number>;
  /** All groups in one transaction, in order; `answers` collects what it says to the entries of the A/B test. */
  write(writerId: string, groups: readonly Group[], answers?: AbAnswers): Promise<Written>;
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  read(text: string, values: readonly SqlValue[]): Promise<Record<string, unknown>[]>;
  /** Rows as arrays in the order of the columns: for many rows, an object each costs three times the read. */
  readArrays(text: string, values: readonly SqlValue[]): Promise<unknown[][]>;
  /** Longest wait for a lock or a connection from now on; over a network also for one statement, by default the same. */
  setWait(waitMs: number, statementMs?: number): Promise<void>;
  /** The database is away or too slow, as opposed to: this statement is wrong. */
  isUnavailable(error: unknown): boolean;
  /** Another process stored an answer for the same Idempotency-Key first. */
  isDuplicateAnswer(error: unknown): boolean;
  close(): Promise<void>;
};

/** `predictions_log` as each dialect names it. */
export function table(dialect: Dialect, name: string): string {
  return dialect === "sqlite" ? `"${name}"` : `[ml].[${name}]`;
}
