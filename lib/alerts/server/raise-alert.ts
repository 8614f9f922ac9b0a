import { createHash } from "node:crypto";
import { table, type Sql } from "@/lib/dispatch/server/log/log-store";

export type AlertType =
  | "HIGH_FALLBACK_RATE"
  | "LOW_CONFIDENCE"
  | "DRIFT_DETECTED"
  | "PERFORMANCE_DEGRADATION"
  | "DATA_QUALITY"
  | "SERVICE_DOWN"
  | "DATABASE_ERROR"
  | "MEMORY_USAGE";
export type AlertSeverity = "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "INFO";

export type Firing = {
  type: AlertType;
  severity: AlertSeverity;
  service: string;
  modelVersion: string;
  /** The check or feature that found it. */
  check: string;
  slice: string;
  title: string;
  description: string;
  details: unknown;
  steps: readonly string[];
  atMs: number;
};

/** What makes two firings one alert; severity, values, times and text are not part of it. */
export function fingerprint({ type, service, modelVersion, check, slice }: Firing): string {
  return createHash("sha256").update(`${type}|${service}|${modelVersion}|${check}|${slice}`).digest("hex").slice(0, 32);
}

const severities: readonly AlertSeverity[] = ["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"];

/**
 * The one door to system_alerts, inside the transaction of whatever found the condition: the active row counts the firing
 * and keeps its worst severity, or a new row is made. One active row per fingerprint, by the unique active key.
 */
export async function raiseAlert(sql: Sql, firing: Firing): Promise<{ raised: boolean }> {
  const name = table(sql.dialect, "system_alerts");
  const key = fingerprint(firing);
  const at = new Date(firing.atMs);
  const count = async (): Promise<boolean> => {
    const [active] = await sql.all(`SELECT severity FROM ${name} WHERE active_key = ?`, [key]);
    if (!active) return false;
    const before = severities.indexOf(String(active.severity) as AlertSeverity);
    const severity = severities[Math.max(before, severities.indexOf(firing.severity))]!;
    const changed = await sql.run(
      `UPDATE ${name} SET occurrences = occurrences + 1, last_seen_at = CASE WHEN last_seen_at < ? THEN ? ELSE last_seen_at END, severity = ?, details_json = ?, version = version + 1 WHERE active_key = ?`,
      [at, at, severity, JSON.stringify(firing.details), key],
    );
    return changed === 1;
  };
  if (await count()) return { raised: false };
  const values = [firing.type, firing.severity, firing.title.slice(0, 255), firing.description, JSON.stringify(firing.details), JSON.stringify(firing.steps), "OPEN", at, key, key, firing.check.slice(0, 60), 1, at, at, 1];
  const columns = "alert_type, severity, title, description, details_json, resolution_steps_json, status, created_at, fingerprint, active_key, check_name, occurrences, first_seen_at, last_seen_at, version";
  const marks = values.map(() => "?").join(", ");
  const made = await sql.run(`INSERT INTO ${name} (${columns}) SELECT ${marks} WHERE NOT EXISTS (SELECT 1 FROM ${name} WHERE active_key = ?)`, [...values, key]);
  if (made === 0) await count();
  await sql.run(`INSERT INTO ${table(sql.dialect, "change_events")} (kind, subject, version, created_at) VALUES (?, ?, ?, ?)`, ["alert", key, 1, at]);
  return { raised: made === 1 };
}
