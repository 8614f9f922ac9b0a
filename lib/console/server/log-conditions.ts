type Value = string | number | boolean;

/** A filter of the explorer in the words of the table. */
export type LogFilter = {
  fromMs: number;
  toMs: number;
  /** Ids below it: the page after. */
  before: string | null;
  phase: 1 | 2 | undefined;
  model: { name: string; version: string } | undefined;
  usedFallback: boolean | undefined;
  severities: readonly number[] | undefined;
  confidenceMin: number | undefined;
  confidenceMax: number | undefined;
  outcome: "joined" | "censored" | "none" | undefined;
  dispatchId: number | undefined;
  idPrefix: string | undefined;
};

/** No more than a period, or the beginning of an id: one run of the index. */
export function unconditional(filter: LogFilter): boolean {
  return !partlyRolledUp(filter) && !inTheLogOnly(filter);
}

/** The rollups can tell how many match, but for the time. */
export function onlyRolledUp(filter: LogFilter): boolean {
  return partlyRolledUp(filter) && !inTheLogOnly(filter) && filter.idPrefix === undefined;
}

/** The rollups can tell where none match. */
export function partlyRolledUp({ phase, model, usedFallback }: LogFilter): boolean {
  return phase !== undefined || model !== undefined || usedFallback !== undefined;
}

function inTheLogOnly({ severities, confidenceMin, confidenceMax, outcome, dispatchId }: LogFilter): boolean {
  return severities !== undefined || confidenceMin !== undefined || confidenceMax !== undefined || outcome !== undefined || dispatchId !== undefined;
}

/** The columns that `sqlConditions` asks. */
export const askedColumns = "id, prediction_id, phase, used_fallback, model_name, model_version, severity_level, confidence, outcome_status, dispatch_id";

/** Everything but time and id. */
export function sqlConditions(filter: LogFilter): { text: string; values: Value[] } {
  const parts: string[] = [];
  const values: Value[] = [];
  const add = (text: string, ...given: Value[]): void => {
    parts.push(text);
    values.push(...given);
  };
  if (filter.phase !== undefined) add("phase = ?", filter.phase);
  if (filter.usedFallback !== undefined) add("used_fallback = ?", filter.usedFallback);
  if (filter.model !== undefined) add("model_name = ? AND model_version = ?", filter.model.name, filter.model.version);
  if (filter.severities !== undefined) add(`severity_level IN (${filter.severities.map(() => "?").join(", ")})`, ...filter.severities);
  if (filter.confidenceMin !== undefined) add("confidence >= ?", filter.confidenceMin);
  if (filter.confidenceMax !== undefined) add("confidence <= ?", filter.confidenceMax);
  if (filter.outcome === "none") add("outcome_status IS NULL");
  else if (filter.outcome !== undefined) add("outcome_status = ?", filter.outcome);
  // A sum, so that no plan walks the index of dispatches instead of the run of ids.
  if (filter.dispatchId !== undefined) add("dispatch_id + 0 = ?", filter.dispatchId);
  return { text: parts.length === 0 ? "1 = 1" : parts.join(" AND "), values };
}
