import type { SavedView } from "@/lib/console/settings-contract";

/** What belongs to one look and not to a view: the open row. */
const NOT_KEPT = new Set(["sel", "id"]);

/** The address of a screen as a view keeps it: period, filters, columns; rolling periods stay words. */
export function toViewQuery(search: Iterable<readonly [string, string]>): string {
  return new URLSearchParams([...search].filter(([key]) => !NOT_KEPT.has(key)).map(([key, value]) => [key, value])).toString();
}

type Asked = { name: string; query: string; shared: boolean };
export type ViewRow = Omit<SavedView, "id" | "screen"> & { id: string | null };

/** The stored views with what is on its way drawn over them; one on its way has no id yet. By name, as the reader sorts. */
export function toViews(stored: readonly SavedView[], saving: Asked | null, deleting: string | null, language: string): ViewRow[] {
  const left = stored.filter((view) => view.id !== deleting && !(view.mine && view.name === saving?.name));
  const rows: ViewRow[] = saving ? [...left, { ...saving, id: null, by: "", mine: true }] : left;
  return rows.toSorted((a, b) => a.name.localeCompare(b.name, language));
}
