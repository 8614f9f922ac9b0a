import { optimizationScore, judgeFeatures, typeFits } from "@/lib/dispatch/phase1";
import type { LocalTime } from "@/lib/dispatch/local-clock";
import { featureReader } from "@/lib/dispatch/read-features";
import type { LogWriter } from "@/lib/dispatch/server/log/log-writer";
import type { OutcomeInput } from "@/lib/dispatch/server/log/outcomes";
import type { AssignmentRow, PredictionRow } from "@/lib/dispatch/server/log/row";
import { predictionId } from "@/lib/dispatch/server/prediction-id";
import { servedScore } from "@/lib/models/score";
import type { LoadedModel } from "@/lib/models/server/runtime";
import { districts } from "../city";
import type { Dispatch } from "../simulate";
import { afterOutcome, patientOutcome } from "../table";

type Writing = { log: LogWriter; model: LoadedModel; localTime: (ms: number) => LocalTime; keyId: string };

const BATCH = 400;
const TOGETHER = 32;
const HOUR_MS = 3_600_000;
const none: ReadonlySet<string> = new Set();

/**
 * Puts what the city lived through before `nowMs` into the decision log by its own group path: each request scored by the
 * model as it would have been served, its assignment, and its outcome where it was known by then.
 */
export async function writeHistory({ log, model, localTime, keyId }: Writing, dispatches: readonly Dispatch[], nowMs: number): Promise<{ decisions: number; outcomes: number }> {
  const past = dispatches.filter((each) => each.t0Ms < nowMs);
  const read = featureReader(model.manifest, none);
  const ids = new Map<number, string>();
  for (let from = 0; from < past.length; from += BATCH) {
    const part = past.slice(from, from + BATCH);
    const rows: PredictionRow[] = [];
    // As many at a time as share one run of the model.
    for (let at = 0; at < part.length; at += TOGETHER)
      rows.push(...(await Promise.all(part.slice(at, at + TOGETHER).map((each) => scored(model, read, each, { hourOfWeek: localTime(each.t0Ms).hourOfWeek, keyId })))));
    part.forEach((each, at) => ids.set(each.call.id, rows[at]!.predictionId));
    if ((await log.appendMany(rows)) !== "committed") throw new Error("the database did not take the history");
    await log.appendAssignments(part.map(assignmentRow));
  }
  const known = past.filter((each) => each.knownMs < nowMs).sort((a, b) => a.knownMs - b.knownMs);
  // Told by the hour: the revisions of one transaction share the time at which they came in.
  for (let at = 0; at < known.length; ) {
    const hour = Math.floor(known[at]!.knownMs / HOUR_MS);
    const together: Dispatch[] = [];
    while (at < known.length && Math.floor(known[at]!.knownMs / HOUR_MS) === hour) together.push(known[at++]!);
    await log.recordOutcomes(together.map((each) => outcomeInput(each, ids.get(each.call.id)!, keyId)), together.at(-1)!.knownMs);
  }
  return { decisions: past.length, outcomes: known.length };
}

async function scored(model: LoadedModel, read: ReturnType<typeof featureReader>, dispatch: Dispatch, about: { hourOfWeek: number; keyId: string }): Promise<PredictionRow> {
  const { manifest } = model;
  const began = performance.now();
  const { values, farOutOfRange } = read({ ...dispatch.sent });
  const raw = farOutOfRange ? null : (await model.score(values, 1))[0]!;
  const probability = raw === null ? null : servedScore(raw, manifest);
  const rule = judgeFeatures(dispatch.sent);
  const prediction = probability === null ? rule.prediction : probability > manifest.threshold ? 1 : 0;
  const confidence = probability === null ? rule.confidence : Math.max(probability, 1 - probability);
  const id = predictionId(dispatch.t0Ms);
  return {
    predictionId: id,
    dispatchId: dispatch.call.id,
    requestedAtMs: dispatch.t0Ms,
    hourOfWeek: about.hourOfWeek,
    phase: probability === null ? 1 : 2,
    prediction,
    confidence,
    recommendation: `${prediction === 1 ? "ASSIGN – likely optimal" : "REVIEW – likely not optimal"} (${(confidence * 100).toFixed(2)}%)`,
    usedFallback: probability === null,
    fallbackReason: probability === null ? "out_of_range" : null,
    source: probability === null ? "rules" : "model",
    modelName: manifest.name,
    modelVersion: manifest.version,
    modelSha256: manifest.files.onnx.sha256,
    rawScore: raw,
    probability,
    threshold: manifest.threshold,
    severityLevel: dispatch.sent.severity_level,
    arm: null,
    armProbability: null,
    phaseReason: null,
    configVersion: null,
    featuresJson: JSON.stringify(Object.fromEntries(manifest.features.map(({ name }, at) => [name, Number.isNaN(values[at]!) ? null : values[at]!]))),
    featureSchemaHash: model.featureSchemaHash,
    ignoredJson: null,
    latencyMs: performance.now() - began,
    traceId: `demo-${id}`,
    clientKeyId: about.keyId,
    createdAtMs: dispatch.t0Ms,
  };
}

