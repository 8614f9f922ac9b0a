import { createHash } from "node:crypto";
import { join } from "node:path";
import { logger } from "@/lib/log";
import type { Ensemble } from "../ensemble";
import { gainShares } from "../importance";
import type { Manifest } from "../manifest";
import { ModelError } from "../model-error";
import { onnxOutput } from "../onnx";
import { scaleInto } from "../score";
import { microBatch } from "./micro-batch";
import { openOnnxSession } from "./onnx-session";
import { findAlias, listModels, readModelFolder } from "./store";

/** A model that may serve: verified, warmed, its golden rows replayed. */
export type LoadedModel = {
  /** `name@version` */
  id: string;
  manifest: Manifest;
  ensemble: Ensemble;
  importance: { name: string; share: number }[];
  /** First 16 hex digits of the SHA-256 over names, units and times of the features. */
  featureSchemaHash: string;
  loadedAt: Date;
  /** Raw scores of unscaled rows (float64, NaN = missing), `count` rows one after the other, from the `from`th number on. */
  score(inputs: Float64Array, count: number, from?: number): Promise<Float32Array>;
  release(): Promise<void>;
};

const GOLDEN_TOLERANCE = 1e-5;

export async function loadModel(root: string, id: string, options: { deadlineMs: number; now: Date }): Promise<LoadedModel> {
  const { manifest, ensemble, onnx } = readModelFolder(join(root, id));
  if (`${manifest.name}@${manifest.version}` !== id) throw new ModelError("malformed-manifest", `folder ${id} holds ${manifest.name}@${manifest.version}`);
  const session = await openOnnxSession(onnx, onnxOutput(ensemble));
  const width = manifest.features.length;
  const scaled = (inputs: Float64Array, count: number, from = 0): Float32Array => {
    const rows = new Float32Array(count * width);
    for (let at = 0; at < rows.length; at += width) scaleInto(rows, at, inputs, manifest.scaler, from + at, width);
    return rows;
  };

  // The first run allocates, and a dispatcher should not pay for it; a golden row that misses means another model.
  for (const golden of manifest.goldenRows) {
    const inputs = Float64Array.from(golden.inputs, (value) => value ?? Number.NaN);
    const [score] = await session.run(scaled(inputs, 1), 1);
    const difference = Math.abs(score! - golden.score) / Math.max(1, Math.abs(golden.score));
    if (!(difference <= GOLDEN_TOLERANCE)) throw new ModelError("golden-row", `${id} answers ${score!} where its manifest says ${golden.score}`);
  }
  await session.run(new Float32Array(64 * width), 64);

  const batch = microBatch(session, width, { deadlineMs: options.deadlineMs, maxRows: 1_024 });
  return {
    id,
    manifest,
    ensemble,
    importance: gainShares(ensemble, manifest.features.map((feature) => feature.name)),
    featureSchemaHash: createHash("sha256")
      .update(JSON.stringify(manifest.features.map(({ name, unit, kind, availableAt }) => [name, unit, kind, availableAt])))
      .digest("hex")
      .slice(0, 16),
    loadedAt: options.now,
    score: (inputs, count, from) => batch.score(scaled(inputs, count, from), count),
    release: session.release,
  };
}

/** The models of this process: the champion and those that requests name. */
export type ModelRegistry = {
  readonly champion: LoadedModel | null;
  /** Why there is no champion. */
  readonly championError: string | null;
  /** Models that were asked for by id, loaded once. Null: there is no such folder. */
  get(id: string): Promise<LoadedModel | null>;
  /** Already loaded, without waiting. */
  peek(id: string): LoadedModel | null;
  allowsLeaks(id: string): boolean;
  /** Follows the alias in the database; keeps the old champion when the new one does not load. */
  refresh(): Promise<void>;
  available(): string[];
};

const MAX_LOADED = 16;

export function openRegistry(options: { root: string; deadlineMs: number; defaultModel: string | null }): ModelRegistry {
  const loaded = new Map<string, LoadedModel>();
  const loading = new Map<string, Promise<LoadedModel | null>>();
  const leaksAllowed = new Set<string>();
  let champion: LoadedModel | null = null;
  let championError: string | null = "not loaded yet";

  const get = (id: string): Promise<LoadedModel | null> => {
    const ready = loaded.get(id);
    if (ready) return Promise.resolve(ready);
    let pending = loading.get(id);
    if (!pending) {
      pending = load(id).finally(() => loading.delete(id));
      loading.set(id, pending);
    }
    return pending;
  };

  const load = async (id: string): Promise<LoadedModel | null> => {
    if (!listModels(options.root).includes(id)) return null;
    const model = await loadModel(options.root, id, { deadlineMs: options.deadlineMs, now: new Date() });
    if (loaded.size >= MAX_LOADED) {
      const oldest = [...loaded.values()].find((each) => each !== champion);
      if (oldest) {
        loaded.delete(oldest.id);
        // A run may still be under way in it; the session goes when nothing holds it.
      }
    }
    loaded.set(id, model);
    return model;
  };

  return {
    get champion() {
      return champion;
    },
    get championError() {
      return championError;
    },
    get,
    peek: (id) => loaded.get(id) ?? null,
    allowsLeaks: (id) => leaksAllowed.has(id),
    async refresh() {
      try {
        const alias = await findAlias("champion");
        const id = alias ? `${alias.name}@${alias.version}` : options.defaultModel;
        if (id === null) throw new ModelError("no-champion", "no model is active");
        if (alias?.allowLeaks) leaksAllowed.add(id);
        if (champion?.id === id) return;
        const model = await get(id);
        if (!model) throw new ModelError("not-found", `there is no model ${id}`);
        champion = model;
        championError = null;
      } catch (error) {
        championError = error instanceof Error ? error.message : String(error);
        logger().error({ err: error }, champion ? "the champion did not change" : "no champion: the rules answer");
      }
    },
    available: () => listModels(options.root),
  };
}
