import { expect, it } from "vitest";
import { judgeUndo, UNDO_WINDOW_MS, type Done } from "./judge-undo";
import { Settings } from "./settings";

const weight = (phase2Share: number, more: object = {}): Settings => Settings.parse({ experimentKey: "exp-1", strategy: { kind: "weight_based", phase2Share }, ...more });
const olga = { kind: "person", id: "p-olga" } as const;
const done: Done = { settings: weight(0), before: weight(0.6), by: olga, atMs: 1_000_000 };
const later = done.atMs + 4_000;

it.each<[string, Partial<Done>, Parameters<typeof judgeUndo>[1], number, boolean]>([
  ["one's own, at once", {}, olga, later, true],
  ["at the very end of its time", {}, olga, done.atMs + UNDO_WINDOW_MS, true],
  ["after its time", {}, olga, done.atMs + UNDO_WINDOW_MS + 1, false],
  ["so long ago that nobody is found", { by: null }, olga, later, false],
  ["somebody else's", {}, { kind: "person", id: "p-omar" }, later, false],
  ["a key of the same id", {}, { kind: "key", id: "p-olga" }, later, false],
  ["what a key did, by that key", { by: { kind: "key", id: "k1" } }, { kind: "key", id: "k1" }, later, false],
  ["what the system did", { by: { kind: "system", id: "" } }, olga, later, false],
  ["a share that only fell", { settings: weight(0.1) }, olga, later, false],
  ["a change at the rules that touched no share", { before: weight(0) }, olga, later, false],
  ["a return that changed a limit too", { settings: weight(0, { analysis: { ceilings: { fallback: 0.2 } } }) }, olga, later, false],
  ["a return that began another test", { settings: weight(0, { experimentKey: "exp-2" }) }, olga, later, false],
  ["from turns back to turns", { before: Settings.parse({ experimentKey: "exp-1", strategy: { kind: "round_robin" } }) }, olga, later, true],
])("%s", (_, part, by, nowMs, allowed) => {
  const judged = judgeUndo({ ...done, ...part }, by, nowMs);
  expect(judged.allowed).toBe(allowed);
  expect(judged.reason).not.toBe("");
});
