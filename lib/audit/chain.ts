import { createHash } from "node:crypto";

/** A row as it is hashed: every column but the two hashes. */
export type Entry = {
  id: number;
  at: Date;
  actorKind: string;
  actorId: string;
  actor: string;
  action: string;
  subjectType: string;
  subjectId: string;
  beforeJson: string | null;
  afterJson: string | null;
  reason: string | null;
  requestId: string | null;
  addressPrefix: string | null;
};

export type LinkedEntry = Entry & { prevHash: string; hash: string };
export type Head = { lastId: number; hash: string };

/** What the first row hashes in place of a row before it. */
export const GENESIS: Head = { lastId: 0, hash: "0".repeat(64) };

/** SHA-256(previous hash | canonical JSON): the members in a fixed order, instants in milliseconds. */
export function hashOf(prevHash: string, entry: Entry): string {
  const canonical = JSON.stringify([
    entry.id,
    entry.at.toISOString(),
    entry.actorKind,
    entry.actorId,
    entry.actor,
    entry.action,
    entry.subjectType,
    entry.subjectId,
    entry.beforeJson,
    entry.afterJson,
    entry.reason,
    entry.requestId,
    entry.addressPrefix,
  ]);
  return createHash("sha256").update(prevHash).update("|").update(canonical).digest("hex");
}

export type Walk = { head: Head; at: Date | null; broken: { id: number; problem: string } | null };
export const walkStart: Walk = { head: GENESIS, at: null, broken: null };

/** Takes the walk over the next rows, in order of id; stops at the first that does not fit. */
export function walk(from: Walk, rows: readonly LinkedEntry[]): Walk {
  let { head, at } = from;
  if (from.broken) return from;
  for (const row of rows) {
    const expected = head.lastId + 1;
    if (row.id !== expected) return { head, at, broken: { id: expected, problem: `row ${expected} is missing; the next is ${row.id}` } };
    if (row.prevHash !== head.hash) return { head, at, broken: { id: row.id, problem: "does not continue the row before it" } };
    if (row.hash !== hashOf(row.prevHash, row)) return { head, at, broken: { id: row.id, problem: "does not match its own hash" } };
    head = { lastId: row.id, hash: row.hash };
    at = row.at;
  }
  return { head, at, broken: null };
}

/** The head is kept apart from the rows: rows cut off the end, or put after it, show here. */
export function endOfWalk(walked: Walk, kept: Head, rowsBeyond: number): Walk {
  if (walked.broken) return walked;
  if (walked.head.lastId < kept.lastId) return { ...walked, broken: { id: walked.head.lastId + 1, problem: `the rows up to ${kept.lastId} are cut off` } };
  if (walked.head.hash !== kept.hash) return { ...walked, broken: { id: kept.lastId, problem: "is not the row that the head remembers" } };
  if (rowsBeyond > 0) return { ...walked, broken: { id: kept.lastId + 1, problem: "stands after the head" } };
  return walked;
}

const secretive = /pass(word)?|secret|token|hash|cookie|authorization/i;

/** A belt beside the braces: workflows leave secrets out, and a member named like one is masked anyway. */
export function redacted(value: Record<string, unknown> | null): string | null {
  if (value === null) return null;
  return JSON.stringify(value, (key, member: unknown) => (secretive.test(key) ? "***" : member));
}
