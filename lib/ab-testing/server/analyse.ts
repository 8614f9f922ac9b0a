import { table, type LogStore, type Sql } from "@/lib/dispatch/server/log/log-store";
import { addDecision, addOutcome } from "../add-decision";
import { closeSlot, nextDueSlot, type SlotClass } from "../close-slot";
import { guardrailAlarms } from "../guardrails";
import { health } from "../health";
import type { LogRow, Outcome } from "../log-row";
import { METRIC_NAMES, ruleOf } from "../metric-rules";
import { largestPercent } from "../next-version";
import { rampMove, type Ramp, type RampMeasured } from "../ramp";
import { outcomesOf, rebuild } from "../rebuild";
import type { ConfigVersion } from "../settings";
import { warning } from "../signals";
import { newState, type ExperimentState } from "../state";
import { stateFromJson, stateToJson } from "../state-json";
import { nextThompson } from "../next-thompson";
import { msOf, textOf } from "./columns";
import { appendConfig, currentConfig, lockedConfig, readConfig } from "./config-store";
import { markWithdrawn } from "./guard";
import { asOfSeq, readRows } from "./log-rows";
import { moveRamp, readRamp, rollBack, SYSTEM } from "./ramp-changes";
import { openCounters } from "./turn-counter";

/** Slots wait this long for commits that are still under way; whatever comes later starts the analysis again from the log. */
const GRACE_MS = 2_000;
const LEASE_MS = 5_000;
/** Events of one step: some thirty milliseconds of the writer's thread. */
const STEP = 2_000;
const MARK_EVERY_MS = 60_000;

export type Analysed = { acted: boolean; more: boolean; cursor: number };
export type Analyst = { step: (nowMs: number) => Promise<Analysed>; rebuilt: (nowMs: number) => Promise<{ equal: boolean; rows: number; cursor: number; running: string; fromLog: string }> };

type Held = { experimentKey: string; version: number; state: ExperimentState; marks: [number, number][] };
type StateRow = { version: number; cursor: number; closedSeq: Record<SlotClass, number>; asOfMs: number; leaseBy: string | null; leaseUntilMs: number };

/**
 * Counts what was committed since the last step, closes the hours that are due, moves the ramp and withdraws a model that
 * a relative guardrail has caught. One process holds the lease and the others do nothing; whoever takes over goes on from
 * the stored state. The step and its place in the log are one transaction.
 */
