import type { MessagePort } from "node:worker_threads";
import { unpackEntries } from "@/lib/ab-testing/server/pack-entries";
import { openAbWork, type AbWork } from "@/lib/ab-testing/server/work";
import type { LogStore } from "./log-store";
import { recordOutcomes, releaseQuarantine, type OutcomeInput, type OutcomeResult } from "./outcomes";
import type { AbAnswers, Group } from "./row";
import { openRoller } from "./rollups";
import { adoptSpools, openSpool, spoolPath, type Spool } from "./spool";

export type WriterOptions = {
  url: string;
  driver: "auto" | "better-sqlite3" | "libsql";
  synchronous: "FULL" | "NORMAL";
  writerId: string;
  spoolFolder: string;
  spoolMaxBytes: number;
  /** Longest wait for the database before a group goes to the spool. */
  waitMs: number;
};

/** What the answering thread asks; each carries an id that the reply repeats. */
export type WriterRequest =
  /** `abJson` becomes the group's `ab`: a text crosses cheaper than objects do. */
  | { kind: "group"; id: number; group: Group; abJson: string | null }
  | { kind: "outcomes"; id: number; inputs: OutcomeInput[]; nowMs: number }
  | { kind: "answer"; id: number; keyHash: string; nowMs: number }
  | { kind: "expire"; id: number; nowMs: number }
  | { kind: "changes"; id: number; after: number }
  | { kind: "rollup"; id: number; nowMs: number }
  | { kind: "ab"; id: number; work: AbWork }
  | { kind: "close"; id: number };

export type WriterReply =
  | { id: number; kind: "committed"; assignmentIds: number[]; ab: AbAnswers | null }
  | { id: number; kind: "ab"; result: unknown }
  | { id: number; kind: "spooled" }
  | { id: number; kind: "dropped"; reason: string }
  /** Nothing of the group was written: these keys have a stored answer from another process. */
  | { id: number; kind: "duplicate"; keyHashes: string[] }
  | { id: number; kind: "outcomes"; results: OutcomeResult[] }
  | { id: number; kind: "answer"; answer: { bodyHash: string; status: number; response: string } | null }
  | { id: number; kind: "changes"; last: number; kinds: string[] }
  | { id: number; kind: "rolled"; rows: number; more: boolean }
  | { id: number; kind: "done" }
  | { id: number; kind: "unavailable"; message: string };

/** Unasked: what the state of the writer is now. */
export type WriterNotice =
  | { kind: "ready"; driver: string }
  | { kind: "state"; away: boolean; spoolBytes: number; spoolGroups: number; damaged: number }
  | { kind: "log"; level: "info" | "warn" | "error"; message: string; detail?: string };

const PROBE_EVERY_MS = 250;
/** Nobody is answered yet, so a busy server may take its time. */
const START_WAIT_MS = 15_000;
const PROBE_WAIT_MS = 20;
/** Nobody waits for a statement of the drain: new groups go to the spool meanwhile. */
const DRAIN_STATEMENT_MS = 10_000;
const DRAIN_GROUPS = 200;

/** No turn is taken for a decision that waits on disk: its caller was answered by the draw. */
function inSpool(group: Group): Group {
  if (!group.ab) return group;
  return { ...group, ab: { ...group.ab, decisions: group.ab.decisions.map((decision) => ({ ...decision, degraded: true })) } };
}

/**
 * The writer thread: takes groups in order and puts each into the database in one transaction, or, while the database is
 * away, into the spool, which it drains in order when the database is back. New groups queue behind a spool that is not
 * empty, so the order never changes. Exactly once: see LogWriter in the schema.
 */
