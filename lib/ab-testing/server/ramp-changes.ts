import { z } from "zod";
import { systemActor, type Actor } from "@/lib/audit/actor";
import { raiseAlert } from "@/lib/alerts/server/raise-alert";
import { table, type Sql } from "@/lib/dispatch/server/log/log-store";
import type { Alarm } from "../guardrails";
import { largestPercent } from "../next-version";
import { RAMP_STATUSES, RampPlan, rampMove, type Ramp, type RampEffect, type RampEvent, type RampMove } from "../ramp";
import type { ConfigVersion, Settings } from "../settings";
import { audit } from "./audit-change";
import { appendConfig, lockedConfig, tell, type Origin } from "./config-store";

export const RAMP_NAME = "main";
export const SYSTEM: Actor = systemActor("ab-testing");

const RampJson = z.object({
  version: z.int(),
  status: z.enum(RAMP_STATUSES),
  plan: RampPlan,
  step: z.int(),
  stepStartedAtMs: z.number().nullable(),
  holdReason: z.enum(["person", "no-traffic", "mismatch", "health", "query-error", "signal"]).nullable(),
  approved: z.boolean(),
  errorsInRow: z.int(),
  quietSinceMs: z.number().nullable(),
  quietAlerted: z.boolean(),
  lockedUntilMs: z.number().nullable(),
});

export type StoredRamp = { ramp: Ramp; stepVersion: number };

export function toRamp(row: { ramp_json: unknown; step_version: unknown }): StoredRamp {
  return { ramp: RampJson.parse(JSON.parse(String(row.ramp_json))), stepVersion: Number(row.step_version) };
}

export async function readRamp(all: Sql["all"], dialect: Sql["dialect"]): Promise<StoredRamp | null> {
  const [row] = await all(`SELECT ramp_json, step_version FROM ${table(dialect, "ab_ramp")} WHERE name = ?`, [RAMP_NAME]);
  return row ? toRamp({ ramp_json: row.ramp_json, step_version: row.step_version }) : null;
}

/** False when another process moved the ramp first: then nothing of the move may happen. */
export async function saveRamp(sql: Sql, ramp: Ramp, before: Ramp | null, stepVersion: number, nowMs: number): Promise<boolean> {
  const name = table(sql.dialect, "ab_ramp");
  const values = [ramp.version, ramp.status, JSON.stringify(ramp), stepVersion, new Date(nowMs)];
  if (before) return (await sql.run(`UPDATE ${name} SET version = ?, status = ?, ramp_json = ?, step_version = ?, updated_at = ? WHERE name = ? AND version = ?`, [...values, RAMP_NAME, before.version])) === 1;
  return (await sql.run(`INSERT INTO ${name} (version, status, ramp_json, step_version, updated_at, name) VALUES (?, ?, ?, ?, ?, ?)`, [...values, RAMP_NAME])) === 1;
}

export type Moved = { move: RampMove; ramp: Ramp; config: ConfigVersion; lost: boolean };

/** Moves the stored ramp and does what the move asks for, all in the transaction it is given. */
export async function moveRamp(sql: Sql, stored: StoredRamp, config: ConfigVersion, event: RampEvent, actor: Actor, nowMs: number): Promise<Moved> {
  const move = rampMove(stored.ramp, event, nowMs);
  if ("refused" in move) return { move, ramp: stored.ramp, config, lost: false };
  if (move.ramp === stored.ramp && move.effects.length === 0) return { move, ramp: stored.ramp, config, lost: false };
  const restarted = event.kind === "start" && stored.ramp.status === "rolled_back";
  const present = restarted ? { ...config, settings: { ...config.settings, experimentKey: nextKey(config) } } : config;
  const origin: Origin = move.ramp.status === "rolled_back" && actor.kind === "system" ? "guardrail" : "ramp";
  const next = await applyEffects(sql, present, move.effects, actor, origin, nowMs);
  const began = move.ramp.step !== stored.ramp.step || event.kind === "start" || stored.ramp.status === "scheduled";
  const saved = move.ramp.version === stored.ramp.version || (await saveRamp(sql, move.ramp, stored.ramp, began ? next.version : stored.stepVersion, nowMs));
  if (saved) await tell(sql, "ramp", move.ramp.version, new Date(nowMs));
  return { move, ramp: move.ramp, config: next, lost: !saved };
}

