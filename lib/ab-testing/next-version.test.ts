import { expect, it } from "vitest";
import { nextVersion, type Proposal } from "./next-version";
import { Settings, type ConfigVersion } from "./settings";

const weight = (phase2Share: number, analysis: object = {}): Settings => Settings.parse({ experimentKey: "exp-1", strategy: { kind: "weight_based", phase2Share }, analysis });
const current: ConfigVersion = { version: 4, settings: weight(0.25), at: "2026-01-12T00:00:00Z", by: "op", reason: "" };
const propose = (settings: Settings, more: Partial<Proposal> = {}) =>
  nextVersion(current, { settings, expectedVersion: 4, by: "op", role: "operator", reason: "", typedConfirmation: null, rampRunning: false, at: "2026-01-12T01:00:00Z", ...more });

it.each<[string, Settings, Partial<Proposal>, string]>([
  ["up by exactly 25 points: an operator may", weight(0.5), {}, "accepted"],
  ["up by more: an administrator", weight(0.6), {}, "needs-admin"],
  ["up by more without a reason", weight(0.6), { role: "admin" }, "needs-reason"],
  ["up by more, not typed", weight(0.6), { role: "admin", reason: "go" }, "needs-confirmation"],
  ["up by more, wrong number typed", weight(0.6), { role: "admin", reason: "go", typedConfirmation: "50" }, "needs-confirmation"],
  ["up by more, typed", weight(0.6), { role: "admin", reason: "go", typedConfirmation: "60 %" }, "accepted"],
  ["a stale version", weight(0.3), { expectedVersion: 3 }, "stale-version"],
  ["up while a ramp runs", weight(0.3), { rampRunning: true }, "ramp-running"],
  ["to 0 while a ramp runs: always", weight(0), { rampRunning: true }, "accepted"],
  ["a looser ceiling", weight(0.25, { ceilings: { fallback: 0.2, error: 0.05, deadline_missed: 0.05 } }), {}, "needs-admin"],
  ["a dropped ceiling", weight(0.25, { ceilings: { error: 0.05, deadline_missed: 0.05 } }), {}, "needs-admin"],
  ["up by more, taking back one's own return: an operator may", weight(0.6), { undo: { allowed: true, reason: "own" } }, "accepted"],
  ["the same too late: as any change", weight(0.6), { undo: { allowed: false, reason: "longer ago" } }, "needs-admin"],
  ["the same by less: as any change", weight(0.3), { undo: { allowed: false, reason: "longer ago" } }, "accepted"],
  ["the same while a ramp runs", weight(0.6), { undo: { allowed: true, reason: "own" }, rampRunning: true }, "ramp-running"],
  ["the same of a version that is no longer in force", weight(0.6), { undo: { allowed: true, reason: "own" }, expectedVersion: 3 }, "stale-version"],
  ["hours that peak above 50 %", Settings.parse({ experimentKey: "exp-1", strategy: { kind: "time_based", zone: "UTC" } }), {}, "needs-admin"],
])("%s", (_, settings, more, expected) => {
  const judged = propose(settings, more);
  expect(judged.accepted ? "accepted" : judged.refusal).toBe(expected);
  if (judged.accepted) expect(judged.next.version).toBe(5);
});

it("keeps the version when nothing changes", () => {
  expect(propose(weight(0.25))).toMatchObject({ accepted: true, unchanged: true, next: { version: 4 } });
});
