import type { Engine } from "../engine";
import { TrainingError } from "../training-error";
import { embeddedEngine } from "./embedded";
import { findXgboost, xgboostEngine } from "./xgboost-cli";

/** `auto`: XGBoost where its executable is found, else the embedded booster. The manifest names which it was. */
export async function findEngine(wanted: "auto" | "xgboost" | "embedded", options: { path: string; workerFile?: string }): Promise<Engine> {
  const executable = wanted === "embedded" ? null : findXgboost(options.path);
  if (executable !== null) return xgboostEngine(executable);
  if (wanted === "xgboost") throw new TrainingError("no-xgboost", "there is no xgboost executable on the path");
  return embeddedEngine(options.workerFile === undefined ? {} : { workerFile: options.workerFile });
}
