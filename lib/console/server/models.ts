import type { z } from "zod";
import { Problem } from "@/lib/http/problem";
import { describeModel, describeModels, type Described } from "@/lib/models/server/describe";
import { services } from "@/lib/services";
import type { ModelDetail, ModelRow, models as contract } from "../contract";
import * as store from "./store";

const DAY_MINUTES = 1_440;
/** Held-out figures in the order in which they tell most; others follow as the manifest has them. */
const telling = ["auc", "brier", "ece", "log_loss", "mae", "rmse", "pinball_p90"];

type Known = { aliases: store.AliasRow[]; decisions: Map<string, number>; total: number };

async function known(now: Date): Promise<Known> {
  const nowMinute = now.getTime() / 60_000;
  const [aliases, decisions] = await Promise.all([store.listAliases(), store.decisionsByModel(Math.floor((nowMinute - DAY_MINUTES) / 5) * 5, Math.ceil((nowMinute + 1) / 5) * 5)]);
  return { aliases, decisions, total: [...decisions.values()].reduce((sum, count) => sum + count, 0) };
}

function toRow({ id, manifest, error }: Described, { aliases, decisions, total }: Known): ModelRow {
  const { champion } = services().models;
  const own = aliases.filter((alias) => `${alias.name}@${alias.version}` === id);
  const values = manifest?.metrics?.values ?? {};
  const names = [...telling.filter((name) => name in values), ...Object.keys(values).filter((name) => !telling.includes(name))];
  const count = decisions.get(id) ?? 0;
  return {
    id,
    created_at: manifest?.createdAt ?? new Date(0).toISOString(),
    task: manifest?.task ?? "binary",
    target: manifest?.target.name ?? "",
    aliases: own.map((alias) => ({ alias: alias.alias, since: alias.changedAt.toISOString(), by: alias.changedBy })),
    state: error === null ? (champion?.id === id ? "serving" : "ready") : "broken",
    error,
    leaks: manifest?.leaks ?? [],
    traffic_share: total === 0 ? null : count / total,
    decisions_24h: count,
    figures: names.slice(0, 4).map((name) => ({ name, value: values[name]!.value, low: values[name]!.low, high: values[name]!.high })),
  };
}

export async function listModels({ now }: { now: Date }): Promise<z.input<typeof contract.response>> {
  const about = await known(now);
  return { computed_at: now.toISOString(), rows: describeModels(services().env.MODELS_DIR).map((each) => toRow(each, about)) };
}

export async function readModel({ params, now }: { params: { id: string }; now: Date }): Promise<ModelDetail> {
  const described = describeModel(services().env.MODELS_DIR, params.id);
  if (!described) throw new Problem("not-found", `There is no model ${params.id}.`, { fields: [{ part: "path", field: "id", message: "no such model" }] });
  const about = await known(now);
  const row = toRow(described, about);
  return {
    row,
    manifest: described.manifest,
    importance: described.importance.map(({ name, share }) => ({ feature: name, share })),
    // The moves before the last one are in the audit.
    history: about.aliases
      .filter((alias) => row.aliases.some((own) => own.alias === alias.alias))
      .map((alias) => ({ at: alias.changedAt.toISOString(), alias: alias.alias, from: null, to: params.id, by: alias.changedBy, reason: alias.reason })),
  };
}
