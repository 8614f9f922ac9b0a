import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "csv-parse/sync";
import { env } from "@/lib/env";
import { ModelError } from "@/lib/models/model-error";
import { onnxOutput } from "@/lib/models/onnx";
import { scaleInto, servedScore } from "@/lib/models/score";
import { openOnnxSession } from "@/lib/models/server/onnx-session";
import { readModelFolder } from "@/lib/models/server/store";

const missing = new Set(["", "nan", "na", "null"]);

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { model: { type: "string" }, rows: { type: "string" }, dir: { type: "string" } } });
  if (!values.model || !values.rows) throw new ModelError("usage", "usage: npm run --silent model:score -- --model NAME@VERSION --rows FILE.csv");
  const { manifest, ensemble, onnx } = readModelFolder(join(values.dir ?? env().MODELS_DIR, values.model));
  const [header, ...records] = parse(readFileSync(values.rows), { bom: true, skip_empty_lines: true });
  if (!header) throw new ModelError("malformed-rows", "the file has no header");
  const columns = manifest.features.map(({ name }) => {
    const at = header.map((each) => each.trim()).indexOf(name);
    if (at < 0) throw new ModelError("missing-column", `the file has no column ${name}`);
    return at;
  });
  const session = await openOnnxSession(onnx, onnxOutput(ensemble));
  const width = columns.length;
  const chunk = 4_096;
  for (let start = 0; start < records.length; start += chunk) {
    const part = records.slice(start, start + chunk);
    const inputs = new Float32Array(part.length * width);
    part.forEach((record, row) => {
      const raw = columns.map((at, feature) => numberOf(record[at] ?? "", start + row + 2, manifest.features[feature]!.name));
      scaleInto(inputs, row * width, raw, manifest.scaler);
    });
    const scores = await session.run(inputs, part.length);
    process.stdout.write(Array.from(scores, (score) => `${Number(servedScore(score, manifest).toPrecision(9))}\n`).join(""));
  }
}

function numberOf(text: string, line: number, name: string): number {
  const trimmed = text.trim();
  if (missing.has(trimmed.toLowerCase())) return Number.NaN;
  const value = Number(trimmed);
  if (Number.isNaN(value)) throw new ModelError("malformed-rows", `line ${line}, ${name}: ${trimmed.slice(0, 40)} is not a number`);
  return value;
}

await main().catch((error: unknown) => {
  console.error((error instanceof Error ? error.message : String(error)).split("\n")[0]);
  process.exitCode = 1;
});
