import { setTimeout as sleep } from "node:timers/promises";
import { ClientError, type AbDispatchBody, type AssignBody, type MlClient, type OutcomeBody } from "@/lib/dispatch/server/client";
import { districts } from "../city";
import type { Arm } from "../policy";
import type { Dispatch, Question } from "../simulate";
import { afterOutcome, patientOutcome } from "../table";

/** What ms-despacho sends when a call waits for a unit: the free units and people, and where the patient is. */
export function assignBody({ call, sent, candidates, freeParamedics, freeNurses }: Question): AssignBody {
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

/** The features and the candidates in one body. */
export function dispatchBody(question: Question): AbDispatchBody {
  return { ...assignBody(question), ...question.sent };
}

/** `predictionId` is known to whoever asked; after a restart the dispatch alone must do. */
export function outcomeBody(dispatch: Dispatch, predictionId: string | null): OutcomeBody {
  const subject = { dispatch_id: dispatch.call.id, ...(predictionId === null ? {} : { prediction_id: predictionId }) };
  const after = afterOutcome(dispatch);
  if (!after) return { ...subject, cancelled: true, patient_outcome: patientOutcome(dispatch) };
  const { optimization_score: _, ...values } = after;
  return { ...subject, ...values, was_optimal: dispatch.wasOptimal, patient_outcome: patientOutcome(dispatch), ...(dispatch.hospital ? { hospital_destination_id: dispatch.hospital.id } : {}) };
}

export const eventKinds = ["assign", "dispatch", "outcome"] as const;
export type EventKind = (typeof eventKinds)[number];
/** `refused`: answered with an error that stays one. `failed`: no answer after every attempt. */
export type Tally = { sent: number; answered: number; refused: number; failed: number; retries: number };
type Counts = Record<EventKind, Tally>;

const noTally = (): Tally => ({ sent: 0, answered: 0, refused: 0, failed: 0, retries: 0 });

export function total(counts: Counts): Tally {
  const sum = noTally();
  for (const kind of eventKinds) for (const name of Object.keys(sum) as (keyof Tally)[]) sum[name] += counts[kind][name];
  return sum;
}

const ATTEMPTS = 10;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;

/** Wait before the next attempt: doubled each time, and never shorter than the service asks for. */
export function waitMs(attempt: number, retryAfterMs: number | null): number {
  return Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS * 2 ** (attempt - 1), retryAfterMs ?? 0));
}

/** A revoked or wrong key ends the traffic; nothing is gained by asking again. */
export class KeyRefused extends Error {}

export type Traffic = {
  counts: Counts;
  /** The rules' assignment, then decide, run the phase and log in one call. The arm is the phase that answered; the rule where nothing did. */
  ask: (question: Question) => Promise<Arm>;
  tell: (dispatch: Dispatch) => Promise<void>;
};

type Sending = {
  client: MlClient;
  /** Idempotency keys begin with it. */
  run: string;
  say: (line: string) => void;
  answered?: (kind: EventKind, latencyMs: number) => void;
  pause?: (ms: number) => Promise<unknown>;
};

/** The dispatch centre's own service: every event is sent until it is answered, refused for good, or given up. */
export function openTraffic({ client, run, say, answered, pause = sleep }: Sending): Traffic {
  const counts: Counts = { assign: noTally(), dispatch: noTally(), outcome: noTally() };
  const predictions = new Map<number, string>();

  async function send<T>(kind: EventKind, id: number, request: () => Promise<T>): Promise<T | null> {
    const tally = counts[kind];
    tally.sent += 1;
    for (let attempt = 1; ; attempt++) {
      const began = performance.now();
      try {
        const reply = await request();
        answered?.(kind, performance.now() - began);
        tally.answered += 1;
        return reply;
      } catch (error) {
        const { status, retryAfterMs } = error instanceof ClientError ? error : { status: 0, retryAfterMs: null };
        if (status === 401 || status === 403) throw new KeyRefused((error as Error).message);
        const passing = status === 0 || status === 408 || status === 409 || status === 429 || status >= 500;
        if (!passing || attempt === ATTEMPTS) {
          tally[passing ? "failed" : "refused"] += 1;
          say(`${kind} of ${id}: ${error instanceof Error ? error.message : String(error)}`);
          return null;
        }
        tally.retries += 1;
        if (attempt === 1) say(`${kind} of ${id}: ${error instanceof Error ? error.message : String(error)}; trying again`);
        await pause(waitMs(attempt, retryAfterMs));
      }
    }
  }

  return {
    counts,
    ask: async (question) => {
      const { id } = question.call;
      const idempotencyKey = `${run}-${id}`;
      await send("assign", id, () => client.assign(assignBody(question), { idempotencyKey }));
      const reply = await send("dispatch", id, () => client.abDispatch(dispatchBody(question), { idempotencyKey }));
      if (reply) predictions.set(id, reply.prediction_id);
      // Rules that stood in for the model gave the rules' advice.
      return reply?.phase === 2 ? "B" : "A";
    },
    tell: async (dispatch) => {
      const { id } = dispatch.call;
      await send("outcome", id, () => client.recordOutcomes([outcomeBody(dispatch, predictions.get(id) ?? null)]));
      predictions.delete(id);
    },
  };
}
