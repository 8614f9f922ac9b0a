import type { AssignBody, MlClient, OutcomeBody, PredictBody } from "@/lib/dispatch/server/client";
import { districts } from "../city";
import type { Dispatch } from "../simulate";
import { afterOutcome, patientOutcome } from "../table";

/** What ms-despacho sends when a call waits for a unit: the free units and people, and where the patient is. */
export function assignBody({ call, sent, candidates, freeParamedics, freeNurses }: Dispatch): AssignBody {
  return {
    dispatch_id: call.id,
    patient_latitude: call.latitude,
    patient_longitude: call.longitude,
    emergency_type: call.emergencyType,
    severity_level: sent.severity_level,
    zone_code: districts[call.district]!.code,
    active_dispatches_count: sent.active_dispatches_count,
    average_response_time_minutes: sent.average_response_time_minutes,
    available_ambulances: candidates.map(({ id, latitude, longitude, type }) => ({ id, latitude, longitude, status: "available", unit_type: type })),
    available_paramedics: freeParamedics.map(({ id, level }) => ({ id, level, status: "available" })),
    available_nurses: freeNurses.map((id) => ({ id, status: "available" })),
  };
}

export function predictBody({ call, sent }: Dispatch): PredictBody {
  return { dispatch_id: call.id, emergency_type: call.emergencyType, zone_code: districts[call.district]!.code, ...sent };
}

/** `predictionId` is known to whoever asked; after a restart the dispatch alone must do. */
export function outcomeBody(dispatch: Dispatch, predictionId: string | null): OutcomeBody {
  const subject = { dispatch_id: dispatch.call.id, ...(predictionId === null ? {} : { prediction_id: predictionId }) };
  const after = afterOutcome(dispatch);
  if (!after) return { ...subject, cancelled: true, patient_outcome: patientOutcome(dispatch) };
  const { optimization_score: _, ...values } = after;
  return { ...subject, ...values, was_optimal: dispatch.wasOptimal, patient_outcome: patientOutcome(dispatch), ...(dispatch.hospital ? { hospital_destination_id: dispatch.hospital.id } : {}) };
}

/** One decision as the dispatch centre makes it: the rules choose, the model judges. */
export async function decide(client: MlClient, dispatch: Dispatch, run: string): Promise<string | null> {
  const body = assignBody(dispatch);
  const idempotencyKey = `demo-${run}-${dispatch.call.id}`;
  await client.assign(body, { idempotencyKey });
  const outcome = await client.predict(predictBody(dispatch), { idempotencyKey, candidates: body });
  return outcome.kind === "prediction" ? outcome.reply.prediction_id : null;
}
