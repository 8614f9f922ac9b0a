import { z } from "zod";
import { table, type Sql } from "@/lib/dispatch/server/log/log-store";
import { Settings, type ConfigVersion } from "../settings";

export const Origin = z.enum(["person", "ramp", "guardrail", "system"]);
export type Origin = z.output<typeof Origin>;

const columns = "version, settings_json, changed_at, changed_by, reason, origin";

/** The configuration in force, read in a transaction or outside one. Null before the first start. */
export async function readConfig(all: Sql["all"], dialect: Sql["dialect"]): Promise<(ConfigVersion & { origin: Origin }) | null> {
  const from = `${columns} FROM ${table(dialect, "ab_config")} ORDER BY version DESC`;
  const [row] = await all(dialect === "sqlite" ? `SELECT ${from} LIMIT 1` : `SELECT TOP 1 ${from}`, []);
  return row ? toConfig(row) : null;
}

export async function currentConfig(sql: Sql): Promise<ConfigVersion & { origin: Origin }> {
  const config = await readConfig(sql.all, sql.dialect);
  if (!config) throw new Error("the A/B test has no configuration yet");
  return config;
}

/** One version; null where there is none. */
export async function configOf(sql: Sql, version: number): Promise<ConfigVersion | null> {
  const [row] = await sql.all(`SELECT ${columns} FROM ${table(sql.dialect, "ab_config")} WHERE version = ?`, [version]);
  return row ? toConfig(row) : null;
}

/**
 * The configuration in force, held until the transaction ends: of two writers the second sees what the first made of it. On
 * SQLite the transaction is the lock. Whoever needs an experiment's counter too takes that first, so that nobody waits in a ring.
 */
export async function lockedConfig(sql: Sql): Promise<ConfigVersion & { origin: Origin }> {
  const name = table(sql.dialect, "ab_config");
  if (sql.dialect !== "sqlite") await sql.run(`UPDATE ${name} SET origin = origin WHERE version = 1`, []);
  return await currentConfig(sql);
}

export function toConfig(row: Record<string, unknown>): ConfigVersion & { origin: Origin } {
  return {
    version: Number(row.version),
    settings: Settings.parse(JSON.parse(String(row.settings_json))),
    at: (row.changed_at instanceof Date ? row.changed_at : new Date(String(row.changed_at))).toISOString(),
    by: String(row.changed_by),
    reason: String(row.reason),
    origin: Origin.parse(row.origin),
  };
}

/** The next version, or a unique violation where another process was faster; every process hears of it. */
export async function appendConfig(sql: Sql, { version, settings, at, by, reason }: ConfigVersion, origin: Origin): Promise<void> {
  await sql.run(
    `INSERT INTO ${table(sql.dialect, "ab_config")} (version, experiment_key, strategy, settings_json, origin, changed_by, changed_at, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [version, settings.experimentKey, settings.strategy.kind, JSON.stringify(settings), origin, by.slice(0, 100), new Date(at), reason.slice(0, 500)],
  );
  await tell(sql, settings.experimentKey, version, new Date(at));
}

/** What other processes and browsers must hear of. */
export async function tell(sql: Sql, subject: string, version: number, at: Date): Promise<void> {
  await sql.run(`INSERT INTO ${table(sql.dialect, "change_events")} (kind, subject, version, created_at) VALUES (?, ?, ?, ?)`, ["experiment", subject, version, at]);
}
