import { localClock } from "@/lib/dispatch/local-clock";
import type { AvailableAt } from "@/lib/models/manifest";
import type { ColumnSpec, Table } from "@/lib/training/table";
import { sfColumns, sfFeatures, type Station } from "./features";
import { isAmbulance, localInstant, severityOf, type SfRecord } from "./record";

const MINUTE_MS = 60_000;

export type Chosen = { ambulancesOnly: boolean; minMinutes: number; maxMinutes: number };

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
  const chosen: { record: SfRecord; index: number; features: Float64Array; minutes: number }[] = [];
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
    chosen.push({ record, index, features: features[index]!, minutes });
  });
  const others = otherColumns(records, options.declared);
  const take = (of: (record: SfRecord) => number | null): Float64Array => Float64Array.from(chosen, ({ record }) => of(record) ?? Number.NaN);
  const days = new Intl.DateTimeFormat("en-CA", { timeZone: "America/Los_Angeles" });
  const table: Table = {
    columns: [...sfColumns.map((column) => ({ ...column, availableAt: options.declared[column.name] ?? column.availableAt })), ...others.map(({ column }) => column)],
    rows: chosen.length,
    values: [
      ...sfColumns.map((_, at) => Float64Array.from(chosen, (each) => each.features[at]!)),
      ...others.map(({ values }) => Float64Array.from(chosen, ({ index }) => values[index]!)),
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
    // Engines answer the same calls: what gives away the order of arrival shows on all units, and ambulances meet too seldom.
    orderEvidence: {
      values: [...sfColumns.map((_, at) => Float64Array.from(features, (each) => each[at]!)), ...others.map(({ values }) => values)],
      group: records.map((record) => record.call),
      timeMs: Float64Array.from(records, (record) => record.dispatchMs),
      outcomeTimes: { on_scene_at: Float64Array.from(records, (record) => record.onSceneMs ?? Number.NaN) },
      beforeTimes: { received_at: Float64Array.from(records, (record) => record.receivedMs), dispatch_at: Float64Array.from(records, (record) => record.dispatchMs) },
    },
  };
  return { table, censored, outOfBounds, records: chosen.map(({ record }) => record) };
}

const empty = /^(?:|nan|na|null)$/i;
const numeric = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const instant = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}|$)/;

/** The columns that no feature is made of: times, numbers, or words by their place in the alphabet. */
function otherColumns(records: readonly SfRecord[], declared: Readonly<Record<string, AvailableAt>>): { column: ColumnSpec; values: Float64Array }[] {
  const names = new Set<string>();
  for (const { others } of records) for (const name of Object.keys(others)) names.add(name);
  const taken = new Set(sfColumns.map((column) => column.name));
  return [...names].flatMap((name) => {
    if (name === "" || taken.has(name)) return [];
    const texts = records.map(({ others }) => (others[name] ?? "").trim());
    const present = [...new Set(texts)].filter((text) => !empty.test(text)).sort();
    const kind = present.length > 0 && present.every((text) => instant.test(text)) ? "time" : "number";
    const isNumeric = kind === "number" && present.every((text) => numeric.test(text));
    const place = new Map(present.map((text, at) => [text, kind === "time" ? (localInstant(text.replace(" ", "T")) ?? Number.NaN) : isNumeric ? Number(text) : at]));
    const column: ColumnSpec = {
      name,
      description: "",
      unit: kind === "time" ? "time" : "as recorded",
      kind,
      availableAt: declared[name] ?? null,
      validRange: { min: null, max: null },
      allowMissing: true,
    };
    return [{ column, values: Float64Array.from(texts, (text) => place.get(text) ?? Number.NaN) }];
  });
}
