import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { z } from "zod";
import { parseKey } from "@/lib/auth/key-format";
import { createKey } from "@/lib/auth/server/keys";
import { db, openDb, setDb } from "@/lib/db/client";
import { localClock } from "@/lib/dispatch/local-clock";
import { ClientError, openClient, type MlClient } from "@/lib/dispatch/server/client";
import { openLogWriter } from "@/lib/dispatch/server/log/log-writer";
import { env } from "@/lib/env";
import { loadModel } from "@/lib/models/server/runtime";
import { beginDemo, daysUntil, demoEvents, type DemoEvent, type DemoState, firstDispatchId, resumeDemo } from "@/lib/simulator/demo-plan";
import { writeHistory } from "@/lib/simulator/server/history";
import { decide, outcomeBody } from "@/lib/simulator/server/traffic";
import { simulate } from "@/lib/simulator/simulate";

const usage = "usage: demo.ts history | traffic --url URL [--speed 1x|60x]";
const settings = env();
const stateFile = join(settings.DATA_DIR, "demo.json");
const keyFile = join(settings.DATA_DIR, "demo-key");

const State = z.object({ anchorMs: z.number(), seed: z.number(), doneMs: z.number(), off: z.array(z.object({ fromMs: z.number(), toMs: z.number() })) });

function save(state: DemoState): void {
  writeFileSync(`${stateFile}.new`, JSON.stringify(state), { mode: 0o600 });
  renameSync(`${stateFile}.new`, stateFile);
}

/** Numbers of a city that runs ahead of the clock: they must not come again when its days come. */
const AHEAD_IDS = 1_000_000_000;
const run = randomUUID();

const cityOf = (state: DemoState, untilMs: number, ahead = false) =>
  simulate({ seed: state.seed, startMs: state.anchorMs, days: daysUntil(state, untilMs), firstId: firstDispatchId(state.anchorMs) + (ahead ? AHEAD_IDS : 0) }).dispatches;

/** Four weeks of the demonstration city, once, into a log that is still empty. */
async function history(): Promise<void> {
  const began = performance.now();
  mkdirSync(settings.DATA_DIR, { recursive: true, mode: 0o700 });
  const database = await openDb({ url: settings.DATABASE_URL, driver: settings.SQLITE_DRIVER });
  setDb(database);
  if ((await db().predictionLog.findFirst({ select: { id: true } })) !== null) {
    await database.$disconnect();
    console.log("the log is not empty: no demonstration data");
    return;
  }
  const now = new Date();
  const key = await createKey({ name: "demonstration", scopes: ["predict", "decide", "log"], createdBy: "command", now, expiresAt: null, ratePerSecond: null, burst: null });
  writeFileSync(keyFile, key.text, { mode: 0o600 });
  const state = beginDemo(now.getTime());
  const model = await loadModel(settings.MODELS_DIR, settings.DEFAULT_MODEL, { deadlineMs: 10_000, now });
  const log = await openLogWriter(
    { url: settings.DATABASE_URL, driver: settings.SQLITE_DRIVER, synchronous: "NORMAL", writerId: randomUUID(), spoolFolder: join(settings.DATA_DIR, "spool"), spoolMaxBytes: settings.SPOOL_MAX_BYTES, waitMs: 10_000 },
    (level, message) => {
      if (level !== "info") console.error(message);
    },
  );
  const written = await writeHistory({ log, model, localTime: localClock(settings.TIME_ZONE), keyId: parseKey(key.text)!.id }, cityOf(state, now.getTime()), now.getTime());
  while (await log.rollUp(Date.now()));
  await log.close();
  await model.release();
  await database.$disconnect();
  save(state);
  console.log(`${written.decisions} decisions, ${written.outcomes} outcomes of four weeks in ${((performance.now() - began) / 1_000).toFixed(0)} s`);
}

/** Calls and outcomes as they come, over HTTP, as the dispatch centre's own service sends them. */
async function traffic(url: string, speed: number): Promise<void> {
  if (!existsSync(stateFile) || !existsSync(keyFile)) return;
  const startedMs = Date.now();
  let state = resumeDemo(State.parse(JSON.parse(readFileSync(stateFile, "utf8"))), startedMs);
  const client = openClient({ url, key: readFileSync(keyFile, "utf8").trim(), connections: 4 });
  const asked = new Map<number, string | null>();
  for (;;) {
    const clock = startedMs + (Date.now() - startedMs) * speed;
    const ahead = speed !== 1;
    for (const event of demoEvents(state, cityOf(state, clock, ahead))) {
      if (ahead && event.dispatch.t0Ms <= startedMs) continue;
      const waitMs = startedMs + (event.ms - startedMs) / speed - Date.now();
      if (waitMs > 0) await sleep(waitMs);
      await perform(client, event, asked);
      state = { ...state, doneMs: event.ms };
      // A city that runs ahead of the clock is forgotten when it stops.
      if (!ahead) save(state);
    }
  }
}

async function perform(client: MlClient, { kind, dispatch }: DemoEvent, asked: Map<number, string | null>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      if (kind === "ask") asked.set(dispatch.call.id, await decide(client, dispatch, run));
      else {
        await client.recordOutcomes([outcomeBody(dispatch, asked.get(dispatch.call.id) ?? null)]);
        asked.delete(dispatch.call.id);
      }
      return;
    } catch (error) {
      // A revoked key ends the demonstration; anything else may pass.
      if (error instanceof ClientError && (error.status === 401 || error.status === 403)) throw error;
      if (attempt === 3) {
        console.error(`demonstration: ${error instanceof Error ? error.message : String(error)}`);
        return;
      }
      await sleep(2_000 * attempt);
    }
  }
}

const { values, positionals } = parseArgs({ options: { url: { type: "string" }, speed: { type: "string", default: "1x" } }, allowPositionals: true });
const speed = Number(values.speed.replace(/x$/, ""));
const [mode] = positionals;
const work = mode === "history" ? history() : mode === "traffic" && values.url && speed > 0 && speed <= 3_600 ? traffic(values.url, speed) : Promise.reject(new Error(usage));
// Started by another process: it ends with it.
process.on("disconnect", () => process.exit(0));
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => process.exit(0));
work.then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
