import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import type { Estimate } from "@/lib/models/manifest";
import { writeModelFolder } from "@/lib/models/server/store";
import { readTable } from "@/lib/training/read-table";
import { findEngine } from "@/lib/training/server/find-engine";
import { makeFolder } from "@/lib/training/server/make-folder";
import { stepBack } from "@/lib/training/server/step-back";
import { TrainingSpec } from "@/lib/training/spec";
import { trainModel } from "@/lib/training/train";
import type { Trained } from "@/lib/training/trained";
import { TrainingError } from "@/lib/training/training-error";

const usage = "usage: npm run model:train -- --data FILE.csv[.gz] --manifest SPEC.json --out DIR [--engine auto|xgboost|embedded] [--draws N] [--force]";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: "string" },
      manifest: { type: "string" },
      out: { type: "string" },
      engine: { type: "string" },
      draws: { type: "string", default: "1000" },
      force: { type: "boolean", default: false },
    },
  });
  const { data, manifest: specFile, out, force } = values;
  const draws = Number(values.draws);
  if (!data || !specFile || !out || !Number.isInteger(draws) || draws < 1) throw new TrainingError("usage", usage);
  stepBack();
  const spec = readSpec(specFile, values.engine);
  const folder = join(out, `${spec.name}@${spec.version}`);
  if (existsSync(folder)) throw new TrainingError("exists", `${folder} is there already; versions are never overwritten`);

  const bytes = readFileSync(data);
  const [header, ...records] = parse(data.endsWith(".gz") ? gunzipSync(bytes) : bytes, { bom: true, skip_empty_lines: true });
  if (!header) throw new TrainingError("no-rows", "the file has no header");
  const { table, censored } = readTable(header, records, spec);
  console.log(`${basename(data)}: ${table.rows} rows with a target, ${censored} without (censored, left out)`);
  const engine = await findEngine(spec.engine, { path: process.env.PATH ?? "" });
  const { train, calibrate, test, gapHours } = spec.split;
  const started = performance.now();
  const trained = await trainModel(
    table,
    {
      task: spec.task,
      targetTransform: spec.targetTransform,
      quantiles: spec.quantiles,
      split: { kind: "shares", train, calibrate, test, gapHours },
      parameters: spec.parameters,
      seed: spec.seed,
      inputs: spec.inputs ?? null,
      keepLeaks: force,
      removalTest: true,
      draws,
    },
    engine,
    (message) => {
      console.log(`  ${message}`);
    },
  );
  console.log(`  done in ${((performance.now() - started) / 1_000).toFixed(1)} s`);
  report(trained);
  const failed = trained.gates.filter((gate) => gate.verdict === "fail" && (gate.id === "G1" || gate.id === "G3"));
  if (failed.length > 0 && !force) throw new TrainingError("gates", `${failed.map((gate) => `${gate.id} ${gate.detail}`).join("; ")} (--force writes it all the same, marked)`);

  const times = [...table.timeMs].sort((a, b) => a - b);
  const { files, manifest } = await makeFolder(spec, trained, {
    createdAt: new Date(),
    command: `npm run model:train -- --data ${basename(data)} --manifest ${basename(specFile)} --out models${force ? " --force" : ""}`,
    data: {
      description: spec.data || basename(data),
      sha256: createHash("sha256").update(bytes).digest("hex"),
      rows: table.rows,
      from: new Date(times[0]!).toISOString(),
      to: new Date(times.at(-1)!).toISOString(),
    },
  });
  writeModelFolder(folder, files);
  if (failed.length > 0) console.log(`forced: ${failed.map((gate) => gate.id).join(" and ")} failed, and the manifest says so`);
  console.log(`${folder}: ${manifest.trees.count} trees, ${manifest.features.length} inputs, parity ${manifest.parity.rows} rows within ${manifest.parity.maxAbsDifference.toExponential(1)}`);
}

function readSpec(file: string, engine: string | undefined): TrainingSpec {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new TrainingError("manifest", `${file}: ${error instanceof Error ? error.message : "cannot be read"}`);
  }
  const parsed = TrainingSpec.safeParse(engine === undefined || typeof document !== "object" ? document : { ...document, engine });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new TrainingError("manifest", `${issue.path.join(".") || file}: ${issue.message}`);
}

const shown = ({ value, low, high }: Estimate): string => (low === null || high === null ? value.toFixed(4) : `${value.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`);

function report({ metrics, gates, refused, warnings, calibration, calibrationNote }: Trained): void {
  for (const each of refused) console.log(`refused ${each.column} (${each.code}): ${each.reason}`);
  for (const warning of warnings) console.log(`warning: ${warning}`);
  console.log(`calibration: ${calibration.method}, ${calibrationNote}`);
  console.log(`held out: ${metrics.rows} rows, ${metrics.from ?? "?"} to ${metrics.to ?? "?"}`);
  for (const [name, estimate] of Object.entries(metrics.values)) {
    const rivals = Object.entries(metrics.baselines).flatMap(([rival, values]) => (values[name] ? [`${rival} ${values[name].value.toFixed(4)}`] : []));
    console.log(`  ${name.padEnd(18)} ${shown(estimate).padEnd(28)} ${rivals.join(", ")}`);
  }
  for (const gate of gates) console.log(`${gate.id} ${gate.verdict.padEnd(6)} ${gate.title}: ${gate.detail}`);
}

await main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error((error instanceof Error ? error.message : String(error)).split("\n")[0]);
    process.exit(1);
  },
);
