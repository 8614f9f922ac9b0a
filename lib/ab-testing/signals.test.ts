import { expect, it } from "vitest";
import { newRamp, RampPlan, rampMove, type Ramp } from "./ramp";
import { signals, warning } from "./signals";
import { feed, simulated, type Simulated } from "./simulation/experiment";
import { seededRandom } from "./simulation/seeded-random";

const random = seededRandom(5);
function decide(run: Simulated, count: number, values: (phase: 1 | 2) => Parameters<typeof feed>[1]["values"]): void {
  for (let i = 0; i < count; i++) {
    const phase = random() < 0.5 ? 2 : 1;
    feed(run, { phase, share: 0.5, strategy: "weight_based", values: values(phase) });
  }
}
const of = (run: Simulated, name: string) => signals(run.state).find((signal) => signal.name === name);

it("knows nothing before there are outcomes, and says so", () => {
  const run = simulated({});
  expect(signals(run.state).every((signal) => signal.state === "unknown")).toBe(true);
  expect(of(run, "calibration")).toMatchObject({ state: "unknown" });
});

it("warns of a slower phase 2 and is quiet again when the difference goes", () => {
  const run = simulated({});
  decide(run, 200, () => ({ latency_ms: 10 + 5 * random() }));
  expect(of(run, "latency_ms")).toMatchObject({ state: "quiet" });
  decide(run, 200, (phase) => ({ latency_ms: (phase === 2 ? 30 : 10) + 5 * random() }));
  expect(of(run, "latency_ms")).toMatchObject({ state: "warns" });
  decide(run, 600, (phase) => ({ latency_ms: (phase === 2 ? 10 : 30) + 5 * random() }));
  expect(of(run, "latency_ms")).toMatchObject({ state: "quiet" });
});

it("warns of a fallback rate above its ceiling before that withdraws the model", () => {
  const run = simulated({ hardStop: null });
  let n = 0;
  decide(run, 80, (phase) => (phase === 2 ? { fallback: n++ % 8 === 0 ? 1 : 0 } : {}));
  expect(of(run, "fallback-rate")).toMatchObject({ state: "warns", limit: 0.05 });
  expect(warning(run.state)).toEqual(["fallback-rate"]);
});

it("holds the ramp and lets it go on", () => {
  const begun = rampMove(newRamp(RampPlan.parse({})), { kind: "start", by: "t", reason: "t" }, 0) as { ramp: Ramp };
  const tick = (ramp: Ramp, names: string[]) => rampMove(ramp, { kind: "tick", measured: { phase2InStep: 0, failingChecks: [], alarms: [], signals: names } }, 1) as { ramp: Ramp };
  const held = tick(begun.ramp, ["latency_ms"]).ramp;
  expect(held).toMatchObject({ status: "held", holdReason: "signal", step: 0 });
  expect(tick(held, []).ramp).toMatchObject({ status: "running", holdReason: null });
});
