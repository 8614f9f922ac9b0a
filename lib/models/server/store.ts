import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { systemActor } from "@/lib/audit/actor";
import { audited } from "@/lib/audit/server/append";
import { db } from "@/lib/db/client";
import type { ModelFiles } from "../build-folder";
import type { Ensemble } from "../ensemble";
import { Manifest } from "../manifest";
import { ModelError } from "../model-error";

const numbers = z.array(z.number());
const EnsembleFile = z.object({
  objective: z.enum(["binary:logistic", "reg:squarederror"]),
  baseScore: z.number(),
  featureCount: z.number().int(),
  trees: z.array(
    z.object({ feature: numbers, threshold: numbers, left: numbers, right: numbers, defaultLeft: z.array(z.boolean()), value: numbers, cover: numbers, gain: numbers }),
  ),
});

export type StoredModel = { folder: string; manifest: Manifest; ensemble: Ensemble; onnx: Uint8Array };

/**
 * Writes a folder as one step: a reader sees all of it or nothing. An existing version is never overwritten: the same model
 * again is left as it is (false), another one is refused.
 */
export function writeModelFolder(folder: string, files: ModelFiles): boolean {
  if (existsSync(folder)) {
    if (existsSync(join(folder, "manifest.json")) && identity(readManifest(folder)) === identity(Manifest.parse(JSON.parse(Buffer.from(files["manifest.json"]).toString("utf8"))))) return false;
    throw new ModelError("exists", `${folder} is there already and holds something else; versions are never overwritten`);
  }
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(join(dirname(folder), ".draft-"));
  try {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(draft, name), bytes, { flush: true });
    // mkdtemp gives 0700; another user may serve what this one imports.
    chmodSync(draft, 0o755);
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
  return true;
}

/** All of a manifest but the moment it was made. */
function identity(manifest: Manifest): string {
  return JSON.stringify({ ...manifest, createdAt: undefined });
}

/** Reads a folder and verifies its checksums. */
export function readModelFolder(folder: string): StoredModel {
  const manifest = readManifest(folder);
  const verified = (file: { file: string; sha256: string }): Buffer => {
    const bytes = readFileSync(join(folder, file.file));
    if (createHash("sha256").update(bytes).digest("hex") !== file.sha256)
      throw new ModelError("checksum", `${join(folder, file.file)} is not the file that the manifest describes`);
    return bytes;
  };
  const ensemble = EnsembleFile.parse(JSON.parse(verified(manifest.files.ensemble).toString("utf8")));
  if (manifest.features.length !== ensemble.featureCount)
    throw new ModelError("malformed-manifest", `${folder}: ${manifest.features.length} features for trees over ${ensemble.featureCount}`);
  return { folder, manifest, ensemble, onnx: verified(manifest.files.onnx) };
}

export function readManifest(folder: string): Manifest {
  const path = join(folder, "manifest.json");
  if (!existsSync(path)) throw new ModelError("not-found", `no manifest in ${folder}`);
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw new ModelError("malformed-manifest", `${path} is not JSON`);
  }
  const parsed = Manifest.safeParse(document);
  if (!parsed.success) throw new ModelError("malformed-manifest", `${path}: ${parsed.error.issues[0]?.path.join(".") ?? ""} ${parsed.error.issues[0]?.message ?? ""}`);
  return parsed.data;
}

/** `name@version` of every model folder, sorted. */
export function listModels(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^[a-z0-9][a-z0-9-]*@[0-9A-Za-z][0-9A-Za-z.+-]*$/.test(entry.name))
    .map((entry) => entry.name)
    .sort();
}

export type Alias = { alias: string; name: string; version: string; revision: number; changedBy: string; changedAt: Date; reason: string | null; allowLeaks: boolean };

export async function findAlias(alias: string): Promise<Alias | null> {
  return await db().modelAlias.findUnique({ where: { alias } });
}

const shown = (alias: Omit<Alias, "changedBy" | "changedAt" | "reason">) => ({ model: `${alias.name}@${alias.version}`, revision: alias.revision, allow_leaks: alias.allowLeaks });

/** Moves an alias, with its audit row, and tells every process. False when somebody moved it since `expectedRevision` was read. */
export async function moveAlias(next: Alias, expectedRevision: number | null): Promise<boolean> {
  return await audited(async (tx, append) => {
    const before = await tx.modelAlias.findUnique({ where: { alias: next.alias } });
    if ((before?.revision ?? null) !== expectedRevision) return false;
    if (expectedRevision === null) await tx.modelAlias.create({ data: next });
    else {
      const { alias, ...data } = next;
      const { count } = await tx.modelAlias.updateMany({ where: { alias, revision: expectedRevision }, data });
      if (count === 0) return false;
    }
    await tx.changeEvent.create({ data: { kind: "models", subject: `${next.name}@${next.version}`, version: next.revision, createdAt: next.changedAt } });
    await append({ at: next.changedAt, actor: systemActor(next.changedBy), action: "model.activate", subject: { type: "alias", id: next.alias }, before: before ? shown(before) : null, after: shown(next), reason: next.reason });
    return true;
  });
}
