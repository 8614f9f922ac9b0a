import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { openExperiment, refreshExperiment } from "@/lib/ab-testing/server/experiment";
import { flushKeyUse, loadKeys } from "@/lib/auth/server/keys";
import { openDb, setDb } from "@/lib/db/client";
import { openLogWriter, type LogWriter } from "@/lib/dispatch/server/log/log-writer";
import { localClock } from "@/lib/dispatch/local-clock";
import { env } from "@/lib/env";
import { logger } from "@/lib/log";
import { openRegistry } from "@/lib/models/server/runtime";
import { modelInfo } from "@/lib/metrics";
import { expireSessions } from "@/lib/people/server/sessions";
import { setServices, type Services } from "@/lib/services";

const POLL_MS = 250;
const ROLLUP_MS = 1_000;
const ANALYSE_MS = 1_000;

/**
 * Opens what a process holds once: database, keys, log writer, models; and follows the changes that other processes make.
 * Called by the side that listens: the server process, or the first request under `next dev`.
 */
export async function openRuntime(): Promise<Services & { close: () => Promise<void> }> {
  const settings = env();
  const db = await openDb({ url: settings.DATABASE_URL, driver: settings.SQLITE_DRIVER });
  setDb(db);
  await loadKeys();
  const log = await openLogWriter(
    {
      url: settings.DATABASE_URL,
      driver: settings.SQLITE_DRIVER,
      synchronous: settings.SQLITE_SYNCHRONOUS,
      writerId: randomUUID(),
      spoolFolder: join(settings.DATA_DIR, "spool"),
      spoolMaxBytes: settings.SPOOL_MAX_BYTES,
      waitMs: settings.LOG_DEADLINE_MS,
    },
    (level, message, detail) => {
      logger()[level]({ detail }, message);
    },
  );
  const models = openRegistry({ root: settings.MODELS_DIR, deadlineMs: settings.PREDICT_DEADLINE_MS, defaultModel: settings.DEFAULT_MODEL });
  const services: Services = { env: settings, log, models, localTime: localClock(settings.TIME_ZONE) };
  setServices(services);
  await openExperiment(log, settings.TIME_ZONE);
  await models.refresh();
  const stop = await follow(log, services);
  return {
    ...services,
    close: async () => {
      stop();
      await log.close();
      await db.$disconnect();
    },
  };
}

/** Polls the change events through the writer's thread, so that a database that is away never holds up an answer. */
async function follow(log: LogWriter, { models }: Services): Promise<() => void> {
  let last = (await log.changesAfter(0)).last;
  let busy = false;
  let rolling = false;
  let analysing = false;
  const act = async (kinds: readonly string[]): Promise<void> => {
    if (kinds.includes("keys")) await loadKeys();
    if (kinds.includes("experiment")) await refreshExperiment(log);
    if (kinds.includes("models")) await models.refresh();
    const champion = models.champion;
    modelInfo.reset();
    if (champion) modelInfo.set({ model: champion.manifest.name, version: champion.manifest.version, sha256: champion.manifest.files.onnx.sha256.slice(0, 12), alias: "champion" }, 1);
  };
  await act(["experiment"]);
  const every = (ms: number, work: () => Promise<void>): NodeJS.Timeout =>
    setInterval(() => {
      work().catch((error: unknown) => {
        // The next tick tries again; the writer has already said that the database is away.
        logger().debug({ err: error }, "background work failed");
      });
    }, ms).unref();
  const timers = [
    every(POLL_MS, async () => {
      if (busy || log.state.away) return;
      busy = true;
      try {
        const changes = await log.changesAfter(last);
        last = changes.last;
        if (changes.kinds.length > 0) await act(changes.kinds);
      } finally {
        busy = false;
      }
    }),
    every(ROLLUP_MS, async () => {
      if (rolling) return;
      rolling = true;
      try {
        while (!log.state.away && (await log.rollUp(Date.now())));
      } finally {
        rolling = false;
      }
    }),
    every(ANALYSE_MS, async () => {
      if (analysing || log.state.away) return;
      analysing = true;
      try {
        await log.ab({ kind: "analyse", nowMs: Date.now() });
      } finally {
        analysing = false;
      }
    }),
    every(60_000, async () => {
      if (log.state.away) return;
      await log.expire(Date.now());
      await flushKeyUse();
      await expireSessions(Date.now());
    }),
  ];
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
