import { db } from "@/lib/db/client";
import type { AbConfigModel, AbTestLogModel } from "@/prisma/generated/mssql/models";
import type { Phase } from "../turn-phase";
import type { ConfigVersion } from "../settings";
import type { ExperimentState } from "../state";
import { stateFromJson } from "../state-json";
import { toConfig, type Origin } from "./config-store";
import { RAMP_NAME, toRamp, type StoredRamp } from "./ramp-changes";

export type ArmFigures = {
  count: number;
  confidence: { n: number; mean: number | null; min: number | null; max: number | null };
  latencyMs: number | null;
  arrivalMinutes: number | null;
  rates: Record<"fallback" | "error" | "deadlineMissed" | "optimal" | "onTime", number | null>;
};

const flags = ["fallback", "error", "deadlineMissed", "optimal", "onTime"] as const;

/** Decisions since an instant per assigned arm; anonymous ones and outcomes without a decision are not compared. */
export async function armFigures(since: Date): Promise<Record<Phase, ArmFigures>> {
  const where = { createdAt: { gte: since }, anonymous: false, arm: { not: null } };
  const [sums, ...groups] = await Promise.all([
    db().abTestLog.groupBy({ by: ["arm"], where, _count: { _all: true, confidence: true }, _avg: { confidence: true, latencyMs: true, arrivalMinutes: true }, _min: { confidence: true }, _max: { confidence: true } }),
    ...flags.map((flag) => db().abTestLog.groupBy({ by: ["arm", flag], where: { ...where, [flag]: { not: null } }, _count: { _all: true } })),
  ]);
  const rate = (phase: Phase, at: number): number | null => {
    const name = flags[at]!;
    const own = groups[at]!.filter((row) => row.arm === phase);
    const n = own.reduce((total, row) => total + row._count._all, 0);
    return n === 0 ? null : own.reduce((total, row) => total + ((row as Record<string, unknown>)[name] === true ? row._count._all : 0), 0) / n;
  };
  const of = (phase: Phase): ArmFigures => {
    const row = sums.find(({ arm }) => arm === phase);
    return {
      count: row?._count._all ?? 0,
      confidence: { n: row?._count.confidence ?? 0, mean: row?._avg.confidence ?? null, min: row?._min.confidence ?? null, max: row?._max.confidence ?? null },
      latencyMs: row?._avg.latencyMs ?? null,
      arrivalMinutes: row?._avg.arrivalMinutes ?? null,
      rates: { fallback: rate(phase, 0), error: rate(phase, 1), deadlineMissed: rate(phase, 2), optimal: rate(phase, 3), onTime: rate(phase, 4) },
    };
  };
  return { 1: of(1), 2: of(2) };
}

/** The running state as the analysis last left it; null before the first decision was counted. */
export async function readState(experimentKey: string): Promise<{ state: ExperimentState; asOf: Date } | null> {
  const row = await db().abState.findUnique({ where: { experimentKey } });
  const state = row && row.cursorSeq >= 0 ? stateFromJson(row.stateJson) : null;
  return row && state && { state, asOf: row.asOf };
}

export async function readRamp(): Promise<StoredRamp | null> {
  const row = await db().abRamp.findUnique({ where: { name: RAMP_NAME } });
  return row ? toRamp({ ramp_json: row.rampJson, step_version: row.stepVersion }) : null;
}

export async function configHistory(limit: number, before: number | undefined): Promise<(ConfigVersion & { origin: Origin })[]> {
  const rows = await db().abConfig.findMany({ ...(before === undefined ? {} : { where: { version: { lt: before } } }), orderBy: { version: "desc" }, take: limit });
  return rows.map(toVersion);
}

function toVersion(row: AbConfigModel): ConfigVersion & { origin: Origin } {
  return toConfig({ version: row.version, settings_json: row.settingsJson, changed_at: row.changedAt, changed_by: row.changedBy, reason: row.reason, origin: row.origin });
}

/** A page of the log in the order of its rows, without the documents. */
export async function rowsAfter(id: number, experimentKey: string | undefined, take: number): Promise<Omit<AbTestLogModel, "phase1ResultJson" | "phase2ResultJson">[]> {
  return await db().abTestLog.findMany({ where: { id: { gt: id }, ...(experimentKey === undefined ? {} : { experimentKey }) }, omit: { phase1ResultJson: true, phase2ResultJson: true }, orderBy: { id: "asc" }, take });
}
