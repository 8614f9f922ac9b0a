import { narrow, widen } from "../../one-byte";
import type { DecisionAnswer, DecisionInput, ResultAnswer, ResultInput } from "@/lib/ab-testing/server/log-entry";

/**
 * One row of the prediction log between the thread that answers and the thread that writes. A group of rows crosses as one
 * array of numbers and one string: cloning objects between threads costs more than the insert itself. What the rows of a
 * group mostly have in common crosses once.
 * NaN is NULL in a number, the empty string is NULL in a text.
 */
export const numberColumns = ["dispatch_id", "requested_at", "prediction", "confidence", "raw_score", "probability", "threshold", "severity_level", "arm_probability", "latency_ms", "created_at"] as const;

export const textColumns = ["prediction_id", "recommendation", "phase_reason", "features_json", "ignored_json", "trace_id"] as const;

/** Whole numbers and names, of which a service sees few combinations. */
export const sharedColumns = [
  "hour_of_week",
  "phase",
  "used_fallback",
  "arm",
  "config_version",
  "fallback_reason",
  "source",
  "model_name",
  "model_version",
  "model_sha256",
  "feature_schema_hash",
  "client_key_id",
] as const;

/** One combination, in the order of `sharedColumns`. */
export type Shared = readonly (number | string | null)[];

/** Every column that a row of the log has when it is written. */
export const logColumns = [...numberColumns, ...textColumns, ...sharedColumns];

/** Numbers of one row: its columns, then the position of its combination in the group's list. */
export const NUMBERS_PER_ROW = numberColumns.length + 1;

/** Columns that hold instants (epoch milliseconds on the way, a date in the database). */
export const instantColumns: ReadonlySet<string> = new Set(["requested_at", "created_at"]);
export const booleanColumns: ReadonlySet<string> = new Set(["used_fallback"]);

export type PredictionRow = {
  predictionId: string;
  dispatchId: number;
  requestedAtMs: number;
  hourOfWeek: number;
  phase: 1 | 2;
  prediction: number | null;
  confidence: number | null;
  recommendation: string | null;
  usedFallback: boolean;
  fallbackReason: string | null;
  source: "model" | "rules";
  modelName: string | null;
  modelVersion: string | null;
  modelSha256: string | null;
  rawScore: number | null;
  probability: number | null;
  threshold: number | null;
  severityLevel: number | null;
  arm: number | null;
  armProbability: number | null;
  phaseReason: string | null;
  configVersion: number | null;
  featuresJson: string;
  featureSchemaHash: string | null;
  ignoredJson: string | null;
  latencyMs: number;
  traceId: string;
  clientKeyId: string | null;
  createdAtMs: number;
};

/** An answer kept for a request that carried an Idempotency-Key. */
export type StoredAnswer = {
  keyHash: string;
  bodyHash: string;
  status: number;
  response: string;
  expiresAtMs: number;
  /** Which assignment rows of the group the answer is about: their ids are known only to the writer. */
  assignmentsFrom?: number | undefined;
  assignmentsCount?: number | undefined;
};

/** The answer as it is stored: each `"history_id":null` gets the id of its assignment row. */
export function withHistoryIds(answer: StoredAnswer, ids: readonly number[]): string {
  let next = answer.assignmentsFrom ?? 0;
  const end = next + (answer.assignmentsCount ?? 0);
  return answer.response.replace(/"history_id":null/g, (text) => (next < end ? `"history_id":${ids[next++]!}` : text));
}

/** A row of assignment_history by column name; instants in epoch milliseconds. */
export type AssignmentRow = Record<string, string | number | boolean | null>;

/** Decisions of the A/B test and what became known about them: written with the group, in its transaction. */
export type AbEntries = { decisions: DecisionInput[]; results: ResultInput[] };
/** What the transaction says to them, in order. */
export type AbAnswers = { decisions: (DecisionAnswer | null)[]; results: ResultAnswer[] };

/** What crosses the thread border, and what a line of the spool holds. */
export type Group = {
  /** Rises by one per group of a writer. */
  number: number;
  rows: number;
  numbers: Float64Array;
  texts: string;
  shared: Shared[];
  answers: StoredAnswer[];
  assignments: AssignmentRow[];
  ab?: AbEntries | undefined;
};

const SEPARATOR = "\u0000"; // JSON escapes it, and no other text column may hold a control character

const or = (value: number | null): number => value ?? Number.NaN;

type Combination = Pick<PredictionRow, "hourOfWeek" | "phase" | "usedFallback" | "arm" | "configVersion" | "fallbackReason" | "source" | "modelName" | "modelVersion" | "modelSha256" | "featureSchemaHash" | "clientKeyId">;

