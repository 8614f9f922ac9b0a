import { choosePhase } from "@/lib/ab-testing/choose-phase";
import { hourInZone } from "@/lib/ab-testing/hour-in-zone";
import type { DecisionInput, ResultInput } from "@/lib/ab-testing/server/log-entry";
import type { ConfigVersion } from "@/lib/ab-testing/settings";
import { systemActor } from "@/lib/audit/actor";
import { assign, optimizationScore, judgeFeatures, typeFits } from "@/lib/dispatch/phase1";
import type { LocalTime } from "@/lib/dispatch/local-clock";
import { featureReader } from "@/lib/dispatch/read-features";
import type { LogWriter } from "@/lib/dispatch/server/log/log-writer";
import type { OutcomeInput } from "@/lib/dispatch/server/log/outcomes";
import { packRows, type AssignmentRow, type PredictionRow } from "@/lib/dispatch/server/log/row";
import { predictionId } from "@/lib/dispatch/server/prediction-id";
import { servedScore } from "@/lib/models/score";
import type { LoadedModel } from "@/lib/models/server/runtime";
import { districts } from "../city";
import type { Arm } from "../policy";
import type { Dispatch, Question } from "../simulate";
import { afterOutcome, patientOutcome } from "../table";

type Writing = { log: LogWriter; model: LoadedModel; config: ConfigVersion; localTime: (ms: number) => LocalTime; keyId: string };

const BATCH = 400;
const TOGETHER = 32;
const HOUR_MS = 3_600_000;
const none: ReadonlySet<string> = new Set();
const SHARE = 0.5;

/** The A/B test of the demonstration: half of the calls, from its first day on. A configuration that somebody made stays. */
export async function openHistoryTest(log: LogWriter, zone: string, startMs: number): Promise<ConfigVersion> {
  const first = await log.ab({ kind: "open", zone, nowMs: startMs });
  if (first.version > 1) return first;
  const changed = await log.ab({
    kind: "change",
    proposal: { settings: { ...first.settings, strategy: { kind: "weight_based", phase2Share: SHARE } }, expectedVersion: first.version, by: "demonstration", role: "system", reason: "demonstration: half of the calls with the model", typedConfirmation: null, at: new Date(startMs).toISOString() },
    actor: systemActor("demonstration"),
    nowMs: startMs,
  });
  if (!changed.accepted) throw new Error(`the A/B test did not take its share: ${changed.detail}`);
  return changed.next;
}

/** Which arm the city followed on a call: the rule of the A/B test, and the rules' advice where the model would not have answered. */
export function armsOf({ settings }: ConfigVersion, model: LoadedModel): (question: Question) => Arm {
  const read = featureReader(model.manifest, none);
  const phaseOf = phases(settings);
  return (question) => (phaseOf(question).phase === 2 && !read({ ...question.sent }).farOutOfRange ? "B" : "A");
}

function phases({ experimentKey, strategy, analysis }: ConfigVersion["settings"]): (question: Question) => ReturnType<typeof choosePhase> & { localHour: number } {
  const hourIn = hourInZone();
  return ({ call, t0Ms }) => {
    const zoneHour = strategy.kind === "time_based" ? hourIn(strategy.zone, t0Ms) : 0;
    return { ...choosePhase(strategy, { experimentKey, dispatchId: String(call.id), localHour: zoneHour, turn: null }), localHour: hourIn(analysis.zone, t0Ms) };
  };
}

type Assigned = ReturnType<ReturnType<typeof phases>>;

/**
 * Puts what the city lived through before `nowMs` into the decision log by its own group path: each request as it would have
 * been served, by the phase that the A/B test gave it, with its decision, its assignment, and its outcome where it was known
 * by then. The analysis is brought up to date at the end.
 */
