import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { Problem } from "@/lib/http/problem";
import type { OutcomeInput, OutcomeResult } from "./outcomes";
import { packEntries } from "@/lib/ab-testing/server/pack-entries";
import type { AbResult, AbWork } from "@/lib/ab-testing/server/work";
import { joinPacks, packRows, type AbAnswers, type AbEntries, type AssignmentRow, type PackedRows, type PredictionRow, type StoredAnswer } from "./row";
import type { WriterNotice, WriterOptions, WriterReply, WriterRequest } from "./writer-thread";

/** `committed` and `spooled` survive a kill; `dropped` is told to the client as `recorded: false`. */
export type Recorded = "committed" | "spooled" | "dropped";

export type LogWriterState = {
  away: boolean;
  spoolBytes: number;
  spoolGroups: number;
  committedRows: number;
  spooledRows: number;
  droppedRows: number;
  /** Rows waiting for the writer now. */
  waitingRows: number;
};

export type LogWriter = {
  readonly driver: string;
  readonly state: LogWriterState;
  /** Resolves when the row is durable (or known not to be). Concurrent rows share one transaction. */
  append(row: PredictionRow, answer?: StoredAnswer): Promise<Recorded>;
  appendMany(rows: PackedRows, answer?: StoredAnswer): Promise<Recorded>;
  /** `id` is null while the row waits in the spool. */
  appendAssignments(rows: readonly AssignmentRow[], answer?: StoredAnswer): Promise<{ recorded: Recorded; ids: (number | null)[] }>;
  /**
   * Decisions and results of the A/B test. `answers` is null while they wait in the spool, and when they took longer than
   * a decision may wait; `late` is then told what the transaction said after all.
   */
  appendAb(entries: AbEntries, late?: (answers: AbAnswers) => void, answer?: StoredAnswer): Promise<{ recorded: Recorded; answers: AbAnswers | null }>;
  /** Work on the configuration, the ramp and the analysis, in the writer's thread. */
  ab<K extends AbWork["kind"]>(work: Extract<AbWork, { kind: K }>): Promise<AbResult[K]>;
  recordOutcomes(inputs: OutcomeInput[], nowMs: number): Promise<OutcomeResult[]>;
  findAnswer(keyHash: string, nowMs: number): Promise<{ bodyHash: string; status: number; response: string } | null>;
  changesAfter(after: number): Promise<{ last: number; kinds: string[] }>;
  expire(nowMs: number): Promise<void>;
  /** Adds the next rows of the log to the rollups; true when there are more of them. */
  rollUp(nowMs: number): Promise<boolean>;
  close(): Promise<void>;
};

/** Another process stored an answer under the same Idempotency-Key while this one computed. */
export class DuplicateAnswer extends Error {}

type Waiting = {
  /** One as it is, many packed by whoever made them. */
  row: PredictionRow | null;
  packed: PackedRows | null;
  assignments: readonly AssignmentRow[];
  answer: StoredAnswer | undefined;
  ab: AbEntries | undefined;
  since: number;
  giveUpMs: number;
  done: (recorded: Recorded, ids: (number | null)[], ab: AbAnswers | null) => void;
  fail: (error: Error) => void;
};

/** An answer never waits longer for its row than this; the row may still be written, and the client is told it is not sure. */
const GIVE_UP_MS = 1_000;
/**
 * Beyond the wait for the database: a decision of the A/B test takes no turn any more after the first, and is answered by the
 * draw after the second. With the usual 150 ms an answer stays under 250.
 */
const DECISION_TURN_MS = 20;
const DECISION_GIVE_UP_MS = 80;
const WATCH_MS = 25;
const none: readonly AssignmentRow[] = [];
const MAX_GROUP_ROWS = 4_096;
/**
 * After a group that several requests shared, the next one waits this long for the clients just answered to ask again:
 * fewer, larger transactions (PostgreSQL's commit_siblings). A lone request never waits.
 */
const SIBLINGS = 4;
const GATHER_MS = 1;

/** A group is soon written and forgotten: half of the usual room for the young costs nothing and saves 20 MB. */
const YOUNG_MB = 24;

