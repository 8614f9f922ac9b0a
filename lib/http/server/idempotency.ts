import { createHash } from "node:crypto";
import { DuplicateAnswer, type LogWriter } from "@/lib/dispatch/server/log/log-writer";
import type { StoredAnswer } from "@/lib/dispatch/server/log/row";
import { Problem } from "../problem";
import { Reply, type Context } from "../route";

const KEPT_MS = 24 * 3_600_000;
const REMEMBERED = 5_000;

/** Requests under way in this process, and the newest answers: they hold also while the database is away. */
const running = new Set<string>();
const recent = new Map<string, { bodyHash: string; status: number; response: string }>();

/** Makes the record that is stored with the answer's row, in the same transaction. */
export type Keeper = (response: string, status?: number) => StoredAnswer;

/**
 * Runs a request once per Idempotency-Key and client: the same key and body gets the stored answer, another body 422, and a
 * second one while the first runs 409. Without the header, simply runs.
 */
export function once(
  context: Pick<Context<unknown, unknown, unknown>, "header" | "caller" | "now" | "rawBody">,
  route: string,
  log: LogWriter,
  run: (keep: Keeper | undefined) => Promise<Reply>,
): Promise<Reply> {
  const key = context.header("idempotency-key");
  return key === undefined ? run(undefined) : onceByKey(key, context, route, log, run);
}

async function onceByKey(
  key: string,
  context: Pick<Context<unknown, unknown, unknown>, "caller" | "now" | "rawBody">,
  route: string,
  log: LogWriter,
  run: (keep: Keeper | undefined) => Promise<Reply>,
): Promise<Reply> {
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    throw new Problem("invalid-request", "Idempotency-Key: 1 to 255 visible characters", {
      fields: [{ part: "header", field: "idempotency-key", message: "1 to 255 visible characters" }],
    });
  const keyHash = createHash("sha256").update(`${context.caller.id}|${route}|${key}`).digest("hex");
  const bodyHash = createHash("sha256").update(context.rawBody).digest("hex");
  if (running.has(keyHash))
    throw new Problem("request-in-progress", "The first request with this Idempotency-Key is still running.", { headers: { "retry-after": "1" }, fields: [{ part: "header", field: "idempotency-key", message: "in use" }] });
  running.add(keyHash);
  try {
    const stored = recent.get(keyHash) ?? (await lookUp(log, keyHash, context.now.getTime()));
    if (stored) return replay(stored, bodyHash);
    let kept: StoredAnswer | undefined;
    try {
      const reply = await run((response, status = 200) => (kept = { keyHash, bodyHash, status, response, expiresAtMs: context.now.getTime() + KEPT_MS }));
      if (kept) remember(keyHash, { bodyHash, status: kept.status, response: typeof reply.body === "string" ? reply.body : kept.response });
      return reply;
    } catch (error) {
      if (!(error instanceof DuplicateAnswer)) throw error;
      const other = await lookUp(log, keyHash, context.now.getTime());
      if (!other) throw error;
      return replay(other, bodyHash);
    }
  } finally {
    running.delete(keyHash);
  }
}

/** Null also while the database is away: a dispatcher is answered, and the unique key settles it when the row is written. */
async function lookUp(log: LogWriter, keyHash: string, nowMs: number): Promise<{ bodyHash: string; status: number; response: string } | null> {
  try {
    return await log.findAnswer(keyHash, nowMs);
  } catch (error) {
    if (error instanceof Problem && error.code === "unavailable") return null;
    throw error;
  }
}

function replay(stored: { bodyHash: string; status: number; response: string }, bodyHash: string): Reply {
  if (stored.bodyHash !== bodyHash)
    throw new Problem("idempotency-key-reused", "This Idempotency-Key was used with another body.", { fields: [{ part: "header", field: "idempotency-key", message: "used with another body" }] });
  return new Reply(stored.response, stored.status, { "idempotent-replayed": "true" });
}

function remember(keyHash: string, answer: { bodyHash: string; status: number; response: string }): void {
  recent.set(keyHash, answer);
  if (recent.size > REMEMBERED) recent.delete(recent.keys().next().value!);
}
