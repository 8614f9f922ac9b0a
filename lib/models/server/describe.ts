import { join } from "node:path";
import { gainShares } from "../importance";
import type { Manifest } from "../manifest";
import { listModels, readManifest, readModelFolder } from "./store";

/** A model folder as far as it can be read; `error` says in one line why not. */
export type Described = { id: string; manifest: Manifest | null; error: string | null };

const oneLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split("\n", 1)[0]!.slice(0, 300);

/** Every folder by its manifest alone: cheap enough for a list that is asked for each minute. */
export function describeModels(root: string): Described[] {
  return listModels(root).map((id) => {
    try {
      return { id, manifest: readManifest(join(root, id)), error: null };
    } catch (error) {
      return { id, manifest: null, error: oneLine(error) };
    }
  });
}

/** One folder whole, its checksums verified. Null: there is no such folder. */
export function describeModel(root: string, id: string): (Described & { importance: { name: string; share: number }[] }) | null {
  if (!listModels(root).includes(id)) return null;
  try {
    const { manifest, ensemble } = readModelFolder(join(root, id));
    return { id, manifest, error: null, importance: gainShares(ensemble, manifest.features.map((feature) => feature.name)) };
  } catch (error) {
    const [known] = describeModels(root).filter((each) => each.id === id);
    return { id, manifest: known?.manifest ?? null, error: oneLine(error), importance: [] };
  }
}
