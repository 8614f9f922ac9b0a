import { parentPort, workerData } from "node:worker_threads";
import type { Ensemble } from "@/lib/models/ensemble";
import { boost } from "../booster/boost";
import type { BoosterParameters, TrainingMatrix } from "../engine";
import { TrainingError } from "../training-error";
import { stepBackThread } from "./step-back";

export type BoosterJob = { matrix: TrainingMatrix; parameters: BoosterParameters; seed: number };
export type BoosterReply = { ensemble: Ensemble } | { code: string; message: string };

function answer(job: BoosterJob): BoosterReply {
  try {
    return { ensemble: boost(job.matrix, job.parameters, job.seed) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { code: error instanceof TrainingError ? error.code : "embedded", message };
  }
}

stepBackThread();
// The thread is started with a job by `embeddedEngine` and by nobody else.
parentPort?.postMessage(answer(workerData as BoosterJob));
