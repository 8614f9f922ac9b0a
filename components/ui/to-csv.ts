export type Cell = string | number | null;

/** RFC 4180 with a byte-order mark, so that spreadsheets read it; words that would be read as a formula are quoted. */
export function toCsv(head: readonly string[], rows: readonly (readonly Cell[])[], separator: "," | ";"): string {
  const line = (cells: readonly Cell[]): string => cells.map((cell) => print(cell, separator)).join(separator);
  return `\uFEFF${[head, ...rows].map(line).join("\r\n")}\r\n`;
}

function print(cell: Cell, separator: string): string {
  if (cell === null) return "";
  if (typeof cell === "number") return separator === ";" ? String(cell).replace(".", ",") : String(cell);
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /["\r\n]/.test(safe) || safe.includes(separator) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