export function openAnalyst(store: LogStore, holder: string): Analyst {
  let kept: Held | null = null;
  let lastRampMs = 0;

  async function step(nowMs: number): Promise<Analysed> {
    const config = await readConfig(store.read.bind(store), store.dialect);
    if (!config) return { acted: false, more: false, cursor: 0 };
    const key = config.settings.experimentKey;
    const [counter] = await store.read(`SELECT seq FROM ${table(store.dialect, "ab_turns")} WHERE experiment_key = ?`, [key]);
    const present = await readStateRow(store.read.bind(store), store, key);
    if (present && present.leaseBy !== holder && present.leaseUntilMs > nowMs) return { acted: false, more: false, cursor: present.cursor };
    const ramp = await readRamp(store.read.bind(store), store.dialect);
    const rampDue = ramp !== null && isMoving(ramp.ramp) && nowMs - lastRampMs >= 1_000;
    const behind = Number(counter?.seq ?? 0) > (present?.cursor ?? 0) || (present?.cursor ?? 0) < 0;
    const own = kept?.experimentKey === key && kept.version === present?.version ? kept.state : null;
    const slotDue = own === null || (["immediate", "late"] as const).some((each) => nextDueSlot(own, each, nowMs - GRACE_MS) !== null);
    const thompson = config.settings.strategy.kind === "thompson" && nowMs - Date.parse(config.at) >= 3_600_000;
    if (!behind && !slotDue && !rampDue && !thompson && present?.leaseBy === holder && present.leaseUntilMs - nowMs > LEASE_MS / 2) return { acted: false, more: false, cursor: present.cursor };
    if (rampDue) lastRampMs = nowMs;
    try {
      return await store.transaction((sql) => inTransaction(sql, nowMs));
    } catch (error) {
      kept = null; // it may have been changed by a step that was undone
      if (!(error instanceof LostRace) && !store.isUnavailable(error)) await store.transaction((sql) => numbersFailed(sql, nowMs));
      throw error;
    }
  }

  async function inTransaction(sql: Sql, nowMs: number): Promise<Analysed> {
    const config = await currentConfig(sql);
    const { experimentKey, analysis } = config.settings;
    const row = await claim(sql, experimentKey, holder, nowMs, () => stateToJson(newState(experimentKey, analysis)));
    if (!row) return { acted: false, more: false, cursor: 0 };
    const [counter] = await sql.all(`SELECT seq FROM ${table(sql.dialect, "ab_turns")} WHERE experiment_key = ?`, [experimentKey]);
    const last = Number(counter?.seq ?? 0);
    let cursor = row.cursor;
    // A log that was there before the first step is counted as a whole: hour by hour, each would be looked for in all of it.
    const wholeLog = cursor === 0 && last > STEP;
    let again = cursor < 0 || wholeLog;
    if (kept?.experimentKey !== experimentKey || kept.version !== row.version - 1) {
      const stored = await loadState(sql, experimentKey);
      again ||= stored === null;
      kept = { experimentKey, version: row.version, state: stored ?? newState(experimentKey, analysis), marks: [] };
    }
    kept.version = row.version;
    again ||= JSON.stringify(kept.state.analysis) !== JSON.stringify(analysis);
    const before = cursor;
    if (!again) {
      const until = Math.min(last, cursor + STEP);
      if (until > cursor) {
        const rows = await readRows(sql, experimentKey, "last_seq > ? AND seq <= ?", [cursor, until]);
        again = count(kept.state, rows, cursor, until);
        cursor = until;
      }
    }
    const closeMs = nowMs - GRACE_MS;
    let closed = 0;
    if (again) {
      cursor = last;
      const rows = (await readRows(sql, experimentKey, "seq <= ?", [cursor])).map((each) => asOfSeq(each, cursor));
      kept.state = rebuild(experimentKey, analysis, rows, Number.MAX_SAFE_INTEGER, closeMs);
      for (const slotClass of ["immediate", "late"] as const) row.closedSeq[slotClass] = countedBy(rows, kept.state.cursors[slotClass].closedAtMs, cursor);
    } else if (cursor === last) closed = await closeDue(sql, kept, row, closeMs, cursor);
    const lastMark = kept.marks.at(-1);
    if (cursor === last && (!lastMark || nowMs - lastMark[0] >= MARK_EVERY_MS)) kept.marks.push([nowMs, cursor]);
    await act(sql, config, kept.state, cursor === last, nowMs);
    const changed = again || closed > 0 || cursor !== before;
    // Slots are closed as of this instant only where every commit before it has been counted.
    await save(sql, experimentKey, { ...row, cursor, asOfMs: cursor === last ? closeMs : row.asOfMs }, changed ? stateToJson(kept.state) : null);
    return { acted: changed, more: cursor < last, cursor };
  }

  return {
    step,
    async rebuilt(nowMs) {
      return await store.transaction(async (sql) => {
        const { experimentKey, analysis } = (await currentConfig(sql)).settings;
        const row = await readStateRow(sql.all, sql, experimentKey);
        if (!row) return { equal: true, rows: 0, cursor: 0, running: "", fromLog: "" };
        const state = await loadState(sql, experimentKey);
        const running = state === null ? "" : stateToJson(state);
        const rows = (await readRows(sql, experimentKey, "seq <= ?", [row.cursor])).map((each) => asOfSeq(each, row.cursor));
        const fromLog = stateToJson(rebuild(experimentKey, analysis, rows, nowMs + 86_400_000, row.asOfMs));
        return { equal: running === fromLog, rows: rows.length, cursor: row.cursor, running, fromLog };
      });
    },
  };
}

/** Counts the events of (from, until], in the order of their commits. True when one belongs to an hour that is closed. */
function count(state: ExperimentState, rows: readonly LogRow[], from: number, until: number): boolean {
  type Event = { seq: number; row: LogRow; outcome: Outcome | null };
  const events: Event[] = [];
  for (const row of rows) {
    if (row.seq! > from && row.seq! <= until) events.push({ seq: row.seq!, row, outcome: null });
    for (const outcome of outcomesOf(row)) if (outcome.seq! > from && outcome.seq! <= until) events.push({ seq: outcome.seq!, row, outcome });
  }
  events.sort((a, b) => a.seq - b.seq);
  let late = false;
  for (const { row, outcome } of events) {
    if (outcome) {
      addOutcome(state, row, outcome);
      late ||= METRIC_NAMES.some((metric) => outcome.values[metric] !== undefined && outcome.atMs <= (state.cursors[ruleOf(metric).matures ? "late" : "immediate"].closedAtMs ?? -Infinity));
    } else {
      addDecision(state, row);
      late ||= row.decidedAtMs < Math.max(state.cursors.immediate.nextSlotMs ?? -Infinity, state.cursors.late.nextSlotMs ?? -Infinity);
    }
  }
  return late;
}

