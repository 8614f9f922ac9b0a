import { readdirSync } from "node:fs";
import { constants, setPriority } from "node:os";

/**
 * Training is in no hurry, and answers are: the process gets the processor only while nobody else wants it. On Linux a
 * priority belongs to a thread, so those that run already (the collector's) are set too; later ones inherit it.
 */
export function stepBack(): void {
  for (const thread of threads()) lower(thread);
}

/** The calling thread alone, which only Linux can do; elsewhere nothing happens. */
export function stepBackThread(): void {
  if (process.platform === "linux") lower(0);
}

function threads(): number[] {
  try {
    return readdirSync("/proc/self/task").map(Number);
  } catch {
    return [0];
  }
}

function lower(thread: number): void {
  try {
    setPriority(thread, constants.priority.PRIORITY_LOW);
  } catch {
    // Not allowed here, or the thread has ended: it trains as before.
  }
}
