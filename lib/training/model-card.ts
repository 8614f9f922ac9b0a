import type { Estimate, Manifest } from "@/lib/models/manifest";
import type { TrainingSpec } from "./spec";
import type { Trained } from "./trained";

const number = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(1) : value.toFixed(4));
const interval = ({ value, low, high }: Estimate): string => (low === null || high === null ? number(value) : `${number(value)} [${number(low)}, ${number(high)}]`);

/** README.md of a model folder: what it knows, what it does not, how good it is, and how to make it again. */
export function modelCard(manifest: Pick<Manifest, "name" | "version" | "data" | "createdAt">, spec: TrainingSpec, trained: Trained, command: string): string {
  const { metrics, gates, features, refused, engine } = trained;
  const sections = [
    `# ${manifest.name}@${manifest.version}`,
    spec.description,
    trained.leaks.length > 0 ? `**Leaks.** Made by force with inputs known only after the outcome: ${trained.leaks.join(", ")}. The figures below are with these missing, as they are at t0. Not to be served.` : "",
    `## What it knows\nPredicts \`${spec.target.column}\` (${spec.target.unit})${spec.target.description ? `: ${spec.target.description}` : ""}. Inputs, all known at t0 unless said:\n\n${table(
      ["input", "unit", "known at", "trained range", "may be missing"],
      features.map((each) => [each.name, each.unit, each.availableAt, `${each.trainedRange.min ?? "-"} to ${each.trainedRange.max ?? "-"}`, each.allowMissing ? "yes" : "no"]),
    )}`,
    `## What it does not know\n${[...spec.limits.map((limit) => `- ${limit}`), "- Rows without an outcome (cancelled on the way) are in no figure; slow units are cancelled more often, so errors measured on arrivals are optimistic.", ...(refused.length > 0 ? ["- Refused as inputs:"] : []), ...refused.map((each) => `  - \`${each.column}\` (${each.code}): ${each.reason}`)].join("\n")}`,
    `## Figures\nOn ${metrics.rows} rows from ${metrics.from ?? "?"} to ${metrics.to ?? "?"} that neither training nor calibration saw; 95 % intervals by drawing whole days. Split: ${metrics.split}.\n\n${figures(trained)}`,
    `Calibration: ${trained.calibration.method} (${trained.calibrationNote}).`,
    `## By slice\n${slices(trained)}`,
    `## Gates\n${table(["gate", "verdict", "detail"], gates.map((gate) => [`${gate.id} ${gate.title}`, gate.verdict, gate.detail]))}`,
    trained.warnings.length > 0 ? `Warnings: ${trained.warnings.join("; ")}.` : "",
    `## Data and engine\n${manifest.data ? `${manifest.data.description || "Table"}: ${manifest.data.rows} rows, ${manifest.data.from ?? "?"} to ${manifest.data.to ?? "?"}, SHA-256 \`${manifest.data.sha256}\`.` : ""} Engine ${engine.name} ${engine.version}, parameters \`${JSON.stringify(engine.parameters)}\`.`,
    `## Make it again\n\`\`\`\n${command}\n\`\`\`\nThe same file, declaration, engine and seed give the same trees.`,
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function figures({ metrics }: Trained): string {
  const names = Object.keys(metrics.values);
  const rivals = Object.entries(metrics.baselines);
  return table(
    ["figure", "model", ...rivals.map(([name]) => name)],
    names.map((name) => [name, interval(metrics.values[name]!), ...rivals.map(([, values]) => (values[name] ? interval(values[name]) : ""))]),
  );
}

function slices({ metrics }: Trained): string {
  const shown = "mae" in metrics.values ? ["mae", "bias", "p90_abs_error"] : ["auc", "brier", "accuracy", "base_rate", "mean_probability"];
  return table(
    ["slice", "rows", ...shown],
    metrics.slices.map(({ by, slice, rows, values }) => [`${by} ${slice}`, String(rows), ...shown.map((name) => (values[name] ? interval(values[name]) : Object.keys(values).length === 0 ? "insufficient_data" : ""))]),
  );
}

/** Cells come from declarations and data: a bar or a line break would end the cell. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replace(/\|/g, "/").replace(/\s+/g, " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