async function applyEffects(sql: Sql, config: ConfigVersion, effects: readonly RampEffect[], actor: Actor, origin: Origin, nowMs: number): Promise<ConfigVersion> {
  let present = config;
  for (const effect of effects) {
    switch (effect.kind) {
      case "set-share": {
        const settings: Settings = { ...present.settings, strategy: { kind: "weight_based", phase2Share: effect.share } };
        const next: ConfigVersion = { version: present.version + 1, settings, at: new Date(nowMs).toISOString(), by: actor.name, reason: effect.reason };
        await appendConfig(sql, next, origin);
        present = next;
        break;
      }
      case "alert":
        await raiseAlert(sql, {
          type: effect.type,
          severity: effect.severity,
          service: "ab-testing",
          modelVersion: "",
          check: effect.check,
          slice: present.settings.experimentKey,
          title: titles[effect.check] ?? `A/B test ${present.settings.experimentKey}: ${effect.check}`,
          description: `Experiment ${present.settings.experimentKey}, configuration ${present.version}.`,
          details: { experiment_key: present.settings.experimentKey, config_version: present.version, numbers: effect.numbers },
          steps: steps[effect.check] ?? [],
          atMs: nowMs,
        });
        break;
      case "audit":
        await audit(sql, actor, { action: effect.action, subjectType: "ab_ramp", subjectId: present.settings.experimentKey, before: config.settings, after: present.settings, reason: effect.reason, atMs: nowMs });
        break;
    }
  }
  return present;
}

const titles: Record<string, string> = {
  "ab-guardrail": "The model was withdrawn from the A/B test",
  "ab-mismatch": "The A/B test does not split as it says",
  "ab-no-traffic": "The A/B ramp has had no traffic for a day",
  "ab-query": "The A/B ramp cannot read its numbers",
};
const steps: Record<string, string[]> = {
  "ab-guardrail": ["Read the numbers of the alarm", "Look at the model's health and its fallbacks", "Restart the ramp with a reason once the cause is gone"],
  "ab-mismatch": ["Look for decisions that are lost before they are logged", "Compare the callers", "Resume the ramp when the split is right"],
  "ab-no-traffic": ["Check that the dispatch system calls decide-phase", "Start at a larger share"],
  "ab-query": ["Check the database", "The ramp goes on by itself once it answers"],
};

/**
 * A guardrail withdraws the model: share 0 in a new configuration version, the ramp rolled back, alert, audit and change
 * event, in the transaction of the outcome that raised the alarm. Returns the version in force.
 */
export async function rollBack(sql: Sql, experimentKey: string, alarms: readonly Alarm[], nowMs: number): Promise<number> {
  const config = await lockedConfig(sql);
  // Another experiment by now: what alarmed is no longer in force.
  if (config.settings.experimentKey !== experimentKey) return config.version;
  if (largestPercent(config.settings.strategy) === 0) return config.version;
  const stored = await readRamp(sql.all, sql.dialect);
  const live = stored && (stored.ramp.status === "running" || stored.ramp.status === "held");
  if (live) {
    const moved = await moveRamp(sql, stored, config, { kind: "tick", measured: { phase2InStep: 0, failingChecks: [], alarms, signals: [] } }, SYSTEM, nowMs);
    if (moved.lost) throw new Error("the ramp moved under a rollback");
    return moved.config.version;
  }
  const reason = alarms.map((alarm) => (alarm.kind === "hard-stop" ? `${alarm.streak} failures in a row` : `${alarm.kind} guardrail on ${alarm.metric}`)).join("; ");
  const effects: RampEffect[] = [
    { kind: "set-share", share: 0, reason },
    { kind: "audit", action: "ab.rollback", by: SYSTEM.name, reason },
    { kind: "alert", type: "PERFORMANCE_DEGRADATION", severity: "CRITICAL", check: "ab-guardrail", numbers: alarms },
  ];
  return (await applyEffects(sql, config, effects, SYSTEM, "guardrail", nowMs)).version;
}

/** A restart is a new experiment: nobody keeps the arm of the withdrawn one, and the evidence starts at nothing. */
export function nextKey({ settings: { experimentKey }, version }: ConfigVersion): string {
  return `${experimentKey.replace(/\.r\d+$/, "").slice(0, 30)}.r${version + 1}`;
}
