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
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Rows that are scored at once. */
const CHUNK = 4_096;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { model: { type: "string" }, rows: { type: "string" }, dir: { type: "string" } } });
  if (!values.model || !values.rows) throw new ModelError("usage", "npm run --silent model:score -- --model NAME@VERSION --rows FILE.csv");
  if (!/^[a-z0-9-]+@[0-9A-Za-z.+-]+$/.test(values.model)) throw new ModelError("usage", `--model ${values.model} is not NAME@VERSION`);
  const { manifest, ensemble, onnx } = readModelFolder(join(values.dir ?? env().MODELS_DIR, values.model));
  const { columns, records } = readRows(values.rows, manifest.features.map((feature) => feature.name));
  const session = await openOnnxSession(onnx, onnxOutput(ensemble));
  const width = columns.length;
  for (let start = 0; start < records.length; start += CHUNK) {
    const part = records.slice(start, start + CHUNK);
    const inputs = new Float32Array(part.length * width);
    part.forEach(({ record, line }, row) => {
      const raw = columns.map((at, feature) => numberOf(record[at]!, line, manifest.features[feature]!.name));
      scaleInto(inputs, row * width, raw, manifest.scaler);
    });
    const scores = await session.run(inputs, part.length);
    process.stdout.write(Array.from(scores, (score) => `${Number(servedScore(score, manifest).toPrecision(9))}\n`).join(""));
  }
  await session.release();
}

type Row = { record: string[]; line: number };

/** The rows with the line each stands on, and the column of every feature. An empty line is a row only of a one-column file. */
function readRows(file: string, names: string[]): { columns: number[]; records: Row[] } {
  const rows: Row[] = [];
  const options = { bom: true, relax_column_count: true, on_record: (record: string[], { lines }: { lines: number }) => void rows.push({ record, line: lines }) };
  parse(readFileSync(file), options);
  const [header, ...rest] = rows;
  if (!header) throw new ModelError("malformed-rows", "the file has no header");
  const titles = header.record.map((each) => each.trim());
  const columns = names.map((name) => {
    const at = titles.indexOf(name);
    if (at < 0) throw new ModelError("missing-column", `the file has no column ${name}`);
    if (titles.includes(name, at + 1)) throw new ModelError("malformed-rows", `column ${name} stands twice`);
    return at;
  });
  const records = rest.filter(({ record }) => titles.length === 1 || record.length > 1 || record[0] !== "");
  const ragged = records.find(({ record }) => record.length !== titles.length);
  if (ragged) throw new ModelError("malformed-rows", `line ${ragged.line}: ${ragged.record.length} cells under ${titles.length} columns`);
  return { columns, records };
}

function numberOf(text: string, line: number, name: string): number {
  const trimmed = text.trim();
  if (missing.has(trimmed.toLowerCase())) return Number.NaN;
  if (!decimal.test(trimmed)) throw new ModelError("malformed-rows", `line ${line}, ${name}: ${trimmed.slice(0, 40)} is not a finite number`);
  return Number(trimmed);
}

await main().catch((error: unknown) => {
  console.error((error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, " ").slice(0, 500));
  process.exitCode = 1;
});
