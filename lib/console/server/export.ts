import { stringify } from "csv-stringify/sync";
import type { z } from "zod";
import { Problem } from "@/lib/http/problem";
import { Reply } from "@/lib/http/route";
import type { PredictionRow, predictionExport as contract } from "../predictions-contract";
import { toLogFilter } from "../to-log-filter";
import { readPeriod } from "./overview";
import { toRow } from "./predictions";
import * as store from "./store";

type Query = z.output<typeof contract.query>;
const PAGE = 500;

const columns = [
  "prediction_id",
  "requested_at",
  "dispatch_id",
  "phase",
  "model",
  "prediction",
  "confidence",
  "severity",
  "outcome",
  "actual_response_minutes",
  "was_optimal",
  "latency_ms",
  "fallback",
  "fallback_reason",
  "phase_reason",
] as const satisfies readonly (keyof PredictionRow)[];
type Column = (typeof columns)[number];

const spanish: Record<Column, string> = {
  prediction_id: "prediccion",
  requested_at: "fecha_hora_utc",
  dispatch_id: "despacho",
  phase: "fase",
  model: "modelo",
  prediction: "clase",
  confidence: "confianza",
  severity: "gravedad",
  outcome: "resultado",
  actual_response_minutes: "minutos_de_llegada",
  was_optimal: "optima",
  latency_ms: "latencia_ms",
  fallback: "respaldo",
  fallback_reason: "motivo_de_respaldo",
  phase_reason: "motivo_de_fase",
};

function readColumns(text: string | undefined): readonly Column[] {
  if (text === undefined || text.trim() === "") return columns;
  const wanted = text.split(",").map((name) => name.trim());
  const wrong = wanted.filter((name) => !(columns as readonly string[]).includes(name));
  if (wrong.length > 0) throw new Problem("invalid-request", `columns: any of ${columns.join(", ")}`, { fields: [{ part: "query", field: "columns", message: `no column ${wrong[0]!.slice(0, 60)}` }] });
  return wanted as Column[];
}

/** The whole filtered set, page by page, newest first: memory does not grow with it. */
export function exportPredictions({ query }: { query: Query }): Reply {
  const { fromMs, toMs } = readPeriod(query);
  const chosen = readColumns(query.columns);
  const hours = Math.round((toMs - fromMs) / 3_600_000);
  const name = `${query.language === "es" ? "predicciones" : "predictions"}_${new Date(fromMs).toISOString().slice(0, 16).replace(":", "")}_${hours > 0 && hours % 24 === 0 ? `${hours / 24}d` : `${hours}h`}.${query.format}`;
  return new Reply(query.format === "csv" ? csv(query, chosen) : jsonLines(query, chosen), 200, {
    "content-type": query.format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson; charset=utf-8",
    "content-disposition": `attachment; filename="${name}"`,
  });
}

async function* csv(query: Query, chosen: readonly Column[]): AsyncGenerator<string> {
  const options = {
    // A cell that begins like a formula would run in a spreadsheet.
    escape_formulas: true,
    delimiter: query.language === "es" ? ";" : ",",
    record_delimiter: "\r\n",
    cast: { boolean: (value: boolean) => String(value) },
  };
  yield `\uFEFF${stringify([chosen.map((column) => (query.language === "es" ? spanish[column] : column))], options)}`;
  for await (const rows of pages(query)) yield stringify(rows.map((row) => chosen.map((column) => row[column])), options);
}

async function* jsonLines(query: Query, chosen: readonly Column[]): AsyncGenerator<string> {
  for await (const rows of pages(query)) yield rows.map((row) => `${JSON.stringify(Object.fromEntries(chosen.map((column) => [column, row[column]])))}\n`).join("");
}

async function* pages(query: Query): AsyncGenerator<PredictionRow[]> {
  for (let before: string | null = null; ; ) {
    const filter = toLogFilter(query, before);
    if (!filter) return;
    const page = await store.pageOfPredictions(filter, PAGE);
    if (page.rows.length > 0) yield page.rows.map(toRow);
    if (page.end === null) return;
    before = page.end;
    // A database in this process answers without waiting: other requests take their turn between pages.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
