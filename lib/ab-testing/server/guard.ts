import { z } from "zod";
import type { Sql } from "@/lib/dispatch/server/log/log-store";
import { addToGuards, type Guards } from "../add-decision";
import { outcomeAlarms } from "../guardrails";
import type { Outcome } from "../log-row";
import { CeilingMetric } from "../metric";
import type { Analysis, ConfigVersion } from "../settings";
import { newCeiling } from "../state";
import { currentConfig } from "./config-store";
import { rollBack } from "./ramp-changes";
import { openCounters, type Counter } from "./turn-counter";

const count = z.number().min(0);
const GuardJson = z.object({
  ceilings: z.partialRecord(CeilingMetric, z.object({ bets: z.array(z.number()).length(8), n: count, failures: count, value: count, peak: count })),
  hardStop: z.object({ streak: count, longest: count }),
  /** Version of the configuration that the alarm made; an alarm acts once. */
  withdrawnBy: z.number().nullable(),
});
type GuardJson = z.output<typeof GuardJson>;

function read(text: string | null, analysis: Analysis): GuardJson {
  const kept: GuardJson = text === null ? { ceilings: {}, hardStop: { streak: 0, longest: 0 }, withdrawnBy: null } : GuardJson.parse(JSON.parse(text));
  for (const metric of CeilingMetric.options) if (analysis.ceilings[metric] !== undefined) kept.ceilings[metric] ??= newCeiling();
  return kept;
}

/** True when a guardrail has withdrawn this experiment: only another experiment key may raise the share again. */
export function isWithdrawn(guardJson: string | null): boolean {
  return guardJson !== null && GuardJson.parse(JSON.parse(guardJson)).withdrawnBy !== null;
}

/** A withdrawal that the analysis found, not an outcome. */
export async function markWithdrawn(sql: Sql, config: ConfigVersion, byVersion: number, nowMs: number): Promise<void> {
  const counters = openCounters(sql);
  const counter = await counters.of(config.settings.experimentKey, nowMs);
  const kept = read(counter.guardJson, config.settings.analysis);
  counter.guardJson = JSON.stringify({ ...kept, withdrawnBy: kept.withdrawnBy ?? byVersion });
  await counters.save();
}

/**
 * One outcome of arm 2, in the transaction that stores it and under the experiment's lock: the state is the same whichever
 * process logs, and the withdrawal commits with the outcome that caused it.
 */
export async function guardOutcome(sql: Sql, counter: Counter, experimentKey: string, outcome: Outcome): Promise<void> {
  if (CeilingMetric.options.every((metric) => outcome.values[metric] === undefined)) return;
  const config = await currentConfig(sql);
  if (config.settings.experimentKey !== experimentKey) return;
  const { analysis } = config.settings;
  const kept = read(counter.guardJson, analysis);
  const guards: Guards = { analysis, ceilings: kept.ceilings, hardStop: kept.hardStop };
  addToGuards(guards, outcome);
  const alarms = outcomeAlarms(guards);
  if (alarms.length > 0 && kept.withdrawnBy === null) kept.withdrawnBy = await rollBack(sql, experimentKey, alarms, outcome.atMs);
  counter.guardJson = JSON.stringify(kept);
}
