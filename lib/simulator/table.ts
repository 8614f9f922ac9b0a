import { judgeFeatures } from "@/lib/dispatch/phase1";
import { districts } from "./city";
import type { Dispatch } from "./simulate";

/** Ratings and a score that somebody gives afterwards: they know the outcome, so no model may see them. */
export type AfterOutcome = {
  actual_response_time_minutes: number;
  actual_travel_distance_km: number;
  optimization_score: number;
  paramedic_satisfaction_rating: number;
  patient_satisfaction_rating: number;
};

const MINUTE_MS = 60_000;

export const responseMinutes = (dispatch: Dispatch): number | null => (dispatch.arrivedMs === null ? null : (dispatch.arrivedMs - dispatch.t0Ms) / MINUTE_MS);

export function afterOutcome(dispatch: Dispatch): AfterOutcome | null {
  const minutes = responseMinutes(dispatch);
  if (minutes === null) return null;
  const { call, wasOptimal, crewComplete } = dispatch;
  const rating = (value: number): number => Math.min(5, Math.max(1, Math.round(value)));
  return {
    actual_response_time_minutes: round(minutes, 3),
    actual_travel_distance_km: round(dispatch.travelKm, 3),
    optimization_score: round(Math.min(1, Math.max(0, (wasOptimal ? 0.82 : 0.42) + 0.09 * call.satisfaction)), 4),
    paramedic_satisfaction_rating: rating(3.4 + (crewComplete ? 0.4 : -0.6) + (wasOptimal ? 0.3 : -0.2) + 0.7 * call.satisfaction),
    patient_satisfaction_rating: rating(4.6 - 0.08 * minutes + 0.6 * call.patient),
  };
}

export const patientOutcome = ({ hospital, arrivedMs }: Dispatch): string => (arrivedMs === null ? "cancelled" : hospital ? "transported" : "treated_on_scene");

const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;
const iso = (ms: number | null): string => (ms === null ? "" : new Date(ms).toISOString());
const cell = (value: number | boolean | null): string => (value === null ? "" : typeof value === "boolean" ? (value ? "1" : "0") : String(value));

export const logHeader = [
  "dispatch_id", "received_at", "request_timestamp", "zone_code", "patient_latitude", "patient_longitude", "emergency_type", "assigned_ambulance_id", "unit_type", "candidates",
  "severity_level", "hour_of_day", "day_of_week", "is_weekend", "available_ambulances_count", "nearest_ambulance_distance_km", "paramedics_available_count", "paramedics_senior_count",
  "paramedics_junior_count", "nurses_available_count", "active_dispatches_count", "ambulances_busy_percentage", "average_response_time_minutes",
  "actual_response_time_minutes", "actual_travel_distance_km", "optimization_score", "paramedic_satisfaction_rating", "patient_satisfaction_rating",
  "arrived_at", "cancelled_at", "available_at", "outcome_known_at", "patient_outcome", "hospital_id", "final_severity", "regret_minutes", "response_minutes", "on_time", "was_optimal", "rule_probability", "rule_minutes", "service_down",
] as const;

/** What the rules say of the same request: their probability of an optimal assignment, and minutes at 40 km/h. */
export function ruleSays(dispatch: Dispatch): { probability: number; minutes: number | null } {
  const { prediction, confidence } = judgeFeatures(dispatch.sent);
  const km = dispatch.sent.nearest_ambulance_distance_km;
  return { probability: prediction === 1 ? confidence : 1 - confidence, minutes: km === null ? null : (km / 40) * 60 };
}

export function logRow(dispatch: Dispatch): string[] {
  const { call, sent } = dispatch;
  const after = afterOutcome(dispatch);
  const rule = ruleSays(dispatch);
  const chosen = dispatch.candidates.find((each) => each.id === dispatch.unitId);
  return [
    String(call.id), iso(call.receivedMs), iso(dispatch.t0Ms), districts[call.district]!.code, call.latitude.toFixed(6), call.longitude.toFixed(6), call.emergencyType, String(dispatch.unitId), chosen?.type ?? "", String(dispatch.candidates.length),
    ...Object.values(sent).map(cell),
    cell(after && after.actual_response_time_minutes), cell(after && after.actual_travel_distance_km), cell(after && after.optimization_score), cell(after && after.paramedic_satisfaction_rating), cell(after && after.patient_satisfaction_rating),
    iso(dispatch.arrivedMs), iso(dispatch.cancelledMs), iso(dispatch.freeMs), iso(dispatch.knownMs), patientOutcome(dispatch), cell(dispatch.hospital && dispatch.hospital.id), String(call.trueSeverity),
    dispatch.regretMinutes.toFixed(3), cell(after && after.actual_response_time_minutes), cell(dispatch.onTime), cell(dispatch.wasOptimal), rule.probability.toFixed(4), rule.minutes === null ? "" : rule.minutes.toFixed(3), cell(dispatch.serviceDown),
  ];
}
