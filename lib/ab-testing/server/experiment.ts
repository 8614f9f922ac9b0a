import type { LogWriter } from "@/lib/dispatch/server/log/log-writer";
import { hourInZone } from "../hour-in-zone";
import type { ConfigVersion } from "../settings";

/** The configuration as this process knows it: at most one second old, whoever changed it. */
export type Experiment = { config: ConfigVersion; hourIn: (zone: string, epochMs: number) => number };

// On globalThis, because the server and Next's bundle are two module graphs in one process.
const holder = globalThis as typeof globalThis & { __mlDespachoExperiment?: Experiment };

export function experiment(): Experiment {
  if (!holder.__mlDespachoExperiment) throw new Error("the A/B test is not open yet");
  return holder.__mlDespachoExperiment;
}

export async function openExperiment(log: LogWriter, zone: string): Promise<void> {
  holder.__mlDespachoExperiment = { config: await log.ab({ kind: "open", zone, nowMs: Date.now() }), hourIn: hourInZone() };
}

/** Another process, the ramp or a guardrail has changed it. */
export async function refreshExperiment(log: LogWriter): Promise<void> {
  const config = await log.ab({ kind: "config" });
  if (config) adoptConfig(config);
}

export function adoptConfig(config: ConfigVersion): void {
  const present = experiment();
  if (config.version > present.config.version) present.config = config;
}
