import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openDb, setDb } from "@/lib/db/client";
import { migrate } from "@/lib/db/migrations";
import { dispatchFeatures } from "@/lib/dispatch/features";
import { env } from "@/lib/env";
import { buildFolder } from "@/lib/models/build-folder";
import { featureNames, importedFeature, readFeatureNotes } from "@/lib/models/feature-notes";
import { Manifest } from "@/lib/models/manifest";
import { ModelError } from "@/lib/models/model-error";
import { onnxOutput, toOnnx } from "@/lib/models/onnx";
import { checkParity } from "@/lib/models/parity";
import { readScaler } from "@/lib/models/scaler";
import { activateModel } from "@/lib/models/server/activate";
import { openOnnxSession } from "@/lib/models/server/onnx-session";
import { writeModelFolder } from "@/lib/models/server/store";
import { readBooster } from "@/lib/models/xgboost-model";

const usage =
  "npm run model:import -- --booster FILE(.json|.ubj) [--scaler FILE] --name NAME --version V [--features FILE.json] [--rounds all|best] [--activate] [--allow-leaks] [--out DIR]";

/** A booster of 10,000 deep trees takes about 100 MB; text and its parse must fit in memory. */
const MAX_BYTES = 400_000_000;

function readInput(file: string): Buffer {
  const { size } = statSync(file);
  if (size > MAX_BYTES) throw new ModelError("too-large", `${file} has ${size} bytes; ${MAX_BYTES} are read`);
  return readFileSync(file);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      booster: { type: "string" },
      scaler: { type: "string" },
      name: { type: "string" },
      version: { type: "string" },
      features: { type: "string" },
      rounds: { type: "string", default: "all" },
      activate: { type: "boolean", default: false },
      "allow-leaks": { type: "boolean", default: false },
      out: { type: "string" },
    },
  });
  const { booster: boosterFile, name, version, rounds } = values;
  if (!boosterFile || !name || !version || (rounds !== "all" && rounds !== "best")) throw new ModelError("usage", usage);
  if (!Manifest.shape.name.safeParse(name).success) throw new ModelError("name", `${name}: lower-case letters, digits and -, at most 40`);
  if (!Manifest.shape.version.safeParse(version).success) throw new ModelError("version", `${version}: letters, digits, . + and -, at most 40`);
  const booster = readBooster(readInput(boosterFile), rounds);
  const { ensemble } = booster;
  const scaling = values.scaler ? readScaler(readInput(values.scaler).toString("utf8"), ensemble.featureCount) : null;
  const names = featureNames(booster.featureNames, scaling?.featureNames ?? [], ensemble.featureCount);
  const notes = values.features ? readFeatureNotes(readInput(values.features).toString("utf8"), names) : {};
  const features = names.map((each) => importedFeature(each, notes));
  const leaks = features.filter((feature) => feature.availableAt === "after_outcome").map((feature) => feature.name);
  if (values.activate && leaks.length > 0 && !values["allow-leaks"])
    throw new ModelError("leaks", `uses ${leaks.join(", ")}, known only after the outcome; --allow-leaks activates it all the same`);

  const onnx = toOnnx(ensemble);
  const session = await openOnnxSession(onnx, onnxOutput(ensemble));
  const parity = await checkParity(ensemble, session.run, scaling?.scaler ?? null);
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
      gates: [{ id: "G8", title: "Parity", verdict: "pass", detail: `${parity.rows} rows, largest difference ${parity.maxAbsDifference.toExponential(1)}, no other class` }],
    },
    ensemble,
    onnx,
    goldenInputs: goldenInputs(scaling?.scaler.mean ?? null, ensemble.featureCount),
  });
  const root = values.out ?? env().MODELS_DIR;
  const id = `${manifest.name}@${manifest.version}`;
  const written = writeModelFolder(join(root, id), files);
  for (const notice of booster.notices) console.log(notice);
  if (!scaling) console.log("no scaler: inputs go into the trees as they are");
  const unknown = names.filter((each) => !Object.hasOwn(notes, each) && !dispatchFeatures.some((feature) => feature.name === each));
  if (unknown.length > 0)
    console.log(`taken as known at the decision, of unknown unit and range (--features says otherwise): ${unknown.slice(0, 20).join(", ")}${unknown.length > 20 ? ` and ${unknown.length - 20} more` : ""}`);
  if (leaks.length > 0) console.log(`leaks: uses ${leaks.join(", ")}, which are known only after the outcome`);
  console.log(
    `${id}: ${manifest.trees.count} trees, ${names.length} features, parity ${parity.rows} rows within ${parity.maxAbsDifference.toExponential(1)}${written ? "" : "; it was there already"}`,
  );
  if (values.activate) {
    const { DATABASE_URL: url, SQLITE_DRIVER: driver } = env();
    await migrate({ url, driver, root: "prisma", now: new Date() });
    setDb(await openDb({ url, driver }));
    await activateModel({ root, id, by: "command", now: new Date(), reason: "model:import --activate", allowLeaks: values["allow-leaks"] });
    console.log(`${id} is active`);
  }
}

/** The scaler's means are the middle of the training data; without them, zeros. And one row with everything missing. */
function goldenInputs(means: number[] | null, count: number): (number | null)[][] {
  return [means ?? Array.from({ length: count }, () => 0), Array.from({ length: count }, () => null)];
}

await main().then(
  () => process.exit(0),
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    console.error(message.replace(/\s*\n\s*/g, " ").slice(0, 500));
    process.exit(1);
  },
);
