import { Problem, type FieldProblem } from "@/lib/http/problem";
import type { Context } from "@/lib/http/route";
import { unknownFields } from "@/lib/http/unknown-fields";
import { services } from "@/lib/services";
import { MAX_BATCH, OutcomeIn } from "../contract";
import type { OutcomeInput, OutcomeResult } from "./log/outcomes";

type Failed = { success: false; error: string; fields: FieldProblem[] };

/** Outcomes of one request: the valid ones are joined in one transaction, each of the others says what is wrong with it. */
export async function recordOutcomes(context: Context<unknown, unknown, { outcomes: unknown[] } | OutcomeIn>) {
  const { body } = context;
  const many = "outcomes" in body;
  const raws: unknown[] = many ? body.outcomes : [body];
  if (raws.length > MAX_BATCH)
    throw new Problem("body-too-large", `outcomes: at most ${MAX_BATCH}, are ${raws.length}`, { fields: [{ part: "body", field: "outcomes", message: `at most ${MAX_BATCH}` }] });
  const inputs: OutcomeInput[] = [];
  const slots: (Failed | null)[] = raws.map((raw, at) => {
    const parsed = OutcomeIn.safeParse(raw);
    if (parsed.success) {
      inputs.push(toInput(parsed.data, context.caller.id));
      return null;
    }
    const fields: FieldProblem[] = parsed.error.issues.slice(0, 20).map((issue) => ({ part: "body", field: [`outcomes[${at}]`, ...issue.path.map(String)].join("."), message: issue.message, code: issue.code }));
    return { success: false, error: fields.map((each) => `${each.field}: ${each.message}`).join("; "), fields };
  });
  const joined = inputs.length === 0 ? [] : await services().log.recordOutcomes(inputs, context.now.getTime());
  let next = 0;
  // The list is known to the contract as anything at all: its members are judged one by one.
  const inner = many ? raws.flatMap((raw) => unknownFields(OutcomeIn, raw).map((name) => `outcomes[].${name}`)) : [];
  const results = slots.map((failed) => failed ?? toOut(joined[next++]!));
  const count = (status: OutcomeResult["status"]): number => joined.filter((each) => each.status === status).length;
  return {
    success: joined.length === raws.length,
    total: raws.length,
    joined: count("joined"),
    censored: count("censored"),
    quarantined: count("quarantined"),
    unchanged: count("unchanged"),
    failed: raws.length - joined.length,
    results,
    unknown_fields: [...new Set([...context.unknownFields(), ...inner])].slice(0, 50),
  };
}

function toInput(outcome: OutcomeIn, clientKeyId: string): OutcomeInput {
  const { prediction_id, dispatch_id, arrived_at, ...values } = outcome;
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined));
  return {
    predictionId: prediction_id ?? null,
    dispatchId: dispatch_id ?? null,
    values: { ...given, ...(arrived_at ? { arrived_at: Date.parse(arrived_at) } : {}) },
    clientKeyId,
  };
}

function toOut(result: OutcomeResult) {
  return { success: true as const, status: result.status, prediction_id: result.predictionId, dispatch_id: result.dispatchId, revision: result.revision };
}
