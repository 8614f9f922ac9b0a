import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const Secrets = z.object({ authSecret: z.string().min(32) });

/** Where next-auth looks for its secret and its own address. */
export function publishSecrets(settings: { DATA_DIR: string; AUTH_SECRET?: string | undefined; PUBLIC_URL?: string | undefined; PORT: number }): void {
  process.env.NEXTAUTH_SECRET ??= settings.AUTH_SECRET ?? openSecrets(settings.DATA_DIR).authSecret;
  process.env.NEXTAUTH_URL ??= settings.PUBLIC_URL ?? `http://localhost:${settings.PORT}`;
}

/** Secrets made at the first start, in the data folder, readable by the owner alone. */
function openSecrets(dataDir: string): z.infer<typeof Secrets> {
  const path = join(dataDir, "secrets.json");
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (!existsSync(path)) writeFileSync(path, JSON.stringify({ authSecret: randomBytes(48).toString("base64url") }), { mode: 0o600, flag: "wx" });
  return Secrets.parse(JSON.parse(readFileSync(path, "utf8")));
}
