import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openDb, setDb } from "@/lib/db/client";
import { migrate } from "@/lib/db/migrations";
import { dispatchFeatures } from "@/lib/dispatch/features";
import { env } from "@/lib/env";
import { buildFolder } from "@/lib/models/build-folder";
import { Feature } from "@/lib/models/manifest";
import { ModelError } from "@/lib/models/model-error";
import { onnxOutput, toOnnx } from "@/lib/models/onnx";
import { checkParity } from "@/lib/models/parity";
import { readScaler } from "@/lib/models/scaler";
import { activateModel } from "@/lib/models/server/activate";
import { openOnnxSession } from "@/lib/models/server/onnx-session";
import { writeModelFolder } from "@/lib/models/server/store";
import { readBooster } from "@/lib/models/xgboost-model";

const usage =
  "usage: npm run model:import -- --booster FILE(.json|.ubj) [--scaler FILE] --name NAME --version V [--activate] [--allow-leaks] [--out DIR]";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      booster: { type: "string" },
      scaler: { type: "string" },
      name: { type: "string" },
      version: { type: "string" },
      activate: { type: "boolean", default: false },
      "allow-leaks": { type: "boolean", default: false },
      out: { type: "string" },
    },
  });
  const { booster: boosterFile, name, version } = values;
  if (!boosterFile || !name || !version) throw new ModelError("usage", usage);
  const booster = readBooster(readFileSync(boosterFile));
  const { ensemble } = booster;
  const scaling = values.scaler ? readScaler(readFileSync(values.scaler, "utf8"), ensemble.featureCount) : null;
  const names = namesOf(booster.featureNames, scaling?.featureNames ?? [], ensemble.featureCount);
  const features = names.map(describe);
  const leaks = features.filter((feature) => feature.availableAt === "after_outcome").map((feature) => feature.name);

  const onnx = toOnnx(ensemble);
  const session = await openOnnxSession(onnx, onnxOutput(ensemble));
  const parity = await checkParity(ensemble, session.run);
  await session.release();

  const binary = ensemble.objective === "binary:logistic";
  const { files, manifest } = buildFolder({
    manifest: {
      name,
      version,
      createdAt: new Date().toISOString(),
      description: `Imported from an XGBoost ${booster.version} file. Its training data and held-out figures are not known here.`,
      task: binary ? "binary" : "regression",
      target: { name: binary ? "was_optimal" : "value", unit: binary ? "class" : "unknown", description: "As the imported model defines it" },
      targetTransform: "identity",
      features,
      scaler: scaling?.scaler ?? null,
      calibration: { method: "identity" },
      threshold: 0.5,
      quantiles: [],
      baseline: null,
      metrics: null,
      leaks,
      engine: { name: "imported", version: `xgboost ${booster.version}`, parameters: {} },
      data: null,
      parity,
      gates: [{ id: "G8", title: "Parity", verdict: "pass", detail: `${parity.rows} rows, largest difference ${parity.maxAbsDifference.toExponential(1)}` }],
    },
    ensemble,
    onnx,
    goldenInputs: goldenInputs(scaling?.scaler.mean ?? null, ensemble.featureCount),
  });
  const root = values.out ?? env().MODELS_DIR;
  const id = `${manifest.name}@${manifest.version}`;
  writeModelFolder(join(root, id), files);
  for (const notice of booster.notices) console.log(notice);
  if (!scaling) console.log("no scaler: inputs go into the trees as they are");
  if (leaks.length > 0) console.log(`leaks: uses ${leaks.join(", ")}, which are known only after the outcome`);
  console.log(`${id}: ${manifest.trees.count} trees, ${names.length} features, parity ${parity.rows} rows within ${parity.maxAbsDifference.toExponential(1)}`);
  if (values.activate) {
    const { DATABASE_URL: url, SQLITE_DRIVER: driver } = env();
    await migrate({ url, driver, root: "prisma", now: new Date() });
    setDb(await openDb({ url, driver }));
    await activateModel({ root, id, by: "command", now: new Date(), reason: "model:import --activate", allowLeaks: values["allow-leaks"] });
    console.log(`${id} is active`);
  }
}

function namesOf(fromBooster: string[], fromScaler: string[], count: number): string[] {
  if (fromBooster.length > 0 && fromScaler.length > 0 && fromBooster.join() !== fromScaler.join())
    throw new ModelError("feature-names", `the booster's features (${fromBooster.slice(0, 3).join(", ")} …) and the scaler's (${fromScaler.slice(0, 3).join(", ")} …) differ in name or order`);
  if (fromBooster.length > 0) return fromBooster;
  if (fromScaler.length > 0) return fromScaler;
  return Array.from({ length: count }, (_, index) => `f${index}`);
}

/** A name of the published eighteen brings its meaning; anything else is taken as sent, known at the decision. */
function describe(name: string): Feature {
  const known = dispatchFeatures.find((feature) => feature.name === name);
  return Feature.parse({
    name,
    description: known?.description ?? "",
    unit: known?.unit ?? "unknown",
    kind: known?.kind ?? "number",
    availableAt: known?.availableAt ?? "decision",
    validRange: known?.validRange ?? { min: null, max: null },
    trainedRange: { min: null, max: null },
    allowMissing: true,
  });
}

/** The scaler's means are the middle of the training data; without them, zeros. And one row with everything missing. */
function goldenInputs(means: number[] | null, count: number): (number | null)[][] {
  return [means ?? Array.from({ length: count }, () => 0), Array.from({ length: count }, () => null)];
}

await main().then(
  () => process.exit(0),
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    console.error(message.split("\n")[0]);
    process.exit(1);
  },
);
