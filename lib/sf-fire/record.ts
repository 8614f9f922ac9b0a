import { z } from "zod";

/** One unit response of the San Francisco records, as far as it is used here. Instants in epoch milliseconds, local times resolved. */
export type SfRecord = {
  rowId: string;
  call: string;
  unit: string;
  unitType: string;
  als: boolean;
  callType: string;
  originalPriority: string;
  stationArea: string;
  neighborhood: string;
  latitude: number | null;
  longitude: number | null;
  receivedMs: number;
  entryMs: number | null;
  dispatchMs: number;
  onSceneMs: number | null;
  availableMs: number | null;
  /** Every column that no feature is made of, as it stands: kept so that the screen can name it and be shown to catch it. */
  others: Record<string, string>;
};

const optional = z.string().default("");
/** What features are made of. Times after the dispatch only enter the state of the city, once the clock is past them. */
const used = {
  row_id: optional,
  call_number: z.string().min(1),
  unit_id: z.string().min(1),
  unit_type: z.string(),
  als_unit: optional,
  call_type: optional,
  original_priority: optional,
  station_area: optional,
  neighborhood: optional,
  latitude: optional,
  longitude: optional,
  received_at: z.string(),
  entry_at: optional,
  dispatch_at: z.string(),
};
const SfRow = z.object({ ...used, on_scene_at: optional, available_at: optional });

/** Without one of these a file is not of this format. */
export const neededColumns = ["call_number", "unit_id", "unit_type", "received_at", "dispatch_at", "on_scene_at"] as const;

const zone = "America/Los_Angeles";
const partsOf = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** Offset of the zone at an instant, from how it writes that instant. */
function offsetMs(utcMs: number): number {
  const part = Object.fromEntries(partsOf.formatToParts(utcMs).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second) - Math.floor(utcMs / 1000) * 1000;
}

const offsets = new Map<string, number>();

/**
 * A local time without offset as an instant. The offset is looked up once per hour; the hour that a clock change repeats
 * is read as its first, as the records cannot tell.
 */
export function localInstant(text: string): number | null {
  if (text === "") return null;
  const asUtc = Date.parse(`${text.slice(0, 19)}Z`);
  if (Number.isNaN(asUtc)) return null;
  const hour = text.slice(0, 13);
  let offset = offsets.get(hour);
  if (offset === undefined) {
    const guess = asUtc - offsetMs(asUtc);
    offset = offsetMs(guess);
    offsets.set(hour, offset);
  }
  return asUtc - offset;
}

const numberOf = (text: string): number | null => (text.trim() === "" || !Number.isFinite(Number(text)) ? null : Number(text));

/** Null and a reason for a row that has no dispatch to decide. */
export function toRecord(raw: Readonly<Record<string, string>>): SfRecord | { reason: string } {
  const parsed = SfRow.safeParse(raw);
  if (!parsed.success) return { reason: `${parsed.error.issues[0]?.path.join(".") ?? "row"} missing` };
  const row = parsed.data;
  const dispatchMs = localInstant(row.dispatch_at);
  const receivedMs = localInstant(row.received_at);
  if (dispatchMs === null || receivedMs === null) return { reason: "no dispatch or received time" };
  return {
    rowId: row.row_id === "" ? `${row.call_number}-${row.unit_id}-${row.dispatch_at}` : row.row_id,
    call: row.call_number,
    unit: row.unit_id,
    unitType: row.unit_type,
    als: row.als_unit === "1" || row.als_unit.toLowerCase() === "true",
    callType: row.call_type,
    originalPriority: row.original_priority,
    stationArea: row.station_area,
    neighborhood: row.neighborhood,
    latitude: numberOf(row.latitude),
    longitude: numberOf(row.longitude),
    receivedMs,
    entryMs: localInstant(row.entry_at),
    dispatchMs,
    onSceneMs: localInstant(row.on_scene_at),
    availableMs: localInstant(row.available_at),
    others: Object.fromEntries(Object.entries(raw).filter(([name]) => !Object.hasOwn(used, name))),
  };
}

/** From the priority at the call's creation alone (domain 5.3); later values are known only afterwards. */
export function severityOf(originalPriority: string, callType: string): number {
  if (/transfer/i.test(callType)) return 1;
  switch (originalPriority) {
    case "E":
      return 5;
    case "3":
      return 4;
    case "A":
    case "B":
    case "C":
    case "D":
      return originalPriority === "D" ? 4 : 3;
    default:
      return 2; // "2" and "I": not urgent
  }
}

export const isAmbulance = (unitType: string): boolean => unitType === "MEDIC" || unitType === "PRIVATE";
