import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { onnxOutput, toOnnx } from "./onnx";
import { openOnnxSession } from "./server/onnx-session";
import { explainMargin } from "./tree-shap";
import { walkMargin } from "./tree-walk";
import { readBooster } from "./xgboost-model";

/** The library itself, where a Python has it: Debian's python3-xgboost belongs to the system's interpreter. */
const python = ["python3", "/usr/bin/python3"].find((each) => spawnSync(each, ["-c", "import xgboost, numpy"]).status === 0);

const script = `
import json, sys, numpy as np, xgboost as xgb
folder = sys.argv[1]
rng = np.random.default_rng(5)
n, k = 1500, 6
X = rng.normal(size=(n, k)).astype(np.float32)
X[:, 4] = np.round(X[:, 4])
X[:, 5] = (X[:, 5] > 0)
X[rng.random((n, k)) < 0.12] = np.nan
Z = np.nan_to_num(X)
signal = Z[:, 0] + np.sin(2 * Z[:, 1]) + Z[:, 2] * Z[:, 3] + 0.7 * Z[:, 5] + np.isnan(X[:, 4])
y = (signal + rng.normal(size=n) > 0).astype(float)
minutes = np.exp(1.5 + 0.3 * signal) + rng.random(n)
cases = {
  "binary": ({"objective": "binary:logistic", "max_depth": 5, "eta": 0.2, "base_score": 0.3}, y, 40),
  "binary-deep": ({"objective": "binary:logistic", "max_depth": 12, "eta": 0.1, "min_child_weight": 0.1, "tree_method": "hist"}, y, 12),
  "binary-lossguide": ({"objective": "binary:logistic", "tree_method": "hist", "grow_policy": "lossguide", "max_leaves": 40, "max_depth": 0, "subsample": 0.6}, y, 20),
  "binary-forest": ({"objective": "binary:logistic", "max_depth": 4, "num_parallel_tree": 4, "subsample": 0.6, "scale_pos_weight": 2}, y, 6),
  "stumps-of-one-leaf": ({"objective": "binary:logistic", "max_depth": 3, "gamma": 1e9, "base_score": 0.8}, y, 3),
  "regression": ({"objective": "reg:squarederror", "max_depth": 5, "eta": 0.2, "base_score": 6.5, "tree_method": "exact"}, minutes, 40),
  "regression-pruned": ({"objective": "reg:squarederror", "max_depth": 6, "gamma": 20, "alpha": 1, "lambda": 3, "colsample_bynode": 0.5}, minutes, 25),
}
rows = np.vstack([X[:40], np.full((1, k), np.nan), np.zeros((1, k)), X[40:60] * 1e6]).astype(np.float32)
out = {"version": xgb.__version__, "rows": [[None if np.isnan(v) else float(v) for v in row] for row in rows], "cases": {}}
for name, (params, label, rounds) in cases.items():
    booster = xgb.train({**params, "seed": 3, "nthread": 1}, xgb.DMatrix(X, label), rounds)
    for form in ("json", "ubj"):
        booster.save_model(f"{folder}/{name}.{form}")
    d = xgb.DMatrix(rows)
    out["cases"][name] = {
        "prediction": booster.predict(d).tolist(),
        "margin": booster.predict(d, output_margin=True).tolist(),
        "contributions": booster.predict(d, pred_contribs=True).tolist(),
    }
json.dump(out, open(f"{folder}/answers.json", "w"))
`;

const names = ["binary", "binary-deep", "binary-lossguide", "binary-forest", "stumps-of-one-leaf", "regression", "regression-pruned"] as const;
const Answers = z.object({
  version: z.string(),
  rows: z.array(z.array(z.number().nullable())),
  cases: z.record(z.string(), z.object({ prediction: z.array(z.number()), margin: z.array(z.number()), contributions: z.array(z.array(z.number())) })),
});

describe.skipIf(python === undefined)("XGBoost's Python library (skipped where no Python has it)", () => {
  let folder: string;
  let answers: z.infer<typeof Answers>;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "xgboost-library-"));
    execFileSync(python!, ["-c", script, folder], { stdio: ["ignore", "ignore", "pipe"] });
    answers = Answers.parse(JSON.parse(readFileSync(join(folder, "answers.json"), "utf8")));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const rows = (): Float32Array[] => answers.rows.map((row) => Float32Array.from(row, (value) => value ?? Number.NaN));
  /** Of a quantity the tolerance grows with it. */
  const near = (got: number, want: number, tolerance: number): void => {
    expect(Math.abs(got - want), `${got} for ${want}`).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(want)));
  };

  it.each(names)("%s: TreeSHAP gives its pred_contribs within 1e-4, and they add up", (name) => {
    const { ensemble } = readBooster(readFileSync(join(folder, `${name}.json`)));
    const expected = answers.cases[name]!;
    rows().forEach((row, at) => {
      const { contributions, bias } = explainMargin(ensemble, row);
      [...contributions, bias].forEach((each, index) => {
        expect(Math.abs(each - expected.contributions[at]![index]!)).toBeLessThan(1e-4);
      });
      near(contributions.reduce((sum, each) => sum + each, bias), expected.margin[at]!, 1e-5);
    });
  });

  it.each(names)("%s: the trees as read and their ONNX answer as it does, from JSON and UBJSON", async (name) => {
    const { ensemble } = readBooster(readFileSync(join(folder, `${name}.json`)));
    expect(readBooster(readFileSync(join(folder, `${name}.ubj`))).ensemble).toEqual(ensemble);
    const expected = answers.cases[name]!;
    const session = await openOnnxSession(toOnnx(ensemble), onnxOutput(ensemble));
    const scores = await session.run(Float32Array.from(rows().flatMap((row) => [...row])), answers.rows.length);
    await session.release();
    rows().forEach((row, at) => {
      near(walkMargin(ensemble, row), expected.margin[at]!, 1e-6);
      near(scores[at]!, expected.prediction[at]!, 1e-6);
    });
  });
});
