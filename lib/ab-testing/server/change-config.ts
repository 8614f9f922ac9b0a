import type { Caller } from "@/lib/auth/caller";
import { actorOf } from "@/lib/audit/actor";
import { Problem } from "@/lib/http/problem";
import type { Context } from "@/lib/http/route";
import { services } from "@/lib/services";
import type { ConfigRequest } from "../contract";
import { Settings } from "../settings";
import { configOut, proposedSettings } from "../wire";
import { adoptConfig, experiment, refreshExperiment } from "./experiment";
import type { Changed } from "./work";

const roleOf = (caller: Caller): "operator" | "admin" => (caller.role === "admin" || caller.scopes.has("admin") ? "admin" : "operator");

/** The next configuration version, in force here at once and everywhere within a second. */
export async function changeConfig(context: Context<unknown, unknown, ConfigRequest>) {
  const { body, caller, now } = context;
  const { log } = services();
  await refreshExperiment(log);
  const given = (["strategy", "analysis", "experiment_key"] as const).filter((each) => body.undo && body[each] !== undefined);
  if (given.length > 0) throw new Problem("invalid-request", "undo: takes its settings from the version before", { fields: given.map((field) => ({ part: "body", field, message: "not together with undo", code: "unexpected" })) });
  const parsed = Settings.safeParse(proposedSettings(experiment().config.settings, body));
  if (!parsed.success) {
    const fields = parsed.error.issues.slice(0, 20).map((issue) => ({ part: "body" as const, field: issue.path.map(String).join("."), message: issue.message, code: issue.code }));
    throw new Problem("invalid-request", fields.map((each) => `${each.field}: ${each.message}`).join("; "), { fields });
  }
  const judged = await log.ab({
    kind: "change",
    proposal: { settings: parsed.data, expectedVersion: body.expected_version, by: caller.name, role: roleOf(caller), reason: body.reason, typedConfirmation: body.confirmation ?? null, at: now.toISOString() },
    undo: body.undo,
    actor: actorOf(context),
    nowMs: now.getTime(),
  });
  if (!judged.accepted) {
    await refreshExperiment(log);
    throw refused(judged);
  }
  adoptConfig(judged.next);
  return { success: true as const, config: configOut(judged.next), unchanged: judged.unchanged, rise: judged.rise, bold: [...judged.bold] };
}

function refused({ refusal, detail, bold }: Extract<Changed, { accepted: false }>): Problem {
  const extra = { config: configOut(experiment().config), refusal, bold };
  const field = (name: string) => ({ fields: [{ part: "body" as const, field: name, message: detail }], extra });
  switch (refusal) {
    case "stale-version":
      return new Problem("stale-version", detail, field("expected_version"));
    case "ramp-running":
    case "withdrawn":
      return new Problem("conflict", detail, { extra });
    case "needs-admin":
      return new Problem("forbidden", `Only an administrator may do this: ${detail}`, { extra });
    case "needs-confirmation":
      return new Problem("invalid-request", `confirmation: ${detail}`, field("confirmation"));
    case "needs-reason":
      return new Problem("invalid-request", `reason: needed, because ${detail}`, field("reason"));
  }
}
