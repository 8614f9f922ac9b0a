import { expect, it } from "vitest";
import type { AbEntries } from "@/lib/dispatch/server/log/row";
import { packEntries, unpackEntries } from "./pack-entries";

it("carries every member across", () => {
  const entries: AbEntries = {
    decisions: [
      { experimentKey: "e", dispatchKey: "ñ-1", dispatchId: -1, version: 3, strategy: "round_robin", turns: { kind: "round_robin", phase2Share: 0.25 }, phase: 2, share: 0.25, reason: "draw", degraded: true, anonymous: false, decidedAtMs: 17, localHour: 18, turnUntilMs: Number.MAX_SAFE_INTEGER, correction: true },
      { experimentKey: "f", dispatchKey: "2", dispatchId: 2, version: 4, strategy: "weight_based", turns: null, phase: 1, share: 0.1, reason: "", degraded: false, anonymous: true, decidedAtMs: 19, localHour: 20, turnUntilMs: 21, correction: false },
    ],
    results: [{ experimentKey: "e", dispatchKey: "1", dispatchId: 1, executedPhase: null, version: 1, strategy: "thompson", atMs: 5, localHour: 6, values: { optimal: 1 }, phase1Json: "{}", phase2Json: null }],
  };
  expect(unpackEntries(packEntries(entries))).toEqual(entries);
});
