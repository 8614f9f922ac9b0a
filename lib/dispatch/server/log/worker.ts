import { parentPort, workerData } from "node:worker_threads";
import { runWriter, type WriterOptions } from "./writer-thread";

if (!parentPort) throw new Error("this file is the entry of a worker thread");
await runWriter(parentPort, workerData as WriterOptions);
