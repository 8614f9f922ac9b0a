import { localClock } from "@/lib/dispatch/local-clock";
import type { AvailableAt } from "@/lib/models/manifest";
import type { ColumnSpec, Table } from "@/lib/training/table";
import { sfColumns, sfFeatures, type Station } from "./features";
import { isAmbulance, severityOf, type SfRecord } from "./record";

const MINUTE_MS = 60_000;

export type Chosen = { ambulancesOnly: boolean; minMinutes: number; maxMinutes: number };

/** The columns of the records that are no inputs: nobody declared when they are known, or they are times after t0. */
const undeclared = ["unit_sequence", "final_priority", "priority", "call_type_group"] as const;
const laterTimes = ["response_at", "on_scene_at", "transport_at", "hospital_at", "available_at"] as const;

const valueOf: Record<(typeof undeclared)[number], (record: SfRecord) => number> = {
  unit_sequence: (record) => record.unitSequence ?? Number.NaN,
  final_priority: (record) => Number(record.finalPriority === "" ? Number.NaN : record.finalPriority),
  priority: (record) => (record.priority === "" ? Number.NaN : record.priority.charCodeAt(0)),
  call_type_group: (record) => record.callTypeGroup.length,
};
const timeOf: Record<(typeof laterTimes)[number], (record: SfRecord) => number | null> = {
  response_at: (record) => record.responseMs,
  on_scene_at: (record) => record.onSceneMs,
  transport_at: (record) => record.transportMs,
  hospital_at: (record) => record.hospitalMs,
  available_at: (record) => record.availableMs,
};

/**
 * The training table of real records: features of every unit response, rows that arrived within the given minutes, and
 * beside them the columns that must not be inputs, so that the screen sees and names them.
 */
export function sfTable(
  records: readonly SfRecord[],
  stations: readonly Station[],
  options: Chosen & { label: (record: SfRecord, minutes: number) => number; declared: Readonly<Record<string, AvailableAt>> },
): { table: Table; censored: number; outOfBounds: number; records: SfRecord[] } {
  const features = sfFeatures(records, stations);
  const clock = localClock("America/Los_Angeles");
  const chosen: { record: SfRecord; features: Float64Array; minutes: number }[] = [];
  let censored = 0;
  let outOfBounds = 0;
  records.forEach((record, index) => {
    if (options.ambulancesOnly && !isAmbulance(record.unitType)) return;
    if (record.onSceneMs === null) {
      censored++;
      return;
    }
    const minutes = (record.onSceneMs - record.dispatchMs) / MINUTE_MS;
    if (minutes < options.minMinutes || minutes > options.maxMinutes) {
      outOfBounds++;
      return;
    }
    chosen.push({ record, features: features[index]!, minutes });
  });
  const extra = (name: string, kind: ColumnSpec["kind"]): ColumnSpec => ({
    name,
    description: "",
    unit: kind === "time" ? "time" : "as recorded",
    kind,
    availableAt: options.declared[name] ?? null,
    validRange: { min: null, max: null },
    allowMissing: true,
  });
  const take = (of: (record: SfRecord) => number | null): Float64Array => Float64Array.from(chosen, ({ record }) => of(record) ?? Number.NaN);
  const days = new Intl.DateTimeFormat("en-CA", { timeZone: "America/Los_Angeles" });
  const table: Table = {
    columns: [...sfColumns, ...undeclared.map((name) => extra(name, "number")), ...laterTimes.map((name) => extra(name, "time"))],
    rows: chosen.length,
    values: [
      ...sfColumns.map((_, at) => Float64Array.from(chosen, (each) => each.features[at]!)),
      ...undeclared.map((name) => take(valueOf[name])),
      ...laterTimes.map((name) => take(timeOf[name])),
    ],
    timeMs: take((record) => record.dispatchMs),
    day: chosen.map(({ record }) => days.format(record.dispatchMs)),
    group: chosen.map(({ record }) => record.call),
    label: Float64Array.from(chosen, ({ record, minutes }) => options.label(record, minutes)),
    slices: {
      // The first slice groups the baselines.
      priority: chosen.map(({ record }) => record.originalPriority),
      severity: chosen.map(({ record }) => String(severityOf(record.originalPriority, record.callType))),
      unit: chosen.map(({ record }) => record.unitType),
      hour: chosen.map(({ record }) => `${String(Math.floor(clock(record.dispatchMs).hour / 6) * 6).padStart(2, "0")} h`),
    },
    outcomeTimes: { on_scene_at: take((record) => record.onSceneMs) },
    beforeTimes: { received_at: take((record) => record.receivedMs), dispatch_at: take((record) => record.dispatchMs) },
    rivals: {},
  };
  return { table, censored, outOfBounds, records: chosen.map(({ record }) => record) };
}
