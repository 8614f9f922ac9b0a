import { predictionId } from "@/lib/dispatch/server/prediction-id";
import type { AssignmentRow, PredictionRow } from "@/lib/dispatch/server/log/row";

/** Builders: a valid row, with what the test is about. */
export function aPrediction(given: Partial<PredictionRow> = {}): PredictionRow {
  const at = given.requestedAtMs ?? Date.UTC(2026, 2, 2, 18);
  return {
    predictionId: predictionId(at),
    dispatchId: 1,
    requestedAtMs: at,
    hourOfWeek: 14,
    phase: 2,
    prediction: 1,
    confidence: 0.8,
    recommendation: "ASSIGN (80.00%)",
    usedFallback: false,
    fallbackReason: null,
    source: "model",
    modelName: "m",
    modelVersion: "1",
    modelSha256: "0".repeat(64),
    rawScore: 0.8,
    probability: 0.8,
    threshold: 0.5,
    severityLevel: 4,
    arm: null,
    armProbability: null,
    phaseReason: null,
    configVersion: null,
    featuresJson: "{}",
    featureSchemaHash: "0123456789abcdef",
    ignoredJson: null,
    latencyMs: 1.25,
    traceId: "trace",
    clientKeyId: null,
    createdAtMs: at,
    ...given,
  };
}

export function anAssignment(given: AssignmentRow = {}): AssignmentRow {
  const at = Date.UTC(2026, 2, 2, 18);
  return {
    dispatch_id: 1,
    request_timestamp: at,
    emergency_latitude: -17.78,
    emergency_longitude: -63.18,
    emergency_type: "trauma",
    severity_level: 4,
    hour_of_day: 14,
    day_of_week: 6,
    is_weekend: true,
    latitude: -17.785,
    longitude: -63.185,
    available_ambulances_count: 3,
    paramedics_available_count: 2,
    assigned_ambulance_id: 22,
    assigned_paramedic_ids: "[41,47]",
    optimization_score: 0.9,
    created_at: at,
    updated_at: at,
    phase_used: 1,
    ...given,
  };
}
