import { ModelError } from "../model-error";
import { findAlias, moveAlias, readModelFolder } from "./store";
import { join } from "node:path";

/** Makes a version the one that serves requests without a `model`. */
export async function activateModel(options: {
  root: string;
  id: string;
  by: string;
  now: Date;
  reason: string | null;
  allowLeaks: boolean;
}): Promise<void> {
  const { manifest } = readModelFolder(join(options.root, options.id));
  if (manifest.leaks.length > 0 && !options.allowLeaks)
    throw new ModelError("leaks", `${options.id} uses ${manifest.leaks.join(", ")}, known only afterwards; an administrator must allow it`);
  const current = await findAlias("champion");
  const moved = await moveAlias(
    {
      alias: "champion",
      name: manifest.name,
      version: manifest.version,
      revision: (current?.revision ?? 0) + 1,
      changedBy: options.by,
      changedAt: options.now,
      reason: options.reason,
      allowLeaks: options.allowLeaks,
    },
    current?.revision ?? null,
  );
  if (!moved) throw new ModelError("conflict", "somebody moved the alias at the same time");
}