/** Rows as they cross the thread border. */
export type PackedRows = { count: number; numbers: Float64Array; texts: string; shared: Shared[] };

/** Packs row after row; each may be the same object with other values. */
export class RowPacker {
  private readonly numbers: Float64Array;
  private readonly texts: string[] = [];
  private readonly shared: Shared[] = [];
  /** The same by name: several rows are one object whose values change. */
  private readonly combinations: Combination[] = [];
  private rows = 0;

  constructor(capacity: number) {
    this.numbers = new Float64Array(capacity * NUMBERS_PER_ROW);
  }

  add(row: PredictionRow): void {
    const { numbers } = this;
    let at = this.rows++ * NUMBERS_PER_ROW;
    numbers[at++] = row.dispatchId;
    numbers[at++] = row.requestedAtMs;
    numbers[at++] = or(row.prediction);
    numbers[at++] = or(row.confidence);
    numbers[at++] = or(row.rawScore);
    numbers[at++] = or(row.probability);
    numbers[at++] = or(row.threshold);
    numbers[at++] = or(row.severityLevel);
    numbers[at++] = or(row.armProbability);
    numbers[at++] = row.latencyMs;
    numbers[at++] = row.createdAtMs;
    numbers[at] = this.sharedAt(row);
    this.texts.push(row.predictionId, row.recommendation === null ? "" : narrow(row.recommendation), row.phaseReason ?? "", row.featuresJson, row.ignoredJson ?? "", row.traceId);
  }

  private sharedAt(row: PredictionRow): number {
    const { combinations } = this;
    // Mostly that of the row before.
    for (let at = combinations.length - 1; at >= 0; at--) if (agrees(combinations[at]!, row)) return at;
    const { hourOfWeek, phase, usedFallback, arm, configVersion, fallbackReason, source, modelName, modelVersion, modelSha256, featureSchemaHash, clientKeyId } = row;
    this.shared.push([hourOfWeek, phase, usedFallback ? 1 : 0, arm, configVersion, fallbackReason, source, modelName, modelVersion, modelSha256, featureSchemaHash, clientKeyId]);
    return combinations.push({ hourOfWeek, phase, usedFallback, arm, configVersion, fallbackReason, source, modelName, modelVersion, modelSha256, featureSchemaHash, clientKeyId }) - 1;
  }

  packed(): PackedRows {
    const { rows, numbers, shared } = this;
    const used = rows * NUMBERS_PER_ROW;
    return { count: rows, numbers: used === numbers.length ? numbers : numbers.slice(0, used), texts: this.texts.join(SEPARATOR), shared };
  }
}

function agrees(a: Combination, b: Combination): boolean {
  return (
    a.clientKeyId === b.clientKeyId &&
    a.phase === b.phase &&
    a.usedFallback === b.usedFallback &&
    a.arm === b.arm &&
    a.configVersion === b.configVersion &&
    a.fallbackReason === b.fallbackReason &&
    a.source === b.source &&
    a.modelSha256 === b.modelSha256 &&
    a.modelVersion === b.modelVersion &&
    a.modelName === b.modelName &&
    a.featureSchemaHash === b.featureSchemaHash &&
    a.hourOfWeek === b.hourOfWeek
  );
}

export function packRows(rows: readonly PredictionRow[]): PackedRows {
  const packer = new RowPacker(rows.length);
  for (const row of rows) packer.add(row);
  return packer.packed();
}

/** Several packs in order as one. */
export function joinPacks(packs: readonly PackedRows[]): PackedRows {
  if (packs.length === 1) return packs[0]!;
  const numbers = new Float64Array(packs.reduce((total, pack) => total + pack.numbers.length, 0));
  const shared: Shared[] = [];
  let at = 0;
  for (const pack of packs) {
    numbers.set(pack.numbers, at);
    const end = at + pack.numbers.length;
    if (shared.length > 0) for (let last = at + NUMBERS_PER_ROW - 1; last < end; last += NUMBERS_PER_ROW) numbers[last]! += shared.length;
    shared.push(...pack.shared);
    at = end;
  }
  return { count: at / NUMBERS_PER_ROW, numbers, texts: packs.filter(({ count }) => count > 0).map(({ texts }) => texts).join(SEPARATOR), shared };
}

const recommendationAt = textColumns.indexOf("recommendation");

/** The texts of a group, `textColumns.length` per row in order. */
export function unpackTexts(group: Group): string[] {
  if (group.rows === 0) return [];
  const texts = group.texts.split(SEPARATOR);
  for (let at = recommendationAt; at < texts.length; at += textColumns.length) texts[at] = widen(texts[at]!);
  return texts;
}