function assignmentRow(dispatch: Dispatch): AssignmentRow {
  const { call, sent, candidates, unitId, t0Ms } = dispatch;
  const chosen = candidates.find((each) => each.id === unitId)!;
  const levels = dispatch.crewIds.map((id) => dispatch.freeParamedics.find((each) => each.id === id)?.level ?? null);
  const etaMinutes = (km: number): number => (km / 40) * 60;
  return {
    dispatch_id: call.id,
    request_timestamp: t0Ms,
    emergency_latitude: call.latitude,
    emergency_longitude: call.longitude,
    emergency_type: call.emergencyType,
    emergency_description: null,
    severity_level: sent.severity_level,
    hour_of_day: sent.hour_of_day,
    day_of_week: sent.day_of_week,
    is_weekend: sent.is_weekend === 1,
    latitude: chosen.latitude,
    longitude: chosen.longitude,
    zone_code: districts[call.district]!.code,
    available_ambulances_count: sent.available_ambulances_count,
    nearest_ambulance_distance_km: sent.nearest_ambulance_distance_km,
    available_ambulances_json: JSON.stringify(candidates.slice(0, 10).map((each) => ({ id: each.id, distanceKm: each.distanceKm, etaMinutes: etaMinutes(each.distanceKm), unitType: each.type, typeFits: typeFits(each.type, call.severity) }))),
    paramedics_available_count: sent.paramedics_available_count,
    paramedics_senior_count: sent.paramedics_senior_count,
    paramedics_junior_count: sent.paramedics_junior_count,
    nurses_available_count: sent.nurses_available_count,
    active_dispatches_count: sent.active_dispatches_count,
    ambulances_busy_percentage: sent.ambulances_busy_percentage,
    average_response_time_minutes: sent.average_response_time_minutes,
    assigned_ambulance_id: unitId,
    assigned_paramedic_ids: JSON.stringify(dispatch.crewIds),
    assigned_paramedic_levels: JSON.stringify(levels).slice(0, 200),
    optimization_score: optimizationScore({ distanceKm: chosen.distanceKm, crewShare: dispatch.crewComplete ? 1 : 0.5, typeFits: typeFits(chosen.type, call.severity) }),
    created_at: t0Ms,
    updated_at: t0Ms,
    created_by: "demonstration",
    phase_used: 1,
    assigned_nurse_id: dispatch.nurseId,
  };
}

function outcomeInput(dispatch: Dispatch, id: string, clientKeyId: string): OutcomeInput {
  const after = afterOutcome(dispatch);
  if (!after) return { predictionId: id, dispatchId: dispatch.call.id, values: { cancelled: true, patient_outcome: patientOutcome(dispatch) }, clientKeyId };
  const { optimization_score: _, ...values } = after;
  return {
    predictionId: id,
    dispatchId: dispatch.call.id,
    values: { ...values, patient_outcome: patientOutcome(dispatch), was_optimal: dispatch.wasOptimal, arrived_at: dispatch.arrivedMs, ...(dispatch.hospital ? { hospital_destination_id: dispatch.hospital.id } : {}) },
    clientKeyId,
  };
}