export async function writeHistory({ log, model, config, localTime, keyId }: Writing, dispatches: readonly Dispatch[], nowMs: number): Promise<{ decisions: number; outcomes: number }> {
  const past = dispatches.filter((each) => each.t0Ms < nowMs);
  const read = featureReader(model.manifest, none);
  const phaseOf = phases(config.settings);
  const ids = new Map<number, string>();
  for (let from = 0; from < past.length; from += BATCH) {
    const part = past.slice(from, from + BATCH);
    const assigned = part.map(phaseOf);
    const rows: PredictionRow[] = [];
    // As many at a time as share one run of the model.
    for (let at = 0; at < part.length; at += TOGETHER)
      rows.push(...(await Promise.all(part.slice(at, at + TOGETHER).map((each, i) => answered(model, read, each, { assigned: assigned[at + i]!, version: config.version, hourOfWeek: localTime(each.t0Ms).hourOfWeek, keyId })))));
    part.forEach((each, at) => ids.set(each.call.id, rows[at]!.predictionId));
    const { recorded } = await log.appendAb({ decisions: part.map((each, at) => decisionInput(config, each, assigned[at]!)), results: part.map((each, at) => resultInput(config, each, assigned[at]!, rows[at]!)) });
    if ((await log.appendMany(packRows(rows))) !== "committed" || recorded !== "committed") throw new Error("the database did not take the history");
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
  while ((await log.ab({ kind: "analyse", nowMs })).more);
  return { decisions: past.length, outcomes: known.length };
}

type Judged = Pick<PredictionRow, "phase" | "prediction" | "confidence" | "rawScore" | "probability" | "usedFallback" | "fallbackReason">;

async function byModel(model: LoadedModel, values: Float64Array): Promise<Judged> {
  const { manifest } = model;
  const raw = (await model.score(values, 1))[0]!;
  const probability = servedScore(raw, manifest);
  return { phase: 2, prediction: probability > manifest.threshold ? 1 : 0, confidence: Math.max(probability, 1 - probability), rawScore: raw, probability, usedFallback: false, fallbackReason: null };
}

/** The rules on the candidates of the request; as a fallback where they stood in for the model. */
function byRules({ call, sent, candidates, freeParamedics, freeNurses }: Question, fallbackReason: string | null): Judged {
  const severity = sent.severity_level;
  const chosen = assign({
    latitude: call.latitude,
    longitude: call.longitude,
    severity,
    ambulances: candidates.map(({ id, latitude, longitude, type }) => ({ id, latitude, longitude, status: "available", crewLevel: null, unitType: type })),
    paramedics: freeParamedics.map(({ id, level }) => ({ id, level, status: "available" })),
    nurses: freeNurses.map((id) => ({ id, status: "available" })),
  })!;
  const judged = judgeFeatures({ ...sent, nearest_ambulance_distance_km: chosen.distanceKm });
  const prediction = judged.reason === "crew not complete" && chosen.crew.shortfall.length === 0 ? 1 : judged.prediction;
  return { phase: 1, prediction, confidence: chosen.confidence, rawScore: null, probability: null, usedFallback: fallbackReason !== null, fallbackReason };
}

async function answered(model: LoadedModel, read: ReturnType<typeof featureReader>, dispatch: Dispatch, about: { assigned: Assigned; version: number; hourOfWeek: number; keyId: string }): Promise<PredictionRow> {
  const { manifest } = model;
  const { assigned } = about;
  const began = performance.now();
  const { values, farOutOfRange } = read({ ...dispatch.sent });
  const judged = assigned.phase === 2 && !farOutOfRange ? await byModel(model, values) : byRules(dispatch, assigned.phase === 2 ? "out_of_range" : null);
  const id = predictionId(dispatch.t0Ms);
  return {
    predictionId: id,
    dispatchId: dispatch.call.id,
    requestedAtMs: dispatch.t0Ms,
    hourOfWeek: about.hourOfWeek,
    ...judged,
    recommendation: `${judged.prediction === 1 ? "ASSIGN – likely optimal" : "REVIEW – likely not optimal"} (${(judged.confidence! * 100).toFixed(2)}%)`,
    source: judged.phase === 2 ? "model" : "rules",
    modelName: manifest.name,
    modelVersion: manifest.version,
    modelSha256: manifest.files.onnx.sha256,
    threshold: manifest.threshold,
    severityLevel: dispatch.sent.severity_level,
    arm: assigned.phase,
    armProbability: assigned.share,
    phaseReason: assigned.reason.slice(0, 60),
    configVersion: about.version,
    featuresJson: JSON.stringify(Object.fromEntries(manifest.features.map(({ name }, at) => [name, Number.isNaN(values[at]!) ? null : values[at]!]))),
    featureSchemaHash: model.featureSchemaHash,
    ignoredJson: null,
    latencyMs: performance.now() - began,
    traceId: `demo-${id}`,
    clientKeyId: about.keyId,
    createdAtMs: dispatch.t0Ms,
  };
}

function decisionInput({ version, settings }: ConfigVersion, { call, t0Ms }: Dispatch, { phase, share, reason, localHour }: Assigned): DecisionInput {
  return {
    experimentKey: settings.experimentKey,
    dispatchKey: String(call.id),
    dispatchId: call.id,
    version,
    strategy: settings.strategy.kind,
    turns: null,
    phase,
    share,
    reason,
    degraded: false,
    anonymous: false,
    decidedAtMs: t0Ms,
    localHour,
    turnUntilMs: Number.MAX_SAFE_INTEGER,
    correction: false,
  };
}

/** What the one call logs with its answer. */
function resultInput({ version, settings }: ConfigVersion, { call, t0Ms }: Dispatch, { phase, localHour }: Assigned, row: PredictionRow): ResultInput {
  const { prediction, confidence, recommendation, fallbackReason, latencyMs } = row;
  const result = JSON.stringify({ prediction, confidence, recommendation, prediction_id: row.predictionId, model: `${row.modelName}@${row.modelVersion}`, fallback_reason: fallbackReason, ...(phase === 2 ? { fallback: row.usedFallback } : {}) });
  return {
    experimentKey: settings.experimentKey,
    dispatchKey: String(call.id),
    dispatchId: call.id,
    executedPhase: phase,
    version,
    strategy: settings.strategy.kind,
    atMs: Math.round(t0Ms + latencyMs),
    localHour,
    values: { latency_ms: latencyMs, confidence: confidence!, error: 0, ...(phase === 2 ? { fallback: Number(row.usedFallback), deadline_missed: 0 } : {}) },
    phase1Json: phase === 1 ? result : null,
    phase2Json: phase === 2 ? result : null,
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
