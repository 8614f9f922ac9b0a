import type { LogWriter } from "@/lib/dispatch/server/log/log-writer";
import type { LocalTime } from "@/lib/dispatch/local-clock";
import type { Env } from "@/lib/env";
import type { ModelRegistry } from "@/lib/models/server/runtime";

/** What one process opens once: the model session, the log writer, the clock of the centre. */
export type Services = { env: Env; log: LogWriter; models: ModelRegistry; localTime: (epochMs: number) => LocalTime };

// On globalThis, because the server and Next's bundle are two module graphs in one process.
const holder = globalThis as typeof globalThis & { __mlDespachoServices?: Services };

export function setServices(services: Services): void {
  holder.__mlDespachoServices = services;
}

export function services(): Services {
  if (!holder.__mlDespachoServices) throw new Error("the services are not open yet");
  return holder.__mlDespachoServices;
}

export function servicesAreOpen(): boolean {
  return holder.__mlDespachoServices !== undefined;
}
