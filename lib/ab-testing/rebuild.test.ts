import fc from "fast-check";
import { expect, it } from "vitest";
import { addDecision, addOutcome } from "./add-decision";
import { closeSlot, nextDueSlot } from "./close-slot";
import { health } from "./health";
import type { LogRow } from "./log-row";
import { outcomesOf, rebuild } from "./rebuild";
import { Analysis } from "./settings";
import { newState, type ExperimentState } from "./state";
import { stateFromJson, stateToJson } from "./state-json";
import { seededRandom } from "./simulation/seeded-random";

const START = Date.UTC(2026, 0, 5);
const analysis = Analysis.parse({ maturityMinutes: 90, goals: ["optimal", "arrival_minutes"] });

/** A log with three periods, three strategies, missing and late outcomes, a few crossovers and anonymous calls. */
function aLog(seed: number, n: number): LogRow[] {
  const random = seededRandom(seed);
  const strategies = ["weight_based", "time_based", "balanced_blocks"] as const;
  return Array.from({ length: n }, (_, i): LogRow => {
    const version = 1 + Math.floor((3 * i) / n);
    const strategy = strategies[version - 1]!;
    const share = strategy === "balanced_blocks" ? 0.5 : strategy === "time_based" ? (random() < 0.5 ? 0.3 : 0.7) : 0.2;
    const decidedAtMs = START + i * 240_000 + Math.floor(random() * 200_000);
    const phase = random() < share ? 2 : 1;
    const immediate = { value: random() * 40, atMs: decidedAtMs + 5 };
    const late = { atMs: decidedAtMs + Math.floor(random() * 4 * 3_600_000) };
    return {
      dispatchId: `D-${i}`,
      phase,
      share,
      strategy,
      deterministic: false,
      version,
      turn: strategy === "balanced_blocks" ? i + 1 : null,
      degraded: random() < 0.01,
      decidedAtMs,
      localHour: Math.floor((decidedAtMs / 3_600_000) % 24),
      anonymous: random() < 0.02,
      executedPhase: random() < 0.03 ? 1 : phase,
      executedAtMs: decidedAtMs + 5,
      outcomes: {
        latency_ms: immediate,
        fallback: { value: random() < 0.1 ? 1 : 0, atMs: decidedAtMs + 5 },
        confidence: { value: random(), atMs: decidedAtMs + 5 },
        ...(random() < 0.9 ? { optimal: { value: random() < 0.8 ? 1 : 0, ...late }, arrival_minutes: { value: 2 + 20 * random(), ...late } } : {}),
      },
    };
  });
}

/** What a server does: events as they come, slots closed whenever it happens to look, with the rows its queries return. */
function incremental(rows: readonly LogRow[], untilMs: number, random: () => number): ExperimentState {
  let state = newState("exp-1", analysis);
  const events = rows
    .flatMap((row) => [{ atMs: row.decidedAtMs, row, outcome: null }, ...outcomesOf(row).map((outcome) => ({ atMs: outcome.atMs, row, outcome }))])
    .filter(({ atMs }) => atMs <= untilMs)
    .sort((a, b) => a.atMs - b.atMs);
  const close = (nowMs: number): void => {
    const known = rows.filter((row) => row.decidedAtMs <= nowMs);
    for (const slotClass of ["immediate", "late"] as const) {
      for (let slot = nextDueSlot(state, slotClass, nowMs); slot; slot = nextDueSlot(state, slotClass, nowMs)) closeSlot(state, slot, known);
    }
  };
  for (const { atMs, row, outcome } of events) {
    if (random() < 0.02) close(atMs - 1);
    if (random() < 0.01) state = stateFromJson(stateToJson(state))!;
    if (outcome) addOutcome(state, row, outcome);
    else addDecision(state, row);
  }
  close(untilMs);
  return state;
}

it("equals the running state, whenever slots were closed and however often it was stored", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 0, max: 400 }), (seed, n) => {
      const rows = aLog(seed, n);
      const untilMs = START + n * 240_000 + 3_600_000;
      const running = incremental(rows, untilMs, seededRandom(seed + 1));
      expect(stateToJson(running)).toBe(stateToJson(rebuild("exp-1", analysis, rows, untilMs)));
    }),
    { numRuns: 15, seed: 5 },
  );
});

it("keeps late outcomes out of the evidence and in the estimate", () => {
  const rows = aLog(7, 300);
  const { optimal } = rebuild("exp-1", analysis, rows, START + 300 * 240_000 + 24 * 3_600_000).metrics;
  const known = rows.filter((row) => row.outcomes.optimal && !row.anonymous);
  expect(optimal.late).toBeGreaterThan(0);
  expect(optimal.aipw.n).toBe(known.length);
  expect(optimal.evidence!.n).toBeLessThan(known.length - optimal.late + 1);
});

it("knows a stored state of another form, and refuses a damaged one", () => {
  expect(stateFromJson(JSON.stringify({ format: 1 }))).toBeNull();
  expect(() => stateFromJson(JSON.stringify({ format: 2 }))).toThrow();
});

it("counts a turn that the draw had answered as a gap, not as a broken order", () => {
  const rows = [1, 2, 3, 4, 5, 6].map((turn): LogRow => ({ ...aLog(1, 1)[0]!, dispatchId: `D-${turn}`, strategy: "round_robin", share: 0.5, turn, phase: turn % 2 === 0 ? 2 : 1, decidedAtMs: START + turn, degraded: false, anonymous: false, outcomes: {} }));
  rows[2] = { ...rows[2]!, degraded: true, phase: 2 };
  const turnOrder = (log: LogRow[]) => health(rebuild("exp-1", analysis, log, START + 60_000), START + 60_000).checks.find((check) => check.code === "turn-order");
  expect(turnOrder(rows)).toMatchObject({ ok: true, values: { turns: 6, missing: 0, wrong: 0, gaps: 1, degraded: 1 } });
  expect(turnOrder(rows.map((row) => ({ ...row, degraded: false })))).toMatchObject({ ok: false, values: { wrong: 1 } });
  expect(turnOrder(rows.filter((_, i) => i !== 2))).toMatchObject({ ok: false, values: { missing: 1 } });
});
