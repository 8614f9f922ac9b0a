import { z } from "zod";
import { DEFAULT_SPEED_KMH } from "@/lib/dispatch/phase1";
import { severityRule } from "@/lib/dispatch/severity";
import { Problem } from "@/lib/http/problem";
import type { DispatchRow, dispatch as detailContract, dispatches as listContract } from "../contract";
import { readPeriod } from "./overview";
import { toRow as toPrediction } from "./predictions";
import * as store from "./store";

const EXACT_UP_TO = 10_000;
const MOST_PREDICTIONS = 50;

/** What the assignment log keeps of each candidate (lib/dispatch/phase1.ts). */
const Candidates = z.array(z.object({ id: z.int(), distanceKm: z.number(), etaMinutes: z.number(), unitType: z.string().nullable(), typeFits: z.boolean().nullable(), score: z.number() }));
const Ids = z.array(z.int());
const parsed = <T>(schema: z.ZodType<T>, json: string | null, otherwise: T): T => {
  if (json === null) return otherwise;
  try {
    return schema.parse(JSON.parse(json));
  } catch {
    return otherwise; // rows of the old system hold other things here
  }
};

function toRow(row: store.BoardRow): DispatchRow {
  const distance = row.nearestAmbulanceDistanceKm;
  return {
    history_id: row.id,
    dispatch_id: row.dispatchId,
    requested_at: row.requestTimestamp.toISOString(),
    severity: row.severityLevel,
    target_minutes: severityRule(row.severityLevel).targetMinutes,
    emergency_type: row.emergencyType,
    zone_code: row.zoneCode,
    phase: row.phaseUsed === 1 || row.phaseUsed === 2 ? row.phaseUsed : null,
    model: row.modelVersion,
    ambulance_id: row.assignedAmbulanceId,
    distance_km: distance,
    eta_minutes: distance === null ? null : (distance / DEFAULT_SPEED_KMH) * 60,
    optimization_score: row.optimizationScore,
    state: row.outcomeStatus === "censored" ? "cancelled" : row.outcomeStatus === "joined" || row.actualResponseTimeMinutes !== null ? "arrived" : "open",
    actual_response_minutes: row.actualResponseTimeMinutes,
  };
}

const badCursor = (): Problem => new Problem("invalid-request", "cursor: not one of ours", { fields: [{ part: "query", field: "cursor", message: "not one of ours" }] });

/** `severity.ms.id` of the last row of the page before. */
function readCursor(text: string | undefined): store.BoardPlace | null {
  if (text === undefined) return null;
  const [, severity, atMs, id] = /^([1-5])\.(\d{1,15})\.(\d{1,10})$/.exec(text) ?? [];
  if (severity === undefined) throw badCursor();
  return { severity: Number(severity), at: new Date(Number(atMs)), id: Number(id) };
}

export async function dispatches({ query, now }: { query: z.output<typeof listContract.query>; now: Date }): Promise<z.input<typeof listContract.response>> {
  const { fromMs, toMs } = readPeriod(query);
  const after = readCursor(query.cursor);
  const search = query.q === undefined || query.q === "" ? undefined : query.q;
  const computed_at = now.toISOString();
  const filter: store.BoardFilter = {
    open: query.state === "open",
    from: new Date(fromMs),
    to: new Date(toMs),
    severities: query.severity,
    dispatchId: search === undefined ? undefined : /^\d{1,9}$/.test(search) ? Number(search) : -1, // nothing else is a dispatch number
  };
  const [rows, counts, total] = await Promise.all([store.boardPage(filter, after, query.limit + 1), store.openBySeverity(filter.from, filter.to), after === null ? store.countBoard(filter, EXACT_UP_TO + 1) : null]);
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    computed_at,
    rows: page.map(toRow),
    next_cursor: rows.length > query.limit && last ? `${last.severityLevel}.${last.requestTimestamp.getTime()}.${last.id}` : null,
    total: total === null ? null : { count: Math.min(total, EXACT_UP_TO), exact: total <= EXACT_UP_TO },
    open_by_severity: [5, 4, 3, 2, 1].map((severity) => ({ severity, count: counts.get(severity) ?? 0 })),
  };
}

/** What the severity asks for and the crew does not have, as lib/dispatch/phase1.ts fills it: seniors first, then juniors. */
function shortfall(severity: number, paramedics: number, nurse: number | null): string[] {
  const rule = severityRule(severity);
  const seniors = Math.max(0, rule.seniorParamedics - paramedics);
  const juniors = Math.max(0, rule.juniorParamedics - Math.max(0, paramedics - rule.seniorParamedics));
  return [...Array.from({ length: seniors }, () => "senior"), ...Array.from({ length: juniors }, () => "junior"), ...(rule.nurse && nurse === null ? ["nurse"] : [])];
}

export async function readDispatch({ params }: { params: { history_id: number } }): Promise<z.input<typeof detailContract.response>> {
  const found = await store.findAssignment(params.history_id);
  if (!found) throw new Problem("not-found", `There is no assignment ${params.history_id}.`, { fields: [{ part: "path", field: "history_id", message: "no such assignment" }] });
  const row = toRow(found);
  const paramedics = parsed(Ids, found.assignedParamedicIds, []);
  const missing = shortfall(found.severityLevel, paramedics.length, found.assignedNurseId);
  const candidates = parsed(Candidates, found.availableAmbulancesJson, []);
  return {
    row,
    reasoning:
      row.phase === 1 && row.distance_km !== null
        ? `unit ${row.ambulance_id}, the nearest of ${found.availableAmbulancesCount}, ${row.distance_km.toFixed(2)} km; crew of ${paramedics.length}${found.assignedNurseId === null ? "" : " plus nurse"}, severity ${row.severity}${missing.length > 0 ? `, missing ${missing.join(", ")}` : ""}`
        : null,
    candidates: candidates.map((each) => ({ ambulance_id: each.id, distance_km: each.distanceKm, eta_minutes: each.etaMinutes, unit_type: each.unitType, type_fits: each.typeFits, score: each.score, chosen: each.id === row.ambulance_id })),
    available_ambulances: found.availableAmbulancesCount,
    paramedic_ids: paramedics,
    nurse_id: found.assignedNurseId,
    crew_shortfall: missing,
    predictions: found.dispatchId < 0 ? [] : (await store.predictionsOfDispatch(found.dispatchId, MOST_PREDICTIONS)).map(toPrediction),
  };
}
