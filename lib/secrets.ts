import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const Secrets = z.object({ authSecret: z.string().min(32) });

/** Secrets made at the first start, in the data folder, readable by the owner alone. */
export function openSecrets(dataDir: string): z.infer<typeof Secrets> {
  const path = join(dataDir, "secrets.json");
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (!existsSync(path)) writeFileSync(path, JSON.stringify({ authSecret: randomBytes(48).toString("base64url") }), { mode: 0o600, flag: "wx" });
  return Secrets.parse(JSON.parse(readFileSync(path, "utf8")));
}