/** The place in the log up to which everything was known when the last hour closed: later closings need not look there. */
function countedBy(rows: readonly LogRow[], closedAtMs: number | null, cursor: number): number {
  let place = cursor;
  for (const row of rows)
    for (const metric of METRIC_NAMES) {
      const observed = row.outcomes[metric];
      if (observed && observed.atMs > (closedAtMs ?? -Infinity)) place = Math.min(place, observed.seq! - 1);
    }
  return place;
}

async function closeDue(sql: Sql, held: Held, row: StateRow, closeMs: number, cursor: number): Promise<number> {
  let closed = 0;
  for (const slotClass of ["immediate", "late"] as const) {
    for (let slot = nextDueSlot(held.state, slotClass, closeMs); slot; slot = nextDueSlot(held.state, slotClass, closeMs)) {
      const rows = await readRows(sql, held.experimentKey, "(created_at >= ? AND created_at < ?) OR (last_seq > ? AND created_at < ?)", [new Date(slot.startMs), new Date(slot.endMs), row.closedSeq[slotClass], new Date(slot.startMs)]);
      const { closesAtMs } = slot;
      closeSlot(held.state, slot, rows.filter((each) => each.seq! <= cursor).map((each) => asOfSeq(each, cursor)));
      // Nothing up to this place became known after the closing, so the next one need not look at it.
      const mark = held.marks.findLast(([atMs]) => atMs <= closesAtMs);
      if (mark) row.closedSeq[slotClass] = Math.max(row.closedSeq[slotClass], mark[1]);
      closed += 1;
    }
  }
  const oldest = Math.min(held.state.cursors.immediate.closedAtMs ?? 0, held.state.cursors.late.closedAtMs ?? 0);
  const needed = held.marks.findLastIndex(([atMs]) => atMs <= oldest);
  if (needed > 0) held.marks.splice(0, needed);
  return closed;
}

/** The ramp's step, a rollback, the next adaptive share: what the numbers ask for. */
async function act(sql: Sql, config: ConfigVersion, state: ExperimentState, caughtUp: boolean, nowMs: number): Promise<void> {
  if (!caughtUp) return;
  const alarms = guardrailAlarms(state);
  const stored = await readRamp(sql.all, sql.dialect);
  const { experimentKey } = config.settings;
  if (stored && isMoving(stored.ramp)) {
    const measured: RampMeasured = {
      phase2InStep: Object.values(state.periods).reduce((sum, period) => sum + (period.version >= stored.stepVersion ? period.decisions[1] : 0), 0),
      failingChecks: health(state, nowMs).checks.filter((check) => check.acts && !check.ok).map((check) => check.code),
      alarms,
      signals: warning(state),
    };
    const event = { kind: "tick", measured } as const;
    const move = rampMove(stored.ramp, event, nowMs);
    if ("refused" in move || (move.ramp === stored.ramp && move.effects.length === 0)) return;
    const present = await locked(sql, config, nowMs);
    if (!present) return;
    const moved = await moveRamp(sql, stored, present, event, SYSTEM, nowMs);
    if (moved.lost) throw new LostRace("another process moved the ramp");
    if (moved.ramp.status === "rolled_back") await markWithdrawn(sql, config, moved.config.version, nowMs);
    return;
  }
  if (alarms.length > 0) {
    if (largestPercent(config.settings.strategy) === 0) return;
    const present = await locked(sql, config, nowMs);
    const version = present && (await rollBack(sql, experimentKey, alarms, nowMs));
    if (version && version !== config.version) await markWithdrawn(sql, config, version, nowMs);
  } else await adapt(sql, config, state, nowMs);
}

/** The experiment's counter first, as whoever logs an outcome does, then the configuration; null when that has moved on. */
async function locked(sql: Sql, config: ConfigVersion, nowMs: number): Promise<ConfigVersion | null> {
  await openCounters(sql).of(config.settings.experimentKey, nowMs);
  const present = await lockedConfig(sql);
  return present.version === config.version ? present : null;
}

