import { expect, it } from "vitest";
import type { SavedView } from "@/lib/console/settings-contract";
import { toViewQuery, toViews } from "./to-views";

const view = (id: string, name: string, more: Partial<SavedView> = {}): SavedView => ({ id, name, screen: "predictions", query: "phase=2", shared: false, by: "Vera", mine: true, ...more });

it("keeps period, filters and columns of an address, not its open row", () => {
  expect(toViewQuery(new URLSearchParams("range=7d&phase=2&hide=latency&sel=abc&sev=5%2C4"))).toBe("range=7d&phase=2&hide=latency&sev=5%2C4");
  expect(toViewQuery(new URLSearchParams(""))).toBe("");
});

it("sorts by name as the reader does", () => {
  expect(toViews([view("1", "Zona"), view("2", "árbol"), view("3", "Noche")], null, null, "es").map((row) => row.name)).toEqual(["árbol", "Noche", "Zona"]);
});

it("shows one on its way at once, in the place of one's own of that name", () => {
  const stored = [view("1", "Noche"), view("2", "Noche", { mine: false, by: "Óscar", shared: true })];
  const rows = toViews(stored, { name: "Noche", query: "phase=1", shared: false }, null, "es");
  expect(rows.map(({ id, query }) => [id, query])).toEqual([["2", "phase=2"], [null, "phase=1"]]);
});

it("hides one that is being deleted", () => {
  expect(toViews([view("1", "Noche"), view("2", "Turno")], null, "1", "es").map((row) => row.id)).toEqual(["2"]);
});
