import type { AvailableAt, Range } from "@/lib/models/manifest";

/** The eighteen fields of a prediction request in the order of the published contract, with the meaning of domain 5.1. */
export type DispatchFeature = {
  name: string;
  description: string;
  unit: string;
  kind: "integer" | "number" | "boolean";
  availableAt: AvailableAt;
  validRange: Range;
};

const feature = (
  name: string,
  unit: string,
  kind: DispatchFeature["kind"],
  availableAt: AvailableAt,
  min: number,
  max: number,
  description: string,
): DispatchFeature => ({ name, description, unit, kind, availableAt, validRange: { min, max } });

export const dispatchFeatures: readonly DispatchFeature[] = [
  feature("severity_level", "level 1-5", "integer", "request", 1, 5, "Triage when the decision is made; 5 is critical"),
  feature("hour_of_day", "hour 0-23", "integer", "request", 0, 23, "Local hour of the request"),
  feature("day_of_week", "day 0-6", "integer", "request", 0, 6, "Local day of the week, 0 is Monday"),
  feature("is_weekend", "0 or 1", "boolean", "request", 0, 1, "1 on Saturday and Sunday"),
  feature("available_ambulances_count", "count", "integer", "decision", 0, 10_000, "Free, staffed units of a fitting type"),
  feature("nearest_ambulance_distance_km", "km", "number", "decision", 0, 1_000, "Great-circle distance of the nearest eligible free unit"),
  feature("paramedics_available_count", "count", "integer", "decision", 0, 10_000, "Free paramedics"),
  feature("paramedics_senior_count", "count", "integer", "decision", 0, 10_000, "Of these, senior"),
  feature("paramedics_junior_count", "count", "integer", "decision", 0, 10_000, "Of these, junior"),
  feature("nurses_available_count", "count", "integer", "decision", 0, 10_000, "Free nurses"),
  feature("active_dispatches_count", "count", "integer", "decision", 0, 10_000, "Calls dispatched and not closed"),
  feature("ambulances_busy_percentage", "share 0-1", "number", "decision", 0, 1, "Busy part of the staffed fleet; a share despite its name"),
  feature("average_response_time_minutes", "minutes", "number", "decision", 0, 1_440, "Mean response of the arrivals of the last 60 minutes"),
  feature("actual_response_time_minutes", "minutes", "number", "after_outcome", 0, 10_080, "Response of this dispatch: the outcome itself"),
  feature("actual_travel_distance_km", "km", "number", "after_outcome", 0, 2_000, "Distance driven"),
  feature("optimization_score", "score 0-1", "number", "after_outcome", 0, 1, "Judgement of this assignment"),
  feature("paramedic_satisfaction_rating", "rating 1-5", "integer", "after_outcome", 1, 5, "Rating by the crew"),
  feature("patient_satisfaction_rating", "rating 1-5", "integer", "after_outcome", 1, 5, "Rating by the patient"),
];

export const afterOutcomeFields: ReadonlySet<string> = new Set(
  dispatchFeatures.filter((each) => each.availableAt === "after_outcome").map((each) => each.name),
);
