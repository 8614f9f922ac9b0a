import { createHash } from "node:crypto";
import { joinDecisions } from "@/lib/ab-testing/server/join-outcomes";
import { table, type LogStore, type Sql, type SqlValue } from "./log-store";

/** What became of a dispatch, as sent: absent members keep what an earlier revision said. Instants in epoch ms. */
export type OutcomeValues = {
  actual_response_time_minutes?: number | null;
  actual_travel_distance_km?: number | null;
  patient_outcome?: string | null;
  hospital_destination_id?: number | null;
  was_optimal?: boolean | null;
  paramedic_satisfaction_rating?: number | null;
  patient_satisfaction_rating?: number | null;
  arrived_at?: number | null;
  cancelled?: boolean | null;
};

export type OutcomeInput = { predictionId: string | null; dispatchId: number | null; values: OutcomeValues; clientKeyId: string | null };

export type OutcomeResult = {
  status: "joined" | "censored" | "quarantined" | "unchanged";
  predictionId: string | null;
  dispatchId: number | null;
  revision: number;
};

const valueNames = [
  "actual_response_time_minutes",
  "actual_travel_distance_km",
  "patient_outcome",
  "hospital_destination_id",
  "was_optimal",
  "paramedic_satisfaction_rating",
  "patient_satisfaction_rating",
  "arrived_at",
  "cancelled",
] as const;

/** Columns of contract 7.1 that an outcome fills in assignment_history. */
const assignmentNames = valueNames.slice(0, 7);

type Subject = { key: string; predictionId: string | null; dispatchId: number | null; requestedAtMs: number | null; assignmentId: number | null };

/** Joins each outcome in one transaction of its own, in order, so that one bad row cannot hold back the others. */
export async function recordOutcomes(store: LogStore, inputs: readonly OutcomeInput[], nowMs: number): Promise<OutcomeResult[]> {
  return await store.transaction(async (sql) => {
    const results: OutcomeResult[] = [];
    for (const input of inputs) results.push(await recordOne(sql, input, nowMs));
    await joinDecisions(sql, inputs, results, nowMs);
    return results;
  });
}

async function recordOne(sql: Sql, input: OutcomeInput, nowMs: number): Promise<OutcomeResult> {
  const subject = await findSubject(sql, input);
  if (!subject) return await quarantine(sql, input, nowMs);
  return await addRevision(sql, subject, input, nowMs);
}

const top = (sql: Sql, text: string): string =>
  sql.dialect === "sqlite" ? `${text} LIMIT 1` : text.replace(/^SELECT/, "SELECT TOP 1");

async function findSubject(sql: Sql, { predictionId, dispatchId }: OutcomeInput): Promise<Subject | null> {
  const columns = `"prediction_id", "dispatch_id", "requested_at"`.replaceAll('"', sql.dialect === "sqlite" ? '"' : "");
  const from = `SELECT ${columns} FROM ${table(sql.dialect, "predictions_log")}`;
  const [prediction] = predictionId
    ? await sql.all(`${from} WHERE prediction_id = ?`, [predictionId])
    : await sql.all(top(sql, `${from} WHERE dispatch_id = ? ORDER BY id DESC`), [dispatchId]);
  const known = prediction ? Number(prediction.dispatch_id) : dispatchId;
  if (!prediction && predictionId) return null;
  const [assignment] =
    known === null || known < 0
      ? []
      : await sql.all(top(sql, `SELECT id FROM ${table(sql.dialect, "assignment_history")} WHERE dispatch_id = ? ORDER BY id DESC`), [known]);
  if (!prediction && !assignment) return null;
  const id = prediction ? String(prediction.prediction_id) : null;
  return {
    key: id ? `p:${id}` : `d:${known!}`,
    predictionId: id,
    dispatchId: known,
    requestedAtMs: prediction ? toMs(prediction.requested_at) : null,
    assignmentId: assignment ? Number(assignment.id) : null,
  };
}