export async function runWriter(port: MessagePort, options: WriterOptions): Promise<void> {
  const say = (message: WriterReply | WriterNotice): void => port.postMessage(message);
  const log = (level: "info" | "warn" | "error", message: string, error?: unknown): void =>
    say({ kind: "log", level, message, ...(error === undefined ? {} : { detail: error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error) }) });

  // Only the driver in use is loaded: each is tens of megabytes in every thread.
  const store: LogStore = options.url.startsWith("sqlserver:")
    ? await (await import("./sqlserver-store")).openSqlServerLogStore({ ...options, waitMs: START_WAIT_MS })
    : (await import("./sqlite-store")).openSqliteLogStore({ ...options, waitMs: START_WAIT_MS });
  await store.register(options.writerId, Date.now());
  await store.setWait(options.waitMs);
  const spool = openSpool(spoolPath(options.spoolFolder, options.writerId), options.spoolMaxBytes);
  /** Spools of processes that died with rows in them: drained first. */
  const inherited = adoptSpools(options.spoolFolder)
    .filter(({ writerId }) => writerId !== options.writerId)
    .map(({ writerId, path }) => ({ writerId, spool: openSpool(path, Number.MAX_SAFE_INTEGER) }));
  for (const each of inherited) if (each.spool.groups > 0) log("warn", `found ${each.spool.groups} groups that an earlier process could not write`);

  const roller = openRoller(store, options.writerId);

  const abWork = openAbWork(store, options.writerId);
  let away = false;
  let probe: NodeJS.Timeout | null = null;
  let closed = false;

  const state = (): void =>
    say({ kind: "state", away, spoolBytes: spool.bytes, spoolGroups: spool.groups, damaged: 0 });

  const goAway = async (error: unknown): Promise<void> => {
    if (!away) log("error", "the database is away: rows go to the spool", error);
    away = true;
    await store.setWait(PROBE_WAIT_MS, DRAIN_STATEMENT_MS).catch(() => undefined);
    scheduleDrain(PROBE_EVERY_MS);
    state();
  };

  const toSpool = (id: number, group: Group): void => {
    if (spool.append([inSpool(group)])) say({ id, kind: "spooled" });
    else say({ id, kind: "dropped", reason: "spool_full" });
  };

  async function writeGroup(id: number, group: Group): Promise<void> {
    if (away || spool.groups > 0) {
      toSpool(id, group);
      return;
    }
    try {
      const answers: AbAnswers | null = group.ab ? { decisions: [], results: [] } : null;
      const { assignmentIds, lastRowId } = await store.write(options.writerId, [group], answers ?? undefined);
      say({ id, kind: "committed", assignmentIds, ab: answers });
      if (lastRowId !== null) roller.written(group, lastRowId);
    } catch (error) {
      if (store.isDuplicateAnswer(error)) {
        say({ id, kind: "duplicate", keyHashes: await storedKeys(group) });
      } else if (store.isUnavailable(error)) {
        await goAway(error);
        toSpool(id, group);
      } else {
        log("error", "a group was refused by the database", error);
        say({ id, kind: "dropped", reason: "refused" });
      }
    }
  }

  async function storedKeys(group: Group): Promise<string[]> {
    const hashes = group.answers.map((answer) => answer.keyHash);
    const table = store.dialect === "sqlite" ? "idempotency_keys" : "[ml].[idempotency_keys]";
    const rows = await store.read(`SELECT key_hash FROM ${table} WHERE key_hash IN (${hashes.map(() => "?").join(", ")})`, hashes);
    return rows.map((row) => String(row.key_hash));
  }

  /** One step; true when the spool is empty afterwards. */
  async function drainSome(writerId: string, from: Spool): Promise<boolean> {
    const groups = from.peek(DRAIN_GROUPS);
    if (groups.length > 0) {
      const last = await store.register(writerId, Date.now());
      const fresh = groups.filter((group) => group.number > last);
      try {
        if (fresh.length > 0) await store.write(writerId, fresh);
      } catch (error) {
        if (!store.isDuplicateAnswer(error)) throw error;
        // The answer's key was stored by another process while this one was cut off. Both callers have their answer, so
        // the rows stay and only the stored copies of ours go.
        await store.write(writerId, fresh.map((group) => ({ ...group, answers: [] })));
      }
      from.drop(groups.length);
    }
    return from.groups === 0;
  }

  async function drain(): Promise<void> {
    probe = null;
    if (closed) return;
    try {
      const old = inherited[0];
      if (old) {
        if (await drainSome(old.writerId, old.spool)) {
          old.spool.close();
          inherited.shift();
        }
      } else if (await drainSome(options.writerId, spool)) {
        if (away) {
          away = false;
          await store.setWait(options.waitMs);
          log("info", "the database is back and the spool is empty");
          await releaseQuarantine(store, Date.now());
        }
      }
      state();
      if (inherited.length > 0 || spool.groups > 0 || away) scheduleDrain(0);
    } catch (error) {
      if (store.isUnavailable(error)) await goAway(error);
      else {
        log("error", "the spool cannot be drained", error);
        scheduleDrain(10_000);
      }
    }
  }

  /** One thing at a time, in the order it was asked; a drain step takes its turn like a request. */
  let tail: Promise<void> = Promise.resolve();
  const enqueue = (work: () => Promise<void>): void => {
    tail = tail.then(work).catch((error: unknown) => {
      log("error", "the writer failed", error);
    });
  };
  const scheduleDrain = (delayMs: number): void => {
    probe ??= setTimeout(() => {
      enqueue(drain);
    }, delayMs);
  };

  async function guarded(id: number, work: () => Promise<WriterReply>): Promise<void> {
    if (away) {
      say({ id, kind: "unavailable", message: "the database is away" });
      return;
    }
    try {
      say(await work());
    } catch (error) {
      if (store.isUnavailable(error)) await goAway(error);
      else log("error", "a statement was refused by the database", error);
      say({ id, kind: "unavailable", message: "the database did not take it" });
    }
  }

  async function handle(request: WriterRequest): Promise<void> {
    const { id } = request;
    const table = (name: string): string => (store.dialect === "sqlite" ? name : `[ml].[${name}]`);
    switch (request.kind) {
      case "group":
        await writeGroup(id, request.group);
        return;
      case "outcomes":
        await guarded(id, async () => ({ id, kind: "outcomes", results: await recordOutcomes(store, request.inputs, request.nowMs) }));
        return;
      case "answer":
        await guarded(id, async () => {
          const [row] = await store.read(
            `SELECT body_hash, status, response FROM ${table("idempotency_keys")} WHERE key_hash = ? AND expires_at > ?`,
            [request.keyHash, new Date(request.nowMs)],
          );
          const answer = row ? { bodyHash: String(row.body_hash), status: Number(row.status), response: String(row.response) } : null;
          return { id, kind: "answer", answer };
        });
        return;
      case "expire":
        await guarded(id, async () => {
          await store.transaction(async (sql) => sql.run(`DELETE FROM ${table("idempotency_keys")} WHERE expires_at <= ?`, [new Date(request.nowMs)]));
          await releaseQuarantine(store, request.nowMs);
          return { id, kind: "done" };
        });
        return;
      case "changes":
        await guarded(id, async () => {
          const rows = await store.read(`SELECT id, kind FROM ${table("change_events")} WHERE id > ? ORDER BY id`, [request.after]);
          const last = rows.length > 0 ? Number(rows.at(-1)!.id) : request.after;
          return { id, kind: "changes", last, kinds: [...new Set(rows.map((row) => String(row.kind)))] };
        });
        return;
      case "rollup":
        try {
          if (away || spool.groups > 0) throw new Error("the log comes first");
          say({ id, kind: "rolled", ...(await roller.step(request.nowMs)) });
        } catch (error) {
          // Whoever holds the lock may go on: a rollup that waits a second is late, and nothing more.
          if (!away && spool.groups === 0 && !store.isUnavailable(error)) log("error", "the rollups were refused by the database", error);
          say({ id, kind: "rolled", rows: 0, more: false });
        }
        return;
      case "ab":
        await guarded(id, async () => {
          if (request.work.kind !== "open") return { id, kind: "ab", result: await abWork.run(request.work) };
          await store.setWait(START_WAIT_MS);
          try {
            return { id, kind: "ab", result: await abWork.run(request.work) };
          } finally {
            await store.setWait(options.waitMs);
          }
        });
        return;
      case "close":
        closed = true;
        if (probe) clearTimeout(probe);
        spool.close();
        for (const each of inherited) each.spool.close();
        await store.close();
        say({ id, kind: "done" });
        port.close();
        return;
    }
  }

  /** Groups that wait for their turn. The answering thread sends one at a time; the order holds even if it did not. */
  let queuedGroups = 0;
  port.on("message", (request: WriterRequest) => {
    if (request.kind === "group") {
      if (request.abJson !== null) request.group.ab = unpackEntries(request.abJson);
      // An answer does not wait for a drain step: behind a spool that is not empty the disk is its place at once.
      if (queuedGroups === 0 && (away || spool.groups > 0)) {
        toSpool(request.id, request.group);
        return;
      }
      queuedGroups++;
      enqueue(async () => {
        await handle(request);
        queuedGroups--;
      });
      return;
    }
    enqueue(() => handle(request));
  });
  if (inherited.length > 0 || spool.groups > 0) scheduleDrain(0);
  say({ kind: "ready", driver: store.dialect });
}
