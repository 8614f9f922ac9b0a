import { setFlagsFromString } from "node:v8";
import { endStreams } from "@/lib/console/server/stream";
import { matcher } from "@/lib/http/server/match";
import { listen, type PageHandler } from "@/lib/http/server/listen";
import { routes } from "@/lib/http/server/routes";
import { env } from "@/lib/env";
import { logger } from "@/lib/log";
import { openRuntime } from "@/lib/runtime";
import { publishSecrets } from "@/lib/secrets";

/**
 * The process: opens database, log writer and model, listens, and stops cleanly. `--no-pages` leaves Next out (benchmarks
 * and tests of the API alone).
 */
async function main(): Promise<void> {
  // A batch of 1,000 leaves megabytes behind; by default the heap may grow to several times what lives before they are collected.
  setFlagsFromString("--heap-growing-percent=50");
  // What waits for a commit lives through one collection and dies: V8 takes that for long life, puts such objects where only a
  // full collection finds them, and runs one a second.
  setFlagsFromString("--no-allocation-site-pretenuring");
  const settings = env();
  publishSecrets(settings);
  const runtime = await openRuntime();
  const pages = process.argv.includes("--no-pages") ? null : await openPages();
  const door = await listen({ port: settings.PORT, host: settings.HOST, match: matcher(routes), pages, trustProxy: settings.TRUST_PROXY });
  process.send?.({ kind: "listening", port: door.port });
  logger().info({ port: door.port, driver: runtime.log.driver, model: runtime.models.champion?.id ?? null }, "listening");

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    endStreams();
    void door
      .close()
      .then(() => runtime.close())
      .then(() => process.exit(0));
    // A client that keeps its request open must not keep the process alive for ever.
    setTimeout(() => process.exit(0), 10_000).unref();
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  process.on("disconnect", stop);
}

async function openPages(): Promise<PageHandler> {
  const { default: next } = await import("next");
  const app = next({ dev: false, dir: process.cwd() });
  await app.prepare();
  const handle = app.getRequestHandler();
  return (request, response) => handle(request, response);
}

main().catch((error: unknown) => {
  logger().fatal({ err: error }, "the service did not start");
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
