import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Engine, TrainingMatrix } from "../engine";
import { TrainingError } from "../training-error";
import type { BoosterJob, BoosterReply } from "./booster-worker";

/** Of our own booster: changes when the trees it grows change. */
const EMBEDDED_VERSION = "1";

/**
 * The embedded booster in a thread of its own, so that a process that trains goes on answering. `workerFile` overrides where
 * the thread's code lies: beside this file as source, or as a bundle.
 */
export function embeddedEngine(options: { workerFile?: string } = {}): Engine {
  return {
    name: "embedded",
    version: EMBEDDED_VERSION,
    train: (matrix, parameters, seed) =>
      new Promise((resolve, reject) => {
        const worker = spawn({ matrix: ownCopy(matrix), parameters, seed }, options.workerFile);
        worker.once("message", (reply: BoosterReply) => {
          if ("ensemble" in reply) resolve(reply.ensemble);
          else reject(new TrainingError(reply.code, reply.message));
          void worker.terminate();
        });
        worker.once("error", (error) => {
          reject(error);
        });
        worker.once("exit", (code) => {
          reject(new TrainingError("embedded", `the training thread ended with ${code}`));
        });
      }),
  };
}

/** A view would send the whole buffer behind it. */
function ownCopy(matrix: TrainingMatrix): TrainingMatrix {
  return { ...matrix, inputs: matrix.inputs.slice(), label: matrix.label.slice() };
}

function spawn(job: BoosterJob, override: string | undefined): Worker {
  const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  const file = [override, beside("./booster-worker.mjs"), beside("./booster-worker.ts")].find((each) => each !== undefined && existsSync(each));
  if (file === undefined) throw new TrainingError("embedded", "the code of the training thread is not there");
  if (!file.endsWith(".ts")) return new Worker(file, { workerData: job });
  // Source needs the compiler in the thread too.
  const start = `import("tsx/esm/api").then(({ register }) => { register(); return import(${JSON.stringify(`file://${file}`)}); })`;
  return new Worker(start, { eval: true, workerData: job });
}