async function addRevision(sql: Sql, subject: Subject, input: OutcomeInput, nowMs: number): Promise<OutcomeResult> {
  const outcomes = table(sql.dialect, "prediction_outcomes");
  const [previous] = await sql.all(
    top(sql, `SELECT revision, content_hash, ${valueNames.join(", ")} FROM ${outcomes} WHERE subject = ? ORDER BY revision DESC`),
    [subject.key],
  );
  const merged = merge(previous, input.values, subject.requestedAtMs);
  const hash = contentHash(merged);
  const done = { predictionId: subject.predictionId, dispatchId: subject.dispatchId };
  if (previous && previous.content_hash === hash) return { ...done, status: "unchanged", revision: Number(previous.revision) };

  const revision = Number(previous?.revision ?? 0) + 1;
  const status = merged.cancelled === true ? "censored" : "joined";
  await insertOutcome(sql, { subject: subject.key, ...done, revision, status, hash, values: merged, nowMs, clientKeyId: input.clientKeyId });
  if (subject.predictionId)
    await sql.run(
      `UPDATE ${table(sql.dialect, "predictions_log")} SET outcome_status = ?, outcome_revision = ?, outcome_at = ?, actual_response_time_minutes = ?, was_optimal = ? WHERE prediction_id = ?`,
      [status, revision, new Date(nowMs), merged.actual_response_time_minutes ?? null, merged.was_optimal ?? null, subject.predictionId],
    );
  if (subject.assignmentId !== null)
    await sql.run(
      `UPDATE ${table(sql.dialect, "assignment_history")} SET ${assignmentNames.map((name) => `${name} = ?`).join(", ")}, outcome_status = ?, updated_at = ? WHERE id = ?`,
      [...assignmentNames.map((name) => merged[name] ?? null), status, new Date(nowMs), subject.assignmentId],
    );
  return { ...done, status, revision };
}

/** Outcomes of predictions that nobody knows wait here; `releaseQuarantine` joins them when the prediction turns up. */
async function quarantine(sql: Sql, input: OutcomeInput, nowMs: number): Promise<OutcomeResult> {
  const key = input.predictionId ? `?p:${input.predictionId}` : `?d:${input.dispatchId!}`;
  const outcomes = table(sql.dialect, "prediction_outcomes");
  const [previous] = await sql.all(
    top(sql, `SELECT revision, content_hash, status, ${valueNames.join(", ")} FROM ${outcomes} WHERE subject = ? ORDER BY revision DESC`),
    [key],
  );
  const merged = merge(previous, input.values, null);
  const hash = contentHash(merged);
  const known = { predictionId: input.predictionId, dispatchId: input.dispatchId };
  if (previous && previous.content_hash === hash && previous.status === "quarantined")
    return { ...known, status: "quarantined", revision: Number(previous.revision) };
  const revision = Number(previous?.revision ?? 0) + 1;
  await insertOutcome(sql, { subject: key, ...known, revision, status: "quarantined", hash, values: merged, nowMs, clientKeyId: input.clientKeyId });
  return { ...known, status: "quarantined", revision };
}

/** Kept this long for a prediction that may still be written (a spool that drains late). */
const QUARANTINE_MS = 7 * 24 * 3_600_000;