/** The thread's entry: the bundle in production, the source through tsx otherwise. */
function spawn(options: WriterOptions): Worker {
  const bundled = join(process.cwd(), "build", "log-worker.mjs");
  if (process.env.ML_BUNDLED === "1" && existsSync(bundled)) return new Worker(bundled, { workerData: options, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
  const source = join(process.cwd(), "lib/dispatch/server/log/worker.ts");
  return new Worker(`import("tsx/esm/api").then(({ register }) => { register(); return import(${JSON.stringify(`file://${source}`)}); })`, {
    eval: true,
    workerData: options,
  });
}

/** The rows of a group in the order of its requests. */
function packOf(items: readonly Waiting[]): PackedRows {
  const packs: PackedRows[] = [];
  let single: PredictionRow[] = [];
  for (const { row, packed } of items) {
    if (row) single.push(row);
    if (!packed) continue;
    if (single.length > 0) packs.push(packRows(single));
    single = [];
    packs.push(packed);
  }
  if (single.length > 0 || packs.length === 0) packs.push(packRows(single));
  return joinPacks(packs);
}

/** The answers of a group, each told where its assignment rows stand. */
function answersOf(items: readonly Waiting[]): StoredAnswer[] {
  let from = 0;
  return items.flatMap((item) => {
    const at = from;
    from += item.assignments.length;
    if (!item.answer) return [];
    return [item.assignments.length === 0 ? item.answer : { ...item.answer, assignmentsFrom: at, assignmentsCount: item.assignments.length }];
  });
}

export async function openLogWriter(
  options: WriterOptions,
  log: (level: "info" | "warn" | "error", message: string, detail?: string) => void,
): Promise<LogWriter> {
  const worker = spawn(options);
  let driver = "";
  await new Promise<void>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", (code) => {
      reject(new Error(`the writer thread ended with code ${code} before it was ready`));
    });
    worker.on("message", (message: WriterNotice | WriterReply) => {
      if (message.kind === "ready") {
        driver = message.driver;
        worker.removeAllListeners("exit");
        resolve();
      } else if (message.kind === "log" && driver === "") log(message.level, message.message, message.detail);
    });
  });
  worker.removeAllListeners("error");

  const state: LogWriterState = { away: false, spoolBytes: 0, spoolGroups: 0, committedRows: 0, spooledRows: 0, droppedRows: 0, waitingRows: 0 };
  const replies = new Map<number, (reply: WriterReply) => void>();
  let nextId = 1;
  let groupNumber = 0;
  let waiting: Waiting[] = [];
  let inFlight: Waiting[] | null = null;
  let scheduled = false;
  let dead: Error | null = null;

  const rowsOf = ({ row, packed, assignments, ab }: Waiting): number => (row ? 1 : (packed?.count ?? 0)) + assignments.length + (ab ? ab.decisions.length + ab.results.length : 0);

  const settle = (items: Waiting[], recorded: Recorded, ids: number[] | null, ab: AbAnswers | null): void => {
    let at = 0;
    let decided = 0;
    let logged = 0;
    for (const item of items) {
      const own = item.assignments.map(() => (ids ? (ids[at++] ?? null) : null));
      const count = rowsOf(item);
      state.waitingRows -= count;
      if (recorded === "committed") state.committedRows += count;
      else if (recorded === "spooled") state.spooledRows += count;
      else state.droppedRows += count;
      const answers = item.ab && ab ? { decisions: ab.decisions.slice(decided, (decided += item.ab.decisions.length)), results: ab.results.slice(logged, (logged += item.ab.results.length)) } : null;
      item.done(recorded, own, answers);
    }
  };

  const die = (error: Error): void => {
    dead = error;
    log("error", "the writer thread died: answers go on without a record", error.stack);
    for (const reply of replies.values()) reply({ id: 0, kind: "dropped", reason: "writer_died" });
    replies.clear();
  };
  worker.on("error", die);
  worker.on("exit", (code) => {
    if (!dead && code !== 0) die(new Error(`the writer thread ended with code ${code}`));
  });
  worker.on("message", (message: WriterNotice | WriterReply) => {
    if (message.kind === "state") {
      state.away = message.away;
      state.spoolBytes = message.spoolBytes;
      state.spoolGroups = message.spoolGroups;
    } else if (message.kind === "log") log(message.level, message.message, message.detail);
    else if (message.kind !== "ready") {
      const reply = replies.get(message.id);
      replies.delete(message.id);
      reply?.(message);
    }
  });

  const ask = (request: WriterRequest, onReply: (reply: WriterReply) => void, transfer: ArrayBuffer[] = []): void => {
    if (dead) {
      onReply({ id: request.id, kind: "dropped", reason: "writer_died" });
      return;
    }
    replies.set(request.id, onReply);
    worker.postMessage(request, transfer);
  };

  const flush = (): void => {
    scheduled = false;
    if (inFlight || waiting.length === 0) return;
    let take = 0;
    for (let rows = 0; take < waiting.length && rows < MAX_GROUP_ROWS; take++) rows += rowsOf(waiting[take]!);
    const items = take === waiting.length ? waiting : waiting.slice(0, take);
    waiting = take === waiting.length ? [] : waiting.slice(take);
    send(items);
  };

  const send = (items: Waiting[]): void => {
    inFlight = items;
    const { count, numbers, texts, shared } = packOf(items);
    const group = {
      number: ++groupNumber,
      rows: count,
      numbers,
      texts,
      shared,
      answers: answersOf(items),
      assignments: items.flatMap((item) => item.assignments as AssignmentRow[]),
    };
    const ab = items.some((item) => item.ab) ? { decisions: items.flatMap((item) => item.ab?.decisions ?? []), results: items.flatMap((item) => item.ab?.results ?? []) } : null;
    ask({ kind: "group", id: nextId++, group, abJson: ab && packEntries(ab) }, (reply) => {
      inFlight = null;
      if (reply.kind === "duplicate") {
        const taken = new Set(reply.keyHashes);
        const rest: Waiting[] = [];
        for (const item of items) {
          if (item.answer && taken.has(item.answer.keyHash)) {
            state.waitingRows -= rowsOf(item);
            item.fail(new DuplicateAnswer());
          } else rest.push(item);
        }
        waiting = [...rest, ...waiting];
      } else if (reply.kind === "committed") settle(items, "committed", reply.assignmentIds, reply.ab);
      else settle(items, reply.kind === "spooled" ? "spooled" : "dropped", null, null);
      if (waiting.length === 0) return;
      if (items.length < SIBLINGS) flush();
      else if (!scheduled) {
        scheduled = true;
        setTimeout(flush, GATHER_MS);
      }
    }, [numbers.buffer as ArrayBuffer]);
  };

  const enqueue = (item: Waiting): void => {
    waiting.push(item);
    state.waitingRows += rowsOf(item);
    // After the sockets that are readable now: their rows then share the transaction. A lone request waits for nothing.
    if (!inFlight && !scheduled) {
      scheduled = true;
      setImmediate(flush);
    }
  };

  /** A disk that neither commits nor spools must not hold the answers: those that waited too long go without. */
  const watchdog = setInterval(() => {
    const now = performance.now();
    for (const items of [inFlight ?? [], waiting]) for (const item of items) if (item.since < now - item.giveUpMs) item.done("dropped", item.assignments.map(() => null), null);
  }, WATCH_MS);
  watchdog.unref();

  const appendAssignments = (assignments: readonly AssignmentRow[], answer: StoredAnswer | undefined): Promise<{ recorded: Recorded; ids: (number | null)[] }> =>
    new Promise((resolve, reject) => {
      enqueue({
        row: null,
        packed: null,
        assignments,
        answer,
        ab: undefined,
        since: performance.now(),
        giveUpMs: GIVE_UP_MS,
        done: (recorded, ids) => {
          resolve({ recorded, ids });
        },
        fail: reject,
      });
    });

  const appendRows = (row: PredictionRow | null, packed: PackedRows | null, answer: StoredAnswer | undefined): Promise<Recorded> =>
    new Promise((resolve, reject) => {
      enqueue({ row, packed, assignments: none, answer, ab: undefined, since: performance.now(), giveUpMs: GIVE_UP_MS, done: resolve, fail: reject });
    });

  const askFor = <K extends WriterReply["kind"]>(request: WriterRequest, kind: K): Promise<Extract<WriterReply, { kind: K }>> =>
    new Promise((resolve, reject) => {
      ask(request, (reply) => {
        if (reply.kind === kind) resolve(reply as Extract<WriterReply, { kind: K }>);
        else
          reject(
            new Problem("unavailable", "The database is not reachable now; try again in a few seconds.", { headers: { "retry-after": "5" } }),
          );
      });
    });

  return {
    driver,
    state,
    append: (row, answer) => appendRows(row, null, answer),
    appendMany: (rows, answer) => appendRows(null, rows, answer),
    appendAb: (entries, late, answer) =>
      new Promise((resolve, reject) => {
        // In place: a decision is made for this call, and at thousands a second each copy costs.
        for (const decision of entries.decisions) decision.turnUntilMs = Date.now() + options.waitMs + (decision.turns ? DECISION_TURN_MS : DECISION_GIVE_UP_MS);
        let answered = false;
        enqueue({
          row: null,
          packed: null,
          assignments: none,
          answer,
          ab: entries,
          since: performance.now(),
          giveUpMs: entries.decisions.length > 0 ? options.waitMs + DECISION_GIVE_UP_MS : Math.max(GIVE_UP_MS, options.waitMs + DECISION_GIVE_UP_MS),
          done: (recorded, _ids, answers) => {
            if (answered) {
              if (answers) late?.(answers);
              return;
            }
            answered = true;
            resolve({ recorded, answers });
          },
          fail: reject,
        });
      }),
    ab: async <K extends AbWork["kind"]>(work: Extract<AbWork, { kind: K }>) => (await askFor({ kind: "ab", id: nextId++, work }, "ab")).result as AbResult[K],
    appendAssignments,
    recordOutcomes: async (inputs, nowMs) => (await askFor({ kind: "outcomes", id: nextId++, inputs, nowMs }, "outcomes")).results,
    findAnswer: async (keyHash, nowMs) => (await askFor({ kind: "answer", id: nextId++, keyHash, nowMs }, "answer")).answer,
    changesAfter: (after) => askFor({ kind: "changes", id: nextId++, after }, "changes"),
    expire: async (nowMs) => {
      await askFor({ kind: "expire", id: nextId++, nowMs }, "done");
    },
    rollUp: async (nowMs) => (await askFor({ kind: "rollup", id: nextId++, nowMs }, "rolled")).more,
    async close() {
      clearInterval(watchdog);
      while (inFlight || waiting.length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      if (!dead) await askFor({ kind: "close", id: nextId++ }, "done");
      dead = new Error("closed");
      await worker.terminate();
    },
  };
}
