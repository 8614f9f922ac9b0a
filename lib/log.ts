import pino, { type Logger } from "pino";

/** One structured logger. Secrets never reach it: headers and bodies are not logged, and these names are masked anyway. */
const redact = { paths: ["*.authorization", "*.cookie", "*.password", "*.secret", "*.key", "authorization", "password", "secret"], censor: "***" };

let instance: Logger | undefined;

export function logger(): Logger {
  return (instance ??= pino({ level: process.env.LOG_LEVEL ?? (process.env.NODE_ENV === "test" ? "silent" : "info"), redact, base: { pid: process.pid } }));
}
