export type FieldChange = { field: string; before: string | null; after: string | null };

const print = (value: unknown): string | null => {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value) && value.length > 0 && value.every((each) => typeof each !== "object")) return value.map(String).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
};

/** Field by field: only what differs, in a fixed order. */
export function toChanges(before: Record<string, unknown> | null, after: Record<string, unknown> | null): FieldChange[] {
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].sort();
  return fields.map((field) => ({ field, before: print(before?.[field]), after: print(after?.[field]) })).filter((change) => change.before !== change.after);
}
