import { z } from "zod";
import { db } from "@/lib/db/client";
import { firstPredictionId } from "../prediction-id";
import type { AssignmentHistoryModel } from "@/prisma/generated/mssql/models";
import type { AssignmentOut } from "../contract";

const Ids = z.array(z.int());

function toAssignment(row: AssignmentHistoryModel): AssignmentOut {
  return {
    id: row.id,
    dispatch_id: row.dispatchId,
    request_timestamp: row.requestTimestamp.toISOString(),
    emergency_latitude: row.emergencyLatitude,
    emergency_longitude: row.emergencyLongitude,
    emergency_type: row.emergencyType,
    severity_level: row.severityLevel,
    hour_of_day: row.hourOfDay,
    day_of_week: row.dayOfWeek,
    is_weekend: row.isWeekend,
    zone_code: row.zoneCode,
    available_ambulances_count: row.availableAmbulancesCount,
    nearest_ambulance_distance_km: row.nearestAmbulanceDistanceKm,
    paramedics_available_count: row.paramedicsAvailableCount,
    nurses_available_count: row.nursesAvailableCount,
    assigned_ambulance_id: row.assignedAmbulanceId,
    assigned_paramedic_ids: Ids.parse(JSON.parse(row.assignedParamedicIds ?? "[]")),
    assigned_nurse_id: row.assignedNurseId,
    phase_used: row.phaseUsed,
    model_version: row.modelVersion,
    optimization_score: row.optimizationScore,
    actual_response_time_minutes: row.actualResponseTimeMinutes,
    actual_travel_distance_km: row.actualTravelDistanceKm,
    patient_outcome: row.patientOutcome,
    hospital_destination_id: row.hospitalDestinationId,
    was_optimal: row.wasOptimal,
    paramedic_satisfaction_rating: row.paramedicSatisfactionRating,
    patient_satisfaction_rating: row.patientSatisfactionRating,
    created_at: row.createdAt?.toISOString() ?? null,
    updated_at: row.updatedAt?.toISOString() ?? null,
  };
}

export async function latestAssignment(dispatchId: number): Promise<AssignmentOut | null> {
  const row = await db().assignmentHistory.findFirst({ where: { dispatchId }, orderBy: { id: "desc" } });
  return row ? toAssignment(row) : null;
}

export async function recentAssignments(since: Date, limit: number): Promise<AssignmentOut[]> {
  return (await db().assignmentHistory.findMany({ where: { createdAt: { gte: since } }, orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: limit })).map(toAssignment);
}

export async function assignmentsOfAmbulance(ambulanceId: number, limit: number): Promise<AssignmentOut[]> {
  return (await db().assignmentHistory.findMany({ where: { assignedAmbulanceId: ambulanceId }, orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: limit })).map(toAssignment);
}

export type AssignmentSummary = {
  total: number;
  labelled: number;
  optimal: number;
  meanResponseMinutes: number | null;
  meanOptimizationScore: number | null;
  meanPatientSatisfaction: number | null;
};

export async function summarizeAssignments(since: Date, ambulanceId?: number): Promise<AssignmentSummary> {
  const where = { createdAt: { gte: since }, ...(ambulanceId === undefined ? {} : { assignedAmbulanceId: ambulanceId }) };
  const table = db().assignmentHistory;
  const [all, labels] = await Promise.all([
    table.aggregate({ where, _count: { _all: true }, _avg: { actualResponseTimeMinutes: true, optimizationScore: true, patientSatisfactionRating: true } }),
    table.groupBy({ by: ["wasOptimal"], where, _count: { _all: true } }),
  ]);
  const count = (wasOptimal: boolean): number => labels.find((each) => each.wasOptimal === wasOptimal)?._count._all ?? 0;
  return {
    total: all._count._all,
    labelled: count(true) + count(false),
    optimal: count(true),
    meanResponseMinutes: all._avg.actualResponseTimeMinutes,
    meanOptimizationScore: all._avg.optimizationScore,
    meanPatientSatisfaction: all._avg.patientSatisfactionRating,
  };
}

export async function countAmbulances(since: Date): Promise<number> {
  return (await db().assignmentHistory.groupBy({ by: ["assignedAmbulanceId"], where: { createdAt: { gte: since } } })).length;
}

export async function countBySeverity(since: Date): Promise<Map<number, number>> {
  const rows = await db().assignmentHistory.groupBy({ by: ["severityLevel"], where: { createdAt: { gte: since } }, _count: { _all: true } });
  return new Map(rows.map((row) => [row.severityLevel, row._count._all]));
}

export type PredictionGroup = {
  phase: number;
  usedFallback: boolean;
  fallbackReason: string | null;
  outcomeStatus: string | null;
  wasOptimal: boolean | null;
  count: number;
  confidence: { sum: number; count: number };
  latencySumMs: number;
  response: { sum: number; count: number };
};

/** The decision log of a window, grouped as far as every statistic needs. Reads the window by its index. */
export async function groupPredictions(since: Date, model: { name: string; version: string } | null): Promise<PredictionGroup[]> {
  const rows = await db().predictionLog.groupBy({
    by: ["phase", "usedFallback", "fallbackReason", "outcomeStatus", "wasOptimal"],
    where: { predictionId: { gte: firstPredictionId(since.getTime()) }, ...(model ? { modelName: model.name, modelVersion: model.version } : {}) },
    _count: { _all: true, confidence: true, actualResponseTimeMinutes: true },
    _sum: { confidence: true, latencyMs: true, actualResponseTimeMinutes: true },
  });
  return rows.map((row) => ({
    phase: row.phase,
    usedFallback: row.usedFallback,
    fallbackReason: row.fallbackReason,
    outcomeStatus: row.outcomeStatus,
    wasOptimal: row.wasOptimal,
    count: row._count._all,
    confidence: { sum: row._sum.confidence ?? 0, count: row._count.confidence },
    latencySumMs: row._sum.latencyMs ?? 0,
    response: { sum: row._sum.actualResponseTimeMinutes ?? 0, count: row._count.actualResponseTimeMinutes },
  }));
}

export async function countQuarantined(): Promise<number> {
  return await db().predictionOutcome.count({ where: { status: "quarantined" } });
}
