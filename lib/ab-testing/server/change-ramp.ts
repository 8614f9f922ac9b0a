import { actorOf } from "@/lib/audit/actor";
import { Problem } from "@/lib/http/problem";
import type { Context } from "@/lib/http/route";
import { services } from "@/lib/services";
import type { PlanWire } from "../contract";
import { RampPlan, type RampEvent } from "../ramp";
import { signals } from "../signals";
import { rampOut, toPlan } from "../wire";
import { experiment, refreshExperiment } from "./experiment";
import * as store from "./store";
import type { RampChanged } from "./work";

type Asked = { expected_version?: number | undefined; reason: string } & PlanWire;
type Asking = Pick<Context<unknown, unknown, unknown>, "caller" | "now" | "requestId" | "remoteAddress">;

export async function readRamp() {
  const stored = await store.readRamp();
  if (!stored) return { success: true as const, ramp: null };
  const kept = await store.readState(experiment().config.settings.experimentKey);
  const inStep = kept && Object.values(kept.state.periods).reduce((sum, period) => sum + (period.version >= stored.stepVersion ? period.decisions[1] : 0), 0);
  return { success: true as const, ramp: rampOut(stored.ramp, inStep, kept ? signals(kept.state) : []) };
}

function parsePlan(body: PlanWire): RampPlan {
  const parsed = RampPlan.safeParse(toPlan(body));
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.slice(0, 20).map((issue) => ({ part: "body" as const, field: issue.path.map(String).join("."), message: issue.message, code: issue.code }));
  throw new Problem("invalid-request", fields.map((each) => `${each.field}: ${each.message}`).join("; "), { fields });
}

/** A new plan; it starts by itself where it names an instant. */
export async function planRamp(context: Asking & { body: Asked }) {
  const plan = parsePlan(context.body);
  return await move(context, plan.scheduledAtMs === null ? null : { kind: "schedule" }, plan);
}

/** With steps: as planned here. Without, as planned before, or with the default steps where nothing was. */
export async function startRamp(context: Asking & { body: Asked }) {
  const planned = context.body.steps === undefined && (await store.readRamp()) !== null;
  return await move(context, { kind: "start", by: context.caller.name, reason: context.body.reason }, planned ? null : parsePlan({ steps: context.body.steps }));
}

export async function actOnRamp(context: Asking & { body: Asked }, kind: "hold" | "resume" | "rollback" | "approve") {
  const { name } = context.caller;
  const reason = context.body.reason === "" ? "by a person" : context.body.reason;
  return await move(context, kind === "hold" || kind === "rollback" ? { kind, by: name, reason } : { kind, by: name }, null);
}

async function move(context: Asking & { body: Asked }, event: Exclude<RampEvent, { kind: "tick" }> | null, plan: RampPlan | null) {
  const { log } = services();
  const changed = await log.ab({ kind: "ramp", event, plan, expectedVersion: context.body.expected_version ?? null, actor: actorOf(context), nowMs: context.now.getTime() });
  // This process answers its next decision with what it has just changed.
  await refreshExperiment(log);
  if (changed.kind === "refused") throw refused(changed);
  return { success: true as const, ramp: rampOut(changed.ramp, null) };
}

const words: Record<Extract<RampChanged, { kind: "refused" }>["refused"], string> = {
  "stale-version": "The ramp has moved since it was read.",
  "no-ramp": "There is no ramp yet.",
  "not-in-this-state": "The ramp does not allow this in its present state.",
  locked: "The ramp was rolled back; it may start again 24 hours after that.",
  "needs-reason": "reason: needed to start again after a withdrawal",
  "too-soon": "Too soon.",
};

function refused({ refused: why, ramp }: Extract<RampChanged, { kind: "refused" }>): Problem {
  const extra = { ramp: ramp && rampOut(ramp, null), refusal: why };
  if (why === "needs-reason") return new Problem("invalid-request", words[why], { fields: [{ part: "body", field: "reason", message: "needed", code: "missing" }], extra });
  return new Problem(why === "stale-version" ? "stale-version" : "conflict", words[why], { extra });
}