const isMoving = ({ status }: Ramp): boolean => status === "scheduled" || status === "running" || status === "held";

async function adapt(sql: Sql, config: ConfigVersion, state: ExperimentState, nowMs: number): Promise<void> {
  const { strategy } = config.settings;
  if (strategy.kind !== "thompson" || nowMs - Date.parse(config.at) < 3_600_000) return;
  const share = nextThompson(state, strategy);
  if (share === null || Math.abs(share - strategy.phase2Share) < 0.005 || !(await locked(sql, config, nowMs))) return;
  const settings = { ...config.settings, strategy: { ...strategy, phase2Share: share } };
  await appendConfig(sql, { version: config.version + 1, settings, at: new Date(nowMs).toISOString(), by: "system", reason: "adaptive share from matured outcomes" }, "system");
}

/** An answer that is missing never counts as a pass: the ramp holds, and after five in a row an alert says so. */
async function numbersFailed(sql: Sql, nowMs: number): Promise<void> {
  const config = await readConfig(sql.all, sql.dialect);
  const stored = await readRamp(sql.all, sql.dialect);
  if (config && stored && isMoving(stored.ramp)) await moveRamp(sql, stored, config, { kind: "query-failed" }, SYSTEM, nowMs);
}

/** Another process was faster: nothing is wrong with the numbers. */
class LostRace extends Error {}

/** Takes or keeps the lease by the row's version; null when another process was faster. */
async function claim(sql: Sql, experimentKey: string, holder: string, nowMs: number, empty: () => string): Promise<StateRow | null> {
  const name = table(sql.dialect, "ab_state");
  let row = await readStateRow(sql.all, sql, experimentKey);
  if (!row) {
    await sql.run(
      `INSERT INTO ${name} (experiment_key, version, cursor_seq, closed_seq_immediate, closed_seq_late, as_of, state_json) SELECT ?, 0, 0, 0, 0, ?, ? WHERE NOT EXISTS (SELECT 1 FROM ${name} WHERE experiment_key = ?)`,
      [experimentKey, new Date(nowMs), empty(), experimentKey],
    );
    row = await readStateRow(sql.all, sql, experimentKey);
  }
  if (!row || (row.leaseBy !== holder && row.leaseUntilMs > nowMs)) return null;
  const claimed = await sql.run(`UPDATE ${name} SET version = version + 1, lease_by = ?, lease_until = ? WHERE experiment_key = ? AND version = ?`, [holder, new Date(nowMs + LEASE_MS), experimentKey, row.version]);
  return claimed === 1 ? { ...row, version: row.version + 1 } : null;
}

async function save(sql: Sql, experimentKey: string, row: StateRow, stateJson: string | null): Promise<void> {
  await sql.run(
    `UPDATE ${table(sql.dialect, "ab_state")} SET cursor_seq = ?, closed_seq_immediate = ?, closed_seq_late = ?, as_of = ?, state_json = COALESCE(?, state_json) WHERE experiment_key = ? AND version = ?`,
    [row.cursor, row.closedSeq.immediate, row.closedSeq.late, new Date(row.asOfMs), stateJson, experimentKey, row.version],
  );
}

async function loadState(sql: Sql, experimentKey: string): Promise<ExperimentState | null> {
  const [row] = await sql.all(`SELECT state_json FROM ${table(sql.dialect, "ab_state")} WHERE experiment_key = ?`, [experimentKey]);
  return stateFromJson(String(row!.state_json));
}

async function readStateRow(all: Sql["all"], { dialect }: { dialect: Sql["dialect"] }, experimentKey: string): Promise<StateRow | null> {
  const [row] = await all(`SELECT version, cursor_seq, closed_seq_immediate, closed_seq_late, as_of, lease_by, lease_until FROM ${table(dialect, "ab_state")} WHERE experiment_key = ?`, [experimentKey]);
  if (!row) return null;
  return {
    version: Number(row.version),
    cursor: Number(row.cursor_seq),
    closedSeq: { immediate: Number(row.closed_seq_immediate), late: Number(row.closed_seq_late) },
    asOfMs: msOf(row.as_of),
    leaseBy: textOf(row.lease_by),
    leaseUntilMs: row.lease_until === null ? 0 : msOf(row.lease_until),
  };
}
