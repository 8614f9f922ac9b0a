import { Problem, type FieldProblem } from "@/lib/http/problem";
import { Reply, type Context } from "@/lib/http/route";
import { once } from "@/lib/http/server/idempotency";
import { unknownFields } from "@/lib/http/unknown-fields";
import { countLogRows } from "@/lib/metrics";
import { services } from "@/lib/services";
import { AssignRequest, MAX_BATCH, type AssignReply } from "../contract";
import { assign, type Assignment } from "../phase1";
import type { AssignmentRow } from "./log/row";

type Asking = Pick<Context<unknown, unknown, unknown>, "now" | "caller">;

const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;

function choose(request: AssignRequest): Assignment {
  const chosen = assign({
    latitude: request.patient_latitude,
    longitude: request.patient_longitude,
    severity: request.severity_level,
    ambulances: request.available_ambulances.map((each) => ({
      id: each.id,
      latitude: each.latitude ?? null,
      longitude: each.longitude ?? null,
      status: each.status,
      crewLevel: each.crew_level ?? null,
      unitType: each.unit_type ?? null,
    })),
    paramedics: request.available_paramedics.map((each) => ({ id: each.id, level: each.level ?? null, status: each.status ?? null })),
    nurses: request.available_nurses.map((each) => ({ id: each.id, status: each.status ?? null })),
  });
  if (!chosen)
    throw new Problem("no-available-ambulance", "available_ambulances: none is available with a position", {
      fields: [{ part: "body", field: "available_ambulances", message: "none is available with a position", code: "none_available" }],
    });
  return chosen;
}

function toReply(request: AssignRequest, chosen: Assignment, now: Date, unknown: string[]): AssignReply {
  const { crew } = chosen;
  const nurse = crew.nurseId === null ? "" : " plus nurse";
  return {
    success: true,
    dispatch_id: request.dispatch_id,
    ambulance_id: chosen.ambulance.id,
    paramedic_ids: crew.paramedicIds,
    nurse_id: crew.nurseId,
    distance_km: round(chosen.distanceKm, 2),
    confidence: chosen.confidence,
    optimization_score: chosen.optimizationScore,
    crew_complete: crew.shortfall.length === 0,
    crew_shortfall: crew.shortfall,
    candidates: chosen.candidates.map((each) => ({
      ambulance_id: each.id,
      distance_km: round(each.distanceKm, 3),
      eta_minutes: round(each.etaMinutes, 2),
      unit_type: each.unitType,
      type_fits: each.typeFits,
      score: each.score,
    })),
    skipped_ambulance_ids: chosen.skippedAmbulanceIds,
    assignment_type: "deterministic_rules",
    phase: 1,
    reasoning: `unit ${chosen.ambulance.id}, ${chosen.distanceKm.toFixed(2)} km, crew of ${crew.paramedicIds.length}${nurse}, severity ${request.severity_level}${crew.shortfall.length > 0 ? `, missing ${crew.shortfall.join(", ")}` : ""}`,
    history_id: null,
    recorded: true,
    unknown_fields: unknown,
    timestamp: now.toISOString(),
  };
}

