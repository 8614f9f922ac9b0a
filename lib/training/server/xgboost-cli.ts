import { execFile } from "node:child_process";
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { Ensemble } from "@/lib/models/ensemble";
import { walkScore } from "@/lib/models/tree-walk";
import { readBooster } from "@/lib/models/xgboost-model";
import { baseScoreOf } from "../booster/boost";
import type { BoosterParameters, Engine, TrainingMatrix } from "../engine";
import { rankColumns, thresholdsFromRanks } from "../rank-columns";
import { TrainingError } from "../training-error";

const run = promisify(execFile);

/** The first `xgboost` on the path, or null. */
export function findXgboost(path: string): string | null {
  for (const folder of path.split(delimiter)) {
    if (folder === "") continue;
    const candidate = join(folder, "xgboost");
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/**
 * XGBoost itself through its executable. It reads text, and its number parser is not exact; so it is given the ranks of the
 * values (whole numbers, which text cannot bend), and the thresholds are put back between the values afterwards. Trees see
 * only order, so nothing is lost.
 */
export async function xgboostEngine(executable: string): Promise<Engine> {
  const { stdout } = await run(executable, ["--version"]);
  const version = /\d+\.\d+\.\d+/.exec(stdout)?.[0];
  if (version === undefined) throw new TrainingError("xgboost", `${executable} does not tell its version`);
  return {
    name: "xgboost",
    version,
    async train(matrix, parameters, seed) {
      const folder = mkdtempSync(join(tmpdir(), "xgboost-"));
      try {
        const ranked = rankColumns(matrix);
        // The executable wants a file of parameters; all of them stand on the command line.
        writeFileSync(join(folder, "train.conf"), "");
        await writeLibsvm(join(folder, "train.txt"), matrix, ranked.ranks);
        await run(executable, ["train.conf", ...settings(matrix, parameters, seed)], { cwd: folder, maxBuffer: 64 << 20 });
        const { ensemble } = readBooster(readFileSync(join(folder, "model.json")));
        const onValues = thresholdsFromRanks({ ...ensemble, featureCount: matrix.width }, ranked.distinct);
        await run(executable, ["train.conf", "task=pred", "model_in=model.json", "test:data=train.txt?format=libsvm", "name_pred=answers.txt", "verbosity=0", "nthread=1"], { cwd: folder });
        holdToAnswers(onValues, matrix, readFileSync(join(folder, "answers.txt"), "utf8"));
        return onValues;
      } catch (error) {
        throw error instanceof TrainingError ? error : new TrainingError("xgboost", reasonOf(error));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

function settings(matrix: TrainingMatrix, parameters: BoosterParameters, seed: number): string[] {
  const { num_round, max_bin, ...rest } = parameters;
  return Object.entries({
    ...rest,
    num_round,
    max_bin: max_bin + 1,
    booster: "gbtree",
    tree_method: "hist",
    base_score: baseScoreOf(matrix.label, parameters.objective),
    seed,
    nthread: 1,
    verbosity: 0,
    task: "train",
    data: "train.txt?format=libsvm",
    model_out: "model.json",
  }).map(([name, value]) => `${name}=${value}`);
}

/** `label column:rank …`, a missing value left out. */
async function writeLibsvm(path: string, { rows, width, label }: TrainingMatrix, ranks: Int32Array): Promise<void> {
  const file = await open(path, "w");
  try {
    let lines: string[] = [];
    for (let row = 0; row < rows; row++) {
      let line = String(label[row]!);
      for (let column = 0; column < width; column++) {
        const rank = ranks[row * width + column]!;
        if (rank >= 0) line += ` ${column}:${rank}`;
      }
      lines.push(line);
      if (lines.length === 5_000 || row === rows - 1) {
        await file.write(`${lines.join("\n")}\n`);
        lines = [];
      }
    }
  } finally {
    await file.close();
  }
}

/** The executable writes six digits. */
const ANSWER_TOLERANCE = 2e-5;

/** The trees on the values must answer as XGBoost itself does on every training row, or something was misread on the way. */
function holdToAnswers(ensemble: Ensemble, { inputs, rows, width }: TrainingMatrix, text: string): void {
  const answers = text.trim().split("\n").map(Number);
  if (answers.length !== rows) throw new TrainingError("xgboost", `${answers.length} answers for ${rows} rows`);
  answers.forEach((answer, row) => {
    const own = walkScore(ensemble, inputs.subarray(row * width, (row + 1) * width));
    if (!(Math.abs(own - answer) <= ANSWER_TOLERANCE * Math.max(1, Math.abs(answer)))) throw new TrainingError("xgboost-parity", `row ${row}: XGBoost answers ${answer}, its trees as read ${own}`);
  });
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? (("stderr" in error && typeof error.stderr === "string" && error.stderr.trim()) || error.message) : String(error);
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("Error running"));
  return lines[0]?.slice(0, 200) ?? "the executable failed without a word";
}
