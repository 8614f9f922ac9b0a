import { expect, it } from "vitest";
import type { Arm } from "../policy";
import { openCity, simulate, type Dispatch, type Question } from "../simulate";
import { drive, type Driving } from "./drive";

const startMs = Date.parse("2026-03-02T00:00:00-04:00");
const options = { seed: 4, startMs, days: 1 };
const noonMs = startMs + 12 * 3_600_000;

async function driven(given: Partial<Driving> = {}) {
  const events: { ms: number; kind: "ask" | "tell"; id: number }[] = [];
  const dispatches: Dispatch[] = [];
  await drive({
    city: openCity(options),
    remembered: ({ t0Ms }) => (t0Ms <= noonMs ? "A" : null),
    tells: ({ t0Ms }) => t0Ms > noonMs,
    ask: ({ t0Ms, call }) => {
      events.push({ ms: t0Ms, kind: "ask", id: call.id });
      return Promise.resolve("A");
    },
    tell: (dispatch) => {
      events.push({ ms: dispatch.knownMs, kind: "tell", id: dispatch.call.id });
      dispatches.push(dispatch);
      return Promise.resolve();
    },
    until: () => Promise.resolve(true),
    ...given,
  });
  return { events, dispatches };
}

it("asks about every call and tells every outcome, once, in the order of time", async () => {
  const { events } = await driven();
  const later = simulate(options).dispatches.filter((each) => each.t0Ms > noonMs);
  expect(later.length).toBeGreaterThan(50);
  expect(events.filter(({ kind }) => kind === "ask").map(({ id }) => id)).toEqual(later.map((each) => each.call.id));
  expect(events.filter(({ kind }) => kind === "tell").map(({ id }) => id)).toEqual([...later].sort((a, b) => a.knownMs - b.knownMs).map((each) => each.call.id));
  expect(events.map(({ ms }) => ms)).toEqual(events.map(({ ms }) => ms).sort((a, b) => a - b));
});

it("has what happens follow from the answer: the same as the city that is told all arms beforehand", async () => {
  const armOf = ({ call }: Question): Arm => (call.id % 3 === 0 ? "A" : "B");
  const { dispatches } = await driven({ remembered: () => null, tells: () => true, ask: (question) => Promise.resolve(armOf(question)) });
  const expected = simulate({ ...options, armOf }).dispatches;
  expect(dispatches.sort((a, b) => a.call.id - b.call.id).map(({ call, unitId, knownMs, choice }) => [call.id, unitId, knownMs, choice])).toEqual(
    expected.sort((a, b) => a.call.id - b.call.id).map(({ call, unitId, knownMs, choice }) => [call.id, unitId, knownMs, choice]),
  );
});

it("stops before the first event whose time never comes", async () => {
  const endMs = noonMs + 3_600_000;
  const { events } = await driven({ until: (ms) => Promise.resolve(ms <= endMs) });
  expect(events.length).toBeGreaterThan(5);
  expect(Math.max(...events.map(({ ms }) => ms))).toBeLessThanOrEqual(endMs);
});