function toRow(request: AssignRequest, chosen: Assignment, { now, caller }: Asking): AssignmentRow {
  const nowMs = now.getTime();
  const local = services().localTime(nowMs);
  const free = request.available_paramedics.filter((each) => (each.status ?? "available") === "available");
  const available = request.available_ambulances.filter((each) => each.status === "available").length;
  const staffed = request.available_ambulances.length;
  return {
    dispatch_id: request.dispatch_id,
    request_timestamp: nowMs,
    emergency_latitude: request.patient_latitude,
    emergency_longitude: request.patient_longitude,
    emergency_type: request.emergency_type,
    emergency_description: request.emergency_description ?? null,
    severity_level: request.severity_level,
    hour_of_day: local.hour,
    day_of_week: local.day,
    is_weekend: local.day >= 5,
    latitude: chosen.ambulance.latitude,
    longitude: chosen.ambulance.longitude,
    zone_code: request.zone_code ?? null,
    available_ambulances_count: available,
    nearest_ambulance_distance_km: round(chosen.candidates[0]!.distanceKm, 6),
    available_ambulances_json: JSON.stringify(chosen.candidates),
    paramedics_available_count: free.length,
    paramedics_senior_count: free.filter((each) => each.level === "senior").length,
    paramedics_junior_count: free.filter((each) => each.level !== "senior").length,
    nurses_available_count: request.available_nurses.filter((each) => (each.status ?? "available") === "available").length,
    active_dispatches_count: request.active_dispatches_count ?? null,
    ambulances_busy_percentage: staffed === 0 ? null : round((staffed - available) / staffed, 6),
    average_response_time_minutes: request.average_response_time_minutes ?? null,
    assigned_ambulance_id: chosen.ambulance.id,
    assigned_paramedic_ids: JSON.stringify(chosen.crew.paramedicIds),
    assigned_paramedic_levels: JSON.stringify(chosen.crew.paramedicLevels).slice(0, 200),
    optimization_score: chosen.optimizationScore,
    created_at: nowMs,
    updated_at: nowMs,
    created_by: caller.name.slice(0, 100),
    phase_used: 1,
    assigned_nurse_id: chosen.crew.nurseId,
  };
}

export async function assignOne(context: Context<unknown, unknown, AssignRequest>): Promise<Reply> {
  const { log } = services();
  return await once(context, "assign", log, async (keep) => {
    const chosen = choose(context.body);
    const reply = toReply(context.body, chosen, context.now, context.unknownFields());
    // The stored copy gets its history id from the writer, in the transaction that makes both rows.
    const { recorded, ids } = await log.appendAssignments([toRow(context.body, chosen, context)], keep?.(JSON.stringify(reply)));
    countLogRows[recorded].add();
    return new Reply(JSON.stringify({ ...reply, history_id: ids[0] ?? null, recorded: recorded !== "dropped" }));
  });
}

export async function assignMany(context: Context<unknown, unknown, { dispatches: unknown[] }>): Promise<Reply> {
  const { dispatches } = context.body;
  if (dispatches.length > MAX_BATCH)
    throw new Problem("body-too-large", `dispatches: at most ${MAX_BATCH}, are ${dispatches.length}`, { fields: [{ part: "body", field: "dispatches", message: `at most ${MAX_BATCH}` }] });
  const { log } = services();
  return await once(context, "assign/batch", log, async (keep) => {
    const rows: AssignmentRow[] = [];
    const results = dispatches.map((raw, at) => {
      try {
        const parsed = AssignRequest.safeParse(raw);
        if (!parsed.success) {
          const fields: FieldProblem[] = parsed.error.issues.slice(0, 20).map((issue) => ({ part: "body", field: [`dispatches[${at}]`, ...issue.path.map(String)].join("."), message: issue.message, code: issue.code }));
          throw new Problem("invalid-request", fields.map((each) => `${each.field}: ${each.message}`).join("; ").slice(0, 1_000), { fields });
        }
        const chosen = choose(parsed.data);
        rows.push(toRow(parsed.data, chosen, context));
        return toReply(parsed.data, chosen, context.now, unknownFields(AssignRequest, raw));
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        const named = typeof raw === "object" && raw !== null && "dispatch_id" in raw && typeof raw.dispatch_id === "number" && Number.isInteger(raw.dispatch_id) ? raw.dispatch_id : -1;
        return { success: false as const, dispatch_id: named, error: error.message, fields: error.fields };
      }
    });
    const successful = rows.length;
    const reply = { success: successful === results.length, total: results.length, successful, failed: results.length - successful, results, unknown_fields: context.unknownFields() };
    const { recorded, ids } = successful === 0 ? { recorded: "committed" as const, ids: [] } : await log.appendAssignments(rows, keep?.(JSON.stringify(reply)));
    countLogRows[recorded].add(successful);
    let next = 0;
    for (const result of results) if (result.success) Object.assign(result, { history_id: ids[next++] ?? null, recorded: recorded !== "dropped" });
    return new Reply(JSON.stringify(reply));
  });
}
