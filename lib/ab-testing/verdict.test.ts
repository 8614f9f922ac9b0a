import fc from "fast-check";
import { expect, it } from "vitest";
import { verdict, type VerdictInput } from "./verdict";

const LN_20 = Math.log(20);
const clear: VerdictInput = {
  failingChecks: [],
  alarms: [],
  goal: { metric: "optimal", kind: "binary", better: "up" },
  lnEvidence: 0,
  lnLimit: LN_20,
  estimate: { value: 0.03, halfWidth: 0.05, sd: 0.8 },
  arms: [
    { n: 2800, successes: 2380, failures: 420 },
    { n: 910, successes: 802, failures: 108 },
  ],
  controlMean: 0.85,
  margin: 0.01,
  daysObserved: 8,
  minimumDays: 7,
  decisionsPerDay: 1200,
  share: 0.25,
  caveats: [],
};
const alarm = { kind: "hard-stop", streak: 5, limit: 5 } as const;

it.each<[string, Partial<VerdictInput>, string]>([
  ["nothing decided", {}, "undecided"],
  ["evidence exactly at its limit", { lnEvidence: LN_20 }, "better"],
  ["evidence just short", { lnEvidence: LN_20 - 1e-9 }, "undecided"],
  ["evidence, estimate against", { lnEvidence: LN_20, estimate: { value: -0.03, halfWidth: 0.02, sd: 0.8 } }, "harmful"],
  ["a shorter arrival is favourable", { lnEvidence: LN_20, goal: { metric: "arrival_minutes", kind: "positive", better: "down" }, estimate: { value: -0.5, halfWidth: 0.2, sd: 3 } }, "better"],
  ["evidence before a full week", { lnEvidence: LN_20, daysObserved: 6.9 }, "undecided"],
  ["a failing check wins over everything", { failingChecks: ["mismatch"], alarms: [alarm], lnEvidence: 50 }, "unhealthy"],
  ["a guardrail wins over gain", { alarms: [alarm], lnEvidence: 50 }, "harmful"],
  ["99 in an arm", { arms: [clear.arms[0], { n: 99, successes: 80, failures: 19 }] }, "too-early"],
  ["9 of the rarer outcome", { arms: [clear.arms[0], { n: 910, successes: 901, failures: 9 }] }, "too-early"],
  ["harm may come before that", { arms: [clear.arms[0], { n: 40, successes: 5, failures: 35 }], lnEvidence: 9, estimate: { value: -0.6, halfWidth: 1, sd: 2 } }, "harmful"],
  ["gain may not", { arms: [clear.arms[0], { n: 40, successes: 39, failures: 1 }], lnEvidence: 9 }, "too-early"],
  ["interval inside the margin", { estimate: { value: 0.001, halfWidth: 0.008, sd: 0.8 } }, "equivalent"],
  ["interval touching the margin", { estimate: { value: 0.002, halfWidth: 0.008, sd: 0.8 } }, "undecided"],
])("%s", (_, change, expected) => {
  const judged = verdict({ ...clear, ...change });
  expect(judged.verdict).toBe(expected);
  expect(judged.reasons.length).toBeGreaterThan(0);
});

it("says how much is still needed", () => {
  const { numbers } = verdict({ ...clear, arms: [clear.arms[0], { n: 50, successes: 40, failures: 10 }] });
  expect(numbers.decisions_needed).toBe(200);
  expect(numbers.hours_needed).toBeCloseTo(4, 9);
  expect(numbers.low).toBeNull();
  // 0.85 against 0.86 needs 19,464 per arm at the 0.5 share; x 4 / (4 · 0.25 · 0.75) - 3,710.
  const open = verdict(clear).numbers;
  expect(open.decisions_needed).toBeGreaterThan(95_000);
  expect(open.days_needed! * 1200).toBeCloseTo(open.decisions_needed!, 6);
});

/** The simulations work the judgement out only when the peak of ln E has reached its limit. This is why they may. */
it("is never better or harmful below the limit without a guardrail", () => {
  const arm = fc.record({ successes: fc.nat(5000), failures: fc.nat(5000) }).map((a) => ({ ...a, n: a.successes + a.failures }));
  const estimate = fc.option(fc.record({ value: fc.double({ min: -1, max: 1, noNaN: true }), halfWidth: fc.double({ min: 0, max: 1, noNaN: true }), sd: fc.double({ min: 0, max: 3, noNaN: true }) }), { nil: null });
  fc.assert(
    fc.property(arm, arm, estimate, fc.double({ min: -50, max: LN_20, maxExcluded: true, noNaN: true }), (a, b, e, lnEvidence) => {
      const found = verdict({ ...clear, arms: [a, b], estimate: e, lnEvidence, daysObserved: 100 }).verdict;
      expect(["too-early", "equivalent", "undecided"]).toContain(found);
    }),
  );
});