/** Joins quarantined outcomes whose prediction is there by now, and closes those that waited too long. */
export async function releaseQuarantine(store: LogStore, nowMs: number, limit = 500): Promise<number> {
  const outcomes = table(store.dialect, "prediction_outcomes");
  return await store.transaction(async (sql) => {
    await sql.run(`UPDATE ${outcomes} SET status = 'expired' WHERE status = 'quarantined' AND received_at < ?`, [new Date(nowMs - QUARANTINE_MS)]);
    const take = sql.dialect === "sqlite" ? `LIMIT ${limit}` : `OFFSET 0 ROWS FETCH NEXT ${limit} ROWS ONLY`;
    const waiting = await sql.all(
      `SELECT id, prediction_id, dispatch_id, client_key_id, ${valueNames.join(", ")} FROM ${outcomes} WHERE status = 'quarantined' ORDER BY received_at DESC, id DESC ${take}`,
      [],
    );
    let released = 0;
    for (const row of waiting.reverse()) {
      const input: OutcomeInput = {
        predictionId: textOf(row.prediction_id),
        dispatchId: row.dispatch_id === null ? null : Number(row.dispatch_id),
        values: given(valuesOf(row)),
        clientKeyId: textOf(row.client_key_id),
      };
      const subject = await findSubject(sql, input);
      if (!subject) continue;
      const { status } = await addRevision(sql, subject, input, nowMs);
      await sql.run(`UPDATE ${outcomes} SET status = ? WHERE id = ?`, [status === "censored" ? "censored" : "joined", Number(row.id)]);
      released++;
    }
    return released;
  });
}

async function insertOutcome(
  sql: Sql,
  row: {
    subject: string;
    predictionId: string | null;
    dispatchId: number | null;
    revision: number;
    status: string;
    hash: string;
    values: OutcomeValues;
    nowMs: number;
    clientKeyId: string | null;
  },
): Promise<void> {
  const columns = ["subject", "prediction_id", "dispatch_id", "revision", "status", "content_hash", "received_at", "client_key_id", ...valueNames];
  const values: SqlValue[] = [row.subject, row.predictionId, row.dispatchId, row.revision, row.status, row.hash, new Date(row.nowMs), row.clientKeyId];
  for (const name of valueNames) {
    const value = row.values[name] ?? null;
    values.push(name === "arrived_at" && typeof value === "number" ? new Date(value) : value);
  }
  await sql.run(`INSERT INTO ${table(sql.dialect, "prediction_outcomes")} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`, values);
}

function merge(previous: Record<string, unknown> | undefined, given: OutcomeValues, requestedAtMs: number | null): OutcomeValues {
  const merged: OutcomeValues = { ...(previous ? valuesOf(previous) : {}), ...given };
  const arrived = merged.arrived_at ?? null;
  // The dispatch clock: from the decision to the arrival. Not guessed where the arrival lies before the decision.
  if ((merged.actual_response_time_minutes ?? null) === null && arrived !== null && requestedAtMs !== null && arrived >= requestedAtMs)
    merged.actual_response_time_minutes = (arrived - requestedAtMs) / 60_000;
  return merged;
}

/** A row's outcome columns in wire form: SQLite has no booleans and keeps instants as text. */
function valuesOf(row: Record<string, unknown>): OutcomeValues {
  const number = (name: string): number | null => (row[name] === null || row[name] === undefined ? null : Number(row[name]));
  const flag = (name: string): boolean | null => (row[name] === null || row[name] === undefined ? null : Boolean(row[name]));
  return {
    actual_response_time_minutes: number("actual_response_time_minutes"),
    actual_travel_distance_km: number("actual_travel_distance_km"),
    patient_outcome: textOf(row.patient_outcome),
    hospital_destination_id: number("hospital_destination_id"),
    was_optimal: flag("was_optimal"),
    paramedic_satisfaction_rating: number("paramedic_satisfaction_rating"),
    patient_satisfaction_rating: number("patient_satisfaction_rating"),
    arrived_at: row.arrived_at === null || row.arrived_at === undefined ? null : toMs(row.arrived_at),
    cancelled: flag("cancelled"),
  };
}

function given(values: OutcomeValues): OutcomeValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

function contentHash(values: OutcomeValues): string {
  return createHash("sha256").update(JSON.stringify(valueNames.map((name) => values[name] ?? null))).digest("hex");
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function toMs(value: unknown): number {
  return value instanceof Date ? value.getTime() : Date.parse(String(value));
}
