import type { Actor } from "@/lib/audit/actor";
import { table, type LogStore, type Sql } from "@/lib/dispatch/server/log/log-store";
import { judgeUndo, UNDO_WINDOW_MS } from "../judge-undo";
import { largestPercent, nextVersion, type Judged, type Proposal } from "../next-version";
import { newRamp, type Ramp, type RampEvent, type RampMove, type RampPlan } from "../ramp";
import { FIRST_SETTINGS, type ConfigVersion } from "../settings";
import { openAnalyst, type Analysed } from "./analyse";
import { audit } from "./audit-change";
import { appendConfig, configOf, lockedConfig, readConfig } from "./config-store";
import { isWithdrawn } from "./guard";
import { moveRamp, readRamp, saveRamp } from "./ramp-changes";
import { openCounters } from "./turn-counter";

/** Work on the A/B test in the writer's thread, each in one transaction. Plain values: they cross between threads. */
export type AbWork =
  /** The first configuration of an empty store; returns the one in force. */
  | { kind: "open"; zone: string; nowMs: number }
  | { kind: "config" }
  | { kind: "change"; proposal: Omit<Proposal, "rampRunning" | "undo">; undo?: boolean; actor: Actor; nowMs: number }
  | { kind: "ramp"; event: Exclude<RampEvent, { kind: "tick" }> | null; plan: RampPlan | null; expectedVersion: number | null; actor: Actor; nowMs: number }
  | { kind: "analyse"; nowMs: number }
  | { kind: "rebuilt"; nowMs: number };

export type Changed = Judged | { accepted: false; refusal: "withdrawn"; detail: string; bold: readonly string[] };
export type RampChanged = { kind: "moved"; ramp: Ramp } | { kind: "refused"; refused: Extract<RampMove, { refused: unknown }>["refused"] | "stale-version" | "no-ramp"; ramp: Ramp | null };

export type AbResult = {
  open: ConfigVersion;
  config: ConfigVersion | null;
  change: Changed;
  ramp: RampChanged;
  analyse: Analysed;
  rebuilt: { equal: boolean; rows: number; cursor: number; running: string; fromLog: string };
};

export function openAbWork(store: LogStore, holder: string): { run: (work: AbWork) => Promise<AbResult[AbWork["kind"]]> } {
  const analyst = openAnalyst(store, holder);
  return {
    run: async (work) => {
      switch (work.kind) {
        case "open":
          return await open(store, work.zone, work.nowMs);
        case "config":
          return await readConfig(store.read.bind(store), store.dialect);
        case "change":
          return await change(store, work);
        case "ramp":
          return await ramp(store, work);
        case "analyse":
          return await analyst.step(work.nowMs);
        case "rebuilt":
          return await analyst.rebuilt(work.nowMs);
      }
    },
  };
}

async function open(store: LogStore, zone: string, nowMs: number): Promise<ConfigVersion> {
  const present = await readConfig(store.read.bind(store), store.dialect);
  if (present) return present;
  return await store.transaction(async (sql) => {
    const other = await readConfig(sql.all, sql.dialect);
    if (other) return other;
    const settings = { ...FIRST_SETTINGS, analysis: { ...FIRST_SETTINGS.analysis, zone } };
    const first: ConfigVersion = { version: 1, settings, at: new Date(nowMs).toISOString(), by: "system", reason: "first start" };
    await appendConfig(sql, first, "system");
    return first;
  });
}

async function change(store: LogStore, { proposal, undo = false, actor, nowMs }: Extract<AbWork, { kind: "change" }>): Promise<Changed> {
  return await store.transaction(async (sql): Promise<Changed> => {
    // A version never changes, so that the one before can be read before the locks are taken in their order.
    const before = undo ? await configOf(sql, proposal.expectedVersion - 1) : null;
    const settings = before?.settings ?? proposal.settings;
    const { experimentKey } = settings;
    // Under the experiment's lock, so that a withdrawal and a raise cannot cross.
    const counter = await openCounters(sql).of(experimentKey, nowMs);
    const present = await lockedConfig(sql);
    if (largestPercent(settings.strategy) > 0 && isWithdrawn(counter.guardJson))
      return { accepted: false, refusal: "withdrawn", detail: `a guardrail withdrew ${experimentKey}: name a new experiment_key to start again`, bold: [] };
    const stored = await readRamp(sql.all, sql.dialect);
    const judgedUndo = before ? judgeUndo({ settings: present.settings, before: before.settings, by: await changedBy(sql, present.version, nowMs), atMs: Date.parse(present.at) }, actor, nowMs) : undefined;
    const judged = nextVersion(present, { ...proposal, settings, undo: judgedUndo, rampRunning: stored?.ramp.status === "running" });
    if (!judged.accepted || judged.unchanged) return judged;
    await appendConfig(sql, judged.next, proposal.role === "system" ? "system" : "person");
    const action = judgedUndo?.allowed ? "ab.undo" : "ab.config";
    await audit(sql, actor, { action, subjectType: "ab_config", subjectId: String(judged.next.version), before: present.settings, after: judged.next.settings, reason: proposal.reason, atMs: nowMs });
    return judged;
  });
}

/** By whom a version was made, as the audit names them; null where that was longer ago than it could be taken back. */
async function changedBy(sql: Sql, version: number, nowMs: number): Promise<Pick<Actor, "kind" | "id"> | null> {
  const since = new Date(nowMs - UNDO_WINDOW_MS - 1_000);
  const [row] = await sql.all(`SELECT actor_kind, actor_id FROM ${table(sql.dialect, "audit_log")} WHERE at >= ? AND action = 'ab.config' AND subject_type = 'ab_config' AND subject_id = ?`, [since, String(version)]);
  return row ? { kind: String(row.actor_kind) as Actor["kind"], id: String(row.actor_id) } : null;
}

async function ramp(store: LogStore, { event, plan, expectedVersion, actor, nowMs }: Extract<AbWork, { kind: "ramp" }>): Promise<RampChanged> {
  return await store.transaction(async (sql): Promise<RampChanged> => {
    const config = await lockedConfig(sql);
    let stored = await readRamp(sql.all, sql.dialect);
    if (expectedVersion !== null && stored && stored.ramp.version !== expectedVersion) return { kind: "refused", refused: "stale-version", ramp: stored.ramp };
    const restarts = stored === null || ["draft", "scheduled", "completed", "aborted", "rolled_back"].includes(stored.ramp.status);
    if (plan && restarts) {
      // A new plan keeps what a withdrawal left behind: the lock and the need for a reason.
      const kept = stored?.ramp.status === "rolled_back" ? { status: stored.ramp.status, lockedUntilMs: stored.ramp.lockedUntilMs } : {};
      const next: Ramp = { ...newRamp(plan), ...kept, version: (stored?.ramp.version ?? 0) + 1 };
      if (!(await saveRamp(sql, next, stored?.ramp ?? null, config.version, nowMs))) return { kind: "refused", refused: "stale-version", ramp: stored?.ramp ?? null };
      stored = { ramp: next, stepVersion: config.version };
    }
    if (!stored) return { kind: "refused", refused: "no-ramp", ramp: null };
    if (plan && !restarts) return { kind: "refused", refused: "not-in-this-state", ramp: stored.ramp };
    if (event === null) return { kind: "moved", ramp: stored.ramp };
    const moved = await moveRamp(sql, stored, config, event, actor, nowMs);
    if (moved.lost) return { kind: "refused", refused: "stale-version", ramp: stored.ramp };
    return "refused" in moved.move ? { kind: "refused", refused: moved.move.refused, ramp: stored.ramp } : { kind: "moved", ramp: moved.ramp };
  });
}

