/** Columns as the two drivers give them: SQLite keeps instants as text and has no booleans. */
export function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

export function msOf(value: unknown): number {
  return value instanceof Date ? value.getTime() : Date.parse(typeof value === "string" ? value : "");
}
