import { randomUUID } from "node:crypto";
import { Reply, type Context } from "@/lib/http/route";
import { countLogRows } from "@/lib/metrics";
import { services } from "@/lib/services";
import { choosePhase } from "../choose-phase";
import type { Phase } from "../turn-phase";
import { experiment } from "./experiment";
import type { DecisionInput } from "./log-entry";

export type Decided = {
  phase: Phase;
  strategy: string;
  dispatch_id: number | string | null;
  share: number;
  reason: string;
  replayed: boolean;
  degraded: boolean;
  config_version: number;
  experiment_key: string;
  turn: number | null;
  recorded: boolean;
};

/** The answer to a dispatch, stored before it is given; by the draw alone when the store does not answer in time. */
export async function decide(dispatchId: number | string | null, nowMs: number): Promise<Decided> {
  const { config, hourIn } = experiment();
  const { experimentKey, strategy, analysis } = config.settings;
  const turns = strategy.kind === "round_robin" || strategy.kind === "balanced_blocks" ? strategy : null;
  const dispatchKey = dispatchId === null ? `anonymous ${randomUUID()}` : String(dispatchId);
  const zoneHour = strategy.kind === "time_based" ? hourIn(strategy.zone, nowMs) : 0;
  const drawn = choosePhase(strategy, { experimentKey, dispatchId: dispatchKey, localHour: zoneHour, turn: null });
  const input: DecisionInput = {
    experimentKey,
    dispatchKey,
    dispatchId: idNumber(dispatchId),
    version: config.version,
    strategy: strategy.kind,
    turns,
    phase: drawn.phase,
    share: drawn.share,
    reason: drawn.reason,
    degraded: false,
    anonymous: dispatchId === null,
    decidedAtMs: nowMs,
    localHour: hourIn(analysis.zone, nowMs),
    turnUntilMs: Number.MAX_SAFE_INTEGER,
    correction: false,
  };
  const { log } = services();
  const { recorded, answers } = await log.appendAb({ decisions: [input], results: [] }, (late) => {
    const told = late.decisions[0];
    // The transaction went through after its caller had been answered by the draw: what was answered is what holds.
    if (told && !told.replayed && told.phase !== drawn.phase) void log.appendAb({ decisions: [{ ...input, correction: true }], results: [] }).catch(() => undefined);
  });
  countLogRows[recorded].add();
  const told = answers?.decisions[0];
  // Each member named once and in this order: a copy of one object into another makes its shape anew every time.
  return {
    phase: told ? told.phase : drawn.phase,
    strategy: told ? told.strategy : strategy.kind,
    dispatch_id: dispatchId,
    share: told ? told.share : drawn.share,
    reason: told ? told.reason : drawn.reason,
    replayed: told ? told.replayed : false,
    degraded: told ? told.degraded : answers === null,
    config_version: told ? told.version : config.version,
    experiment_key: experimentKey,
    turn: told ? told.turn : null,
    recorded: recorded !== "dropped",
  };
}

/** A whole number that fits the published column; -1 otherwise. */
export function idNumber(dispatchId: number | string | null): number {
  const number = typeof dispatchId === "string" ? (/^\d{1,10}$/.test(dispatchId) ? Number(dispatchId) : -1) : (dispatchId ?? -1);
  return number <= 2_147_483_647 ? number : -1;
}

export async function decidePhase(context: Context<unknown, unknown, { dispatch_id?: number | string | null | undefined } | null | undefined>): Promise<Reply> {
  const decided = await decide(context.body?.dispatch_id ?? null, context.now.getTime());
  return new Reply(`{"success":true,${JSON.stringify(decided).slice(1)}`);
}
