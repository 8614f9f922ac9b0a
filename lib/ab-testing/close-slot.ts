import { addToAipw } from "@/lib/stats/aipw";
import { addValue } from "@/lib/stats/welford";
import { addPairMember, addToEvidence, lnEvidence } from "./evidence";
import { addToHistogram, binOf } from "./log-histogram";
import type { LogRow } from "./log-row";
import { METRIC_NAMES, ruleOf, type Metric } from "./metric-rules";
import type { ExperimentState, MetricState } from "./state";

/** Metrics known with the answer close with their slot; those known after the dispatch once the slot is mature. */
export type SlotClass = "immediate" | "late";
export type Slot = { class: SlotClass; startMs: number; endMs: number; closesAtMs: number };

/** Local hours per stratum block. */
const BLOCK_HOURS = 3;
/** Points kept for the chart; beyond twice that every other one goes. */
const PATH_POINTS = 1_000;

const metricsOf = (slotClass: SlotClass): Metric[] => METRIC_NAMES.filter((metric) => ruleOf(metric).matures === (slotClass === "late"));

/** The next slot of a class whose time has come; null when none has. Slots close in order, empty ones too. */
export function nextDueSlot(state: ExperimentState, slotClass: SlotClass, nowMs: number): Slot | null {
  const lengthMs = state.analysis.slotMinutes * 60_000;
  const startMs = state.cursors[slotClass].nextSlotMs ?? (state.firstDecidedAtMs === null ? null : slotStart(state.firstDecidedAtMs, lengthMs));
  if (startMs === null) return null;
  const slot = { class: slotClass, startMs, endMs: startMs + lengthMs, closesAtMs: closesAt(state, slotClass, startMs) };
  return slot.closesAtMs <= nowMs ? slot : null;
}

/**
 * Closes a slot, in place. `rows`: every row decided in it, and every older row with an outcome that became known since
 * the last closing; more rows do no harm. Late ones join the estimate first, in the order they became known; then the
 * slot's own, by decidedAt, with the outcomes known by now. The order depends on the log alone, never on when this runs.
 */
export function closeSlot(state: ExperimentState, slot: Slot, rows: readonly LogRow[]): void {
  const cursor = state.cursors[slot.class];
  if (cursor.nextSlotMs !== null && slot.startMs !== cursor.nextSlotMs) throw new RangeError("slots close in order");
  const metrics = metricsOf(slot.class);
  const analysed = rows.filter((row) => !row.anonymous);
  joinLate(state, slot, analysed.filter((row) => row.decidedAtMs < slot.startMs), metrics);
  const own = analysed.filter((row) => row.decidedAtMs >= slot.startMs && row.decidedAtMs < slot.endMs).sort(byDecision);
  for (const row of own) {
    for (const metric of metrics) enterOutcome(state.metrics[metric], row, metric, valueBy(row, metric, slot.closesAtMs));
    if (slot.class === "late") countMatured(state, row, slot.closesAtMs);
  }
  cursor.nextSlotMs = slot.endMs;
  cursor.closedAtMs = slot.closesAtMs;
  for (const metric of metrics) markPath(state.metrics[metric], slot.startMs);
}

/** Stratum of the estimate: period × block of three local hours. */
export function stratumOf({ version, localHour }: LogRow): string {
  return `${version}/${Math.floor(localHour / BLOCK_HOURS)}`;
}

function joinLate(state: ExperimentState, slot: Slot, older: readonly LogRow[], metrics: readonly Metric[]): void {
  const since = state.cursors[slot.class].closedAtMs ?? -Infinity;
  const lengthMs = state.analysis.slotMinutes * 60_000;
  const late = older.flatMap((row) =>
    metrics.flatMap((metric) => {
      const atMs = row.outcomes[metric]?.atMs;
      const missed = atMs !== undefined && atMs > since && atMs <= slot.closesAtMs && atMs > closesAt(state, slot.class, slotStart(row.decidedAtMs, lengthMs));
      return missed ? [{ row, metric, atMs }] : [];
    }),
  );
  late.sort((a, b) => a.atMs - b.atMs || byDecision(a.row, b.row));
  for (const { row, metric } of late) {
    const metricState = state.metrics[metric];
    metricState.late += 1;
    estimate(metricState, row, row.outcomes[metric]!.value);
    if (metric === state.analysis.goals[0]) state.matured[row.phase - 1]!.withOutcome += 1;
  }
}

/** Estimate and evidence of a decision whose hour closed; `y` null when nothing is known yet. */
export function enterOutcome(metric: MetricState, row: LogRow, name: Metric, y: number | null): void {
  if (y !== null) estimate(metric, row, y);
  if (!metric.evidence || row.share <= 0 || row.share >= 1) return;
  if (row.strategy === "balanced_blocks" && row.turn !== null) {
    // Not in drawn order, so no bet: the pair is closed, as with an outcome that is missing.
    addPairMember(metric.evidence, Math.ceil(row.turn / 2), row.phase, row.degraded ? null : y);
  } else if (y !== null) addToEvidence(metric.evidence, row.share, row.phase, ruleOf(name).kind === "binary" ? Math.round(y) : y);
}

function estimate(metric: MetricState, row: LogRow, y: number): void {
  const arm = metric.arms[row.phase - 1]!;
  arm.moments = addValue(arm.moments, y);
  if (y === 1) arm.successes += 1;
  if (arm.histogram) addToHistogram(arm.histogram, binOf(y));
  if (row.share <= 0 || row.share >= 1) metric.excluded += 1;
  else addToAipw(metric.aipw, stratumOf(row), row.share, row.phase, y);
}

function countMatured(state: ExperimentState, row: LogRow, closesAtMs: number): void {
  const matured = state.matured[row.phase - 1]!;
  matured.n += 1;
  if (valueBy(row, state.analysis.goals[0]!, closesAtMs) !== null) matured.withOutcome += 1;
}

function markPath(metric: MetricState, slotMs: number): void {
  if (!metric.evidence || metric.evidence.n === 0) return;
  metric.path.push([slotMs, lnEvidence(metric.evidence)]);
  if (metric.path.length > 2 * PATH_POINTS) metric.path = metric.path.filter((_, i) => i % 2 === 1);
}

function valueBy(row: LogRow, metric: Metric, atMs: number): number | null {
  const observed = row.outcomes[metric];
  return observed && observed.atMs <= atMs ? observed.value : null;
}

function closesAt({ analysis }: ExperimentState, slotClass: SlotClass, startMs: number): number {
  return startMs + (analysis.slotMinutes + (slotClass === "late" ? analysis.maturityMinutes : 0)) * 60_000;
}

function slotStart(ms: number, lengthMs: number): number {
  return Math.floor(ms / lengthMs) * lengthMs;
}

function byDecision(a: LogRow, b: LogRow): number {
  return a.decidedAtMs - b.decidedAtMs || (a.turn ?? 0) - (b.turn ?? 0) || (a.dispatchId < b.dispatchId ? -1 : a.dispatchId > b.dispatchId ? 1 : 0);
}
