import { answerOne } from "@/lib/dispatch/server/predict";
import type { PredictRequest } from "@/lib/dispatch/contract";
import { Reply, type Context } from "@/lib/http/route";
import { once } from "@/lib/http/server/idempotency";
import { services } from "@/lib/services";
import type { LogRequest } from "../contract";
import { decide } from "./decide-phase";
import { toResult } from "./log-result";

/** Decide, run the phase, log, answer. The decision is durable before the phase runs; a retry gets the same arm. */
export async function dispatch(context: Context<unknown, unknown, PredictRequest & { dispatch_id: number }>): Promise<Reply> {
  const { log } = services();
  return await once(context, "ab-testing/dispatch", log, async (keep) => {
    const { dispatch_id: dispatchId } = context.body;
    const decided = await decide(dispatchId, context.now.getTime());
    const answered = await answerOne(context, undefined, { phase: decided.phase, share: decided.share, reason: decided.reason, configVersion: decided.config_version });
    const result = toResult(record(dispatchId, decided.phase, answered, performance.now() - context.startedMs), Date.now());
    const reply = { ...answered.reply, ab_test: decided };
    const text = JSON.stringify(reply);
    const { recorded } = await log.appendAb({ decisions: [], results: [{ ...result, experimentKey: decided.experiment_key }] }, undefined, keep?.(text));
    return new Reply(recorded === "dropped" ? JSON.stringify({ ...reply, recorded: false }) : text);
  });
}

/** The phase that was assigned is the one that ran; where the rules stood in for the model, that is a fallback of phase 2. */
function record(dispatchId: number, phase: 1 | 2, { reply, confidence, fallbackReason }: Awaited<ReturnType<typeof answerOne>>, latencyMs: number): LogRequest {
  const result = { prediction: reply.prediction, confidence, recommendation: reply.recommendation, prediction_id: reply.prediction_id, model: reply.model, fallback_reason: fallbackReason };
  return {
    dispatch_id: dispatchId,
    phase_used: phase,
    ...(phase === 1 ? { phase1_result: result } : { phase2_result: { ...result, fallback: fallbackReason !== null } }),
    latency_ms: latencyMs,
    confidence,
    ...(phase === 2 ? { fallback: fallbackReason !== null, error: fallbackReason === "model_error" || fallbackReason === "invalid_score", deadline_missed: fallbackReason === "deadline" } : { error: false }),
  };
}
