import { Reply, type Context } from "@/lib/http/route";
import { once } from "@/lib/http/server/idempotency";
import { services } from "@/lib/services";
import type { LogRequest } from "../contract";
import type { Metric } from "../metric";
import { idNumber } from "./decide-phase";
import { experiment } from "./experiment";
import type { ResultAnswer, ResultInput } from "./log-entry";

/** One record about a decision, as the store takes it. */
export function toResult(body: LogRequest, nowMs: number): ResultInput {
  const { config, hourIn } = experiment();
  const { settings, version } = config;
  const ran = body.phase_used === 1 ? body.phase1_result : body.phase2_result;
  const model = body.phase2_result as { fallback?: unknown } | null | undefined;
  const fallback = body.fallback ?? (body.phase_used === 2 && typeof model?.fallback === "boolean" ? model.fallback : null);
  const confidence = body.confidence ?? ran?.confidence ?? null;
  const flag = (value: boolean | null | undefined): number | null => (value === null || value === undefined ? null : Number(value));
  const given: Record<Metric, number | null> = {
    optimal: flag(body.optimal),
    on_time: flag(body.on_time),
    arrival_minutes: body.arrival_minutes ?? null,
    fallback: flag(fallback),
    error: flag(body.error),
    deadline_missed: flag(body.deadline_missed),
    latency_ms: body.latency_ms ?? null,
    confidence: confidence !== null && confidence >= 0 && confidence <= 1 ? confidence : null,
  };
  return {
    experimentKey: settings.experimentKey,
    dispatchKey: String(body.dispatch_id),
    dispatchId: idNumber(body.dispatch_id),
    executedPhase: body.phase_used,
    version,
    strategy: settings.strategy.kind,
    atMs: nowMs,
    localHour: hourIn(settings.analysis.zone, nowMs),
    values: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)),
    phase1Json: body.phase1_result ? JSON.stringify(body.phase1_result) : null,
    phase2Json: body.phase2_result ? JSON.stringify(body.phase2_result) : null,
  };
}

const words: Record<ResultAnswer["status"] | "waiting", string> = {
  stored: "Stored with its decision.",
  unchanged: "Everything in it was known already.",
  unassigned: "Kept, but no decision of this dispatch is known: it is not analysed.",
  waiting: "Kept on disk; it joins its decision when the database is back.",
};

export async function logResult(context: Context<unknown, unknown, LogRequest>): Promise<Reply> {
  const { log } = services();
  return await once(context, "ab-testing/log", log, async () => {
    const { recorded, answers } = await log.appendAb({ decisions: [], results: [toResult(context.body, context.now.getTime())] });
    const answer = answers?.results[0];
    const status = answer?.status ?? "waiting";
    return new Reply(
      JSON.stringify({
        success: true,
        message: recorded === "dropped" ? "Not kept: neither the database nor the spool took it." : words[status],
        dispatch_id: context.body.dispatch_id,
        status,
        assigned_phase: answer?.arm ?? null,
        crossover: answer?.crossover ?? false,
        recorded: recorded !== "dropped",
        unknown_fields: context.unknownFields(),
      }),
    );
  });
}
