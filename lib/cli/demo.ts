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
import { openClient } from "@/lib/dispatch/server/client";
import { openLogWriter } from "@/lib/dispatch/server/log/log-writer";
import { env } from "@/lib/env";
import { loadModel } from "@/lib/models/server/runtime";
import { aheadDispatchId, beginDemo, daysUntil, type DemoState, firstDispatchId, resumeDemo, toAsk, toTell } from "@/lib/simulator/demo-plan";
import { drive } from "@/lib/simulator/server/drive";
import { armsOf, openHistoryTest, writeHistory } from "@/lib/simulator/server/history";
import { openTraffic, total, type Traffic } from "@/lib/simulator/server/traffic";
import { openCity, simulate } from "@/lib/simulator/simulate";

const usage = "usage: demo.ts history | traffic --url URL [--speed 1x|60x]";
const settings = env();
const stateFile = join(settings.DATA_DIR, "demo.json");
const keyFile = join(settings.DATA_DIR, "demo-key");

const State = z.object({
  anchorMs: z.number(),
  seed: z.number(),
  doneMs: z.number(),
  off: z.array(z.object({ fromMs: z.number(), toMs: z.number() })),
  /** Missing in a file of a version that asked nobody about phases. */
  advised: z.array(z.int()).default([]),
});

function save(state: DemoState): void {
  writeFileSync(`${stateFile}.new`, JSON.stringify(state), { mode: 0o600 });
  renameSync(`${stateFile}.new`, stateFile);
}

const run = `demo-${randomUUID()}`;
/** Four weeks and today. */
const HISTORY_CITY_DAYS = 29;
const DAY_MS = 86_400_000;
let sending: Traffic | null = null;


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
  const config = await openHistoryTest(log, settings.TIME_ZONE, state.anchorMs);
  const firstId = firstDispatchId(state.anchorMs);
  const { dispatches } = simulate({ seed: state.seed, startMs: state.anchorMs, days: HISTORY_CITY_DAYS, firstId, armOf: armsOf(config, model) });
  const written = await writeHistory({ log, model, config, localTime: localClock(settings.TIME_ZONE), keyId: parseKey(key.text)!.id }, dispatches, now.getTime());
  while (await log.rollUp(Date.now()));
  await log.close();
  await model.release();
  await database.$disconnect();
  save({ ...state, advised: dispatches.filter((each) => each.t0Ms < now.getTime() && each.choice.arm === "B").map((each) => each.call.id - firstId) });
  console.log(`${written.decisions} decisions, ${written.outcomes} outcomes of four weeks in ${((performance.now() - began) / 1_000).toFixed(0)} s`);
}

/** Calls and outcomes as they come, over HTTP, as the dispatch centre's own service sends them. */
async function traffic(url: string, speed: number): Promise<void> {
  if (!existsSync(stateFile) || !existsSync(keyFile)) return;
  const startedMs = Date.now();
  const begun = resumeDemo(State.parse(JSON.parse(readFileSync(stateFile, "utf8"))), startedMs);
  const advised = new Set(begun.advised);
  const ahead = speed !== 1;
  const firstId = ahead ? aheadDispatchId(startedMs) : firstDispatchId(begun.anchorMs);
  sending = openTraffic({
    client: openClient({ url, key: readFileSync(keyFile, "utf8").trim(), connections: 4 }),
    run,
    say: (line) => {
      console.error(`demonstration: ${line}`);
    },
  });
  const { ask, tell } = sending;
  let reachedMs = ahead ? startedMs : begun.doneMs;
  for (;;) {
    // Before a city's time is over it gets some more days, and is gone through again with the same advice.
    const days = daysUntil(begun, startedMs + (Date.now() - startedMs) * speed);
    const lastMs = begun.anchorMs + (days - 1) * DAY_MS;
    const fromMs = reachedMs;
    await drive({
      city: openCity({ seed: begun.seed, startMs: begun.anchorMs, days, firstId }),
      remembered: (question) => (advised.has(question.call.id - firstId) ? "B" : question.t0Ms <= fromMs || !toAsk(begun, question) ? "A" : null),
      tells: (dispatch) => dispatch.knownMs > fromMs && toTell(begun, dispatch) && (!ahead || dispatch.t0Ms > startedMs),
      ask,
      tell,
      until: async (ms) => {
        if (ms > lastMs) return false;
        const waitMs = startedMs + (ms - startedMs) / speed - Date.now();
        if (waitMs > 0) await sleep(waitMs);
        return true;
      },
      done: (doneMs, asked) => {
        reachedMs = doneMs;
        if (asked?.arm === "B") advised.add(asked.question.call.id - firstId);
        // A city that runs ahead of the clock is forgotten when it stops.
        if (!ahead) save({ ...begun, doneMs, advised: [...advised] });
      },
    });
  }
}

/** What was sent and what became of it, once, when the traffic stops. */
function stop(): never {
  if (sending) {
    const { sent, answered, refused, failed } = total(sending.counts);
    console.log(`demonstration: ${sent} events sent, ${answered} answered, ${refused} refused, ${failed} failed`);
  }
  process.exit(0);
}

const { values, positionals } = parseArgs({ options: { url: { type: "string" }, speed: { type: "string", default: "1x" } }, allowPositionals: true });
const speed = Number(values.speed.replace(/x$/, ""));
const [mode] = positionals;
const work = mode === "history" ? history() : mode === "traffic" && values.url && speed > 0 && speed <= 3_600 ? traffic(values.url, speed) : Promise.reject(new Error(usage));
// Started by another process: it ends with it.
process.on("disconnect", stop);
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, stop);
work.then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
