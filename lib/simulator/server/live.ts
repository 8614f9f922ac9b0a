import { setTimeout as sleep } from "node:timers/promises";
import { UTC_OFFSET_MS } from "../city";
import { aheadDispatchId } from "../demo-plan";
import type { ScenarioId } from "../scenario";
import { openCity } from "../simulate";
import { drive } from "./drive";
import type { Traffic } from "./traffic";

export type LiveOptions = { seed: number; speed: number; minutes: number; callsPerDay: number; scenario: ScenarioId; traffic: Traffic };
/** `latestMs`: the most that an event was sent after its time, on the clock of the wall. */
export type LiveRun = { seconds: number; cityMinutes: number; byPhase: { rules: number; model: number }; latestMs: number };

const DAY_MS = 86_400_000;

/** A city that has been running since yesterday, sent from now on at a multiple of its pace. A scenario sets in now. */
export async function runLive({ seed, speed, minutes, callsPerDay, scenario, traffic }: LiveOptions): Promise<LiveRun> {
  const startMs = Date.now();
  const endMs = startMs + minutes * 60_000 * speed;
  const dayMs = Math.floor((startMs + UTC_OFFSET_MS) / DAY_MS) * DAY_MS - UTC_OFFSET_MS;
  const city = openCity({ seed, startMs: dayMs - DAY_MS, days: Math.ceil((endMs - dayMs) / DAY_MS) + 1, scenario, scenarioStartMs: startMs, callsPerDay, firstId: aheadDispatchId(startMs) });
  // Yesterday is over before the clock starts.
  for (let question = city.question(); question && question.t0Ms <= startMs; question = city.question()) city.answer("A");
  const began = performance.now();
  const run: LiveRun = { seconds: 0, cityMinutes: minutes * speed, byPhase: { rules: 0, model: 0 }, latestMs: 0 };
  await drive({
    city,
    remembered: ({ serviceDown }) => (serviceDown ? "A" : null),
    tells: ({ serviceDown }) => !serviceDown,
    ask: async (question) => {
      const arm = await traffic.ask(question);
      run.byPhase[arm === "B" ? "model" : "rules"] += 1;
      return arm;
    },
    tell: traffic.tell,
    until: async (ms) => {
      if (ms > endMs) return false;
      const dueMs = (ms - startMs) / speed;
      const waitMs = dueMs - (performance.now() - began);
      if (waitMs > 0) await sleep(waitMs);
      run.latestMs = Math.max(run.latestMs, performance.now() - began - dueMs);
      return true;
    },
  });
  run.seconds = (performance.now() - began) / 1_000;
  return run;
}
