import { z } from "zod";
import { endpoint } from "../http/endpoint";
import { Manifest } from "../models/manifest";
import { PredictionRow } from "./predictions-contract";
import { Keyset, ModelId, Page, Period, Phase, Severity, fraction, severities } from "./range-query";

/**
 * What the console reads: overview, the board of dispatches, models (predictions-contract.ts: the explorer). Null always means "not known", never zero.
 * Shares and confidences are 0 to 1, instants ISO 8601 with Z. Settings stand in settings-contract.ts.
 */

const read = ["read"] as const;
const base = "/api/console";
const Timestamp = z.iso.datetime();

/** One figure of the overview over the asked period, with what it is compared to. */
const Tile = z.object({
  value: z.number().nullable(),
  /** Decisions behind the value. */
  samples: z.int(),
  limit: z.number().nullable(),
  /** The same figure in the period of equal length just before. */
  previous: z.number().nullable(),
  /** At most 24 points of equal width, oldest first; null is a gap. */
  line: z.array(z.number().nullable()).max(24),
});
export type Tile = z.infer<typeof Tile>;

export const TileName = z.enum(["decisions_per_minute", "fallback_share", "confidence_mean", "latency_p95_ms", "response_p90_minutes"]);
export type TileName = z.infer<typeof TileName>;

const TimelinePoint = z.object({
  /** Start of the bucket; its width is `bucket_seconds`. */
  at: Timestamp,
  decisions: z.int(),
  fallback_share: z.number().nullable(),
  confidence_mean: z.number().nullable(),
  latency_p95_ms: z.number().nullable(),
  /** The bucket is not over yet. */
  partial: z.boolean(),
});
export type TimelinePoint = z.infer<typeof TimelinePoint>;

export const Overview = z.object({
  computed_at: Timestamp,
  from: Timestamp,
  to: Timestamp,
  bucket_seconds: z.int().positive(),
  champion: z.string().nullable(),
  /** `away`: answers go on and their rows wait in the spool. */
  database: z.enum(["up", "away"]),
  spooled_rows: z.int(),
  last_decision_at: Timestamp.nullable(),
  decisions: z.int(),
  tiles: z.record(TileName, Tile),
  timeline: z.array(TimelinePoint).max(300),
  marks: z.array(z.object({ at: Timestamp, kind: z.enum(["config", "alert", "model", "incident"]), subject: z.string(), by: z.string().nullable() })).max(100),
});
export type Overview = z.infer<typeof Overview>;

export const overview = endpoint({
  method: "GET",
  path: `${base}/overview`,
  summary: "Figures, lines and marks of a period, from rollups",
  access: read,
  query: z.object(Period),
  response: Overview,
  examples: [{ name: "a day", status: 200, query: { from: "2026-01-05T00:00:00Z", to: "2026-01-06T00:00:00Z" } }],
});

const DispatchRow = z.object({
  history_id: z.int(),
  dispatch_id: z.int(),
  requested_at: Timestamp,
  severity: Severity,
  target_minutes: z.number(),
  emergency_type: z.string(),
  zone_code: z.string().nullable(),
  phase: Phase.nullable(),
  model: z.string().nullable(),
  ambulance_id: z.int(),
  distance_km: z.number().nullable(),
  eta_minutes: z.number().nullable(),
  optimization_score: z.number().nullable(),
  /** `open`: no outcome has come; `arrived`: a response time has; `cancelled`: none will. */
  state: z.enum(["open", "arrived", "cancelled"]),
  actual_response_minutes: z.number().nullable(),
});
export type DispatchRow = z.infer<typeof DispatchRow>;

export const dispatches = endpoint({
  method: "GET",
  path: `${base}/dispatches`,
  summary: "The board: open ones by severity, then age; closed ones newest first",
  access: read,
  query: z.object({ ...Period, state: z.enum(["open", "closed"]).default("open"), severity: severities.optional(), q: z.string().trim().max(20).optional(), ...Keyset }),
  response: Page(DispatchRow).extend({ open_by_severity: z.array(z.object({ severity: Severity, count: z.int() })) }),
  examples: [{ name: "open and critical", status: 200, query: { from: "2026-01-05T00:00:00Z", to: "2026-01-06T00:00:00Z", state: "open", severity: "5" } }],
});

export const dispatch = endpoint({
  method: "GET",
  path: `${base}/dispatches/{history_id}`,
  summary: "One assignment: the candidates, the crew and the reasons",
  access: read,
  params: z.object({ history_id: z.coerce.number().int().positive() }),
  response: z.object({
    row: DispatchRow,
    reasoning: z.string().nullable(),
    candidates: z.array(
      z.object({ ambulance_id: z.int(), distance_km: z.number(), eta_minutes: z.number(), unit_type: z.string().nullable(), type_fits: z.boolean().nullable(), score: z.number(), chosen: z.boolean() }),
    ),
    available_ambulances: z.int(),
    paramedic_ids: z.array(z.int()),
    nurse_id: z.int().nullable(),
    /** What the severity asks for and nobody was free for: senior, junior, nurse. */
    crew_shortfall: z.array(z.string()),
    predictions: z.array(PredictionRow).max(50),
  }),
  problems: ["not-found"],
  examples: [{ name: "one assignment", status: 200, params: { history_id: 1 } }, { name: "no such one", status: 404, params: { history_id: 2147483647 } }],
});

const Figure = z.object({ name: z.string(), value: z.number(), low: z.number().nullable(), high: z.number().nullable() });
const ModelRow = z.object({
  id: z.string(),
  created_at: Timestamp,
  task: z.enum(["binary", "regression"]),
  target: z.string(),
  aliases: z.array(z.object({ alias: z.string(), since: Timestamp, by: z.string() })),
  /** `broken`: does not load, see `error`. */
  state: z.enum(["serving", "ready", "broken"]),
  error: z.string().nullable(),
  leaks: z.array(z.string()),
  /** Of the decisions of the last 24 hours; null when there were none. */
  traffic_share: fraction.nullable(),
  decisions_24h: z.int(),
  /** Held-out figures worth a column, first the most telling one; empty for an imported model without any. */
  figures: z.array(Figure).max(4),
});
export type ModelRow = z.infer<typeof ModelRow>;

export const models = endpoint({
  method: "GET",
  path: `${base}/models`,
  summary: "Every model folder with its aliases, traffic and held-out figures",
  access: read,
  response: z.object({ computed_at: Timestamp, rows: z.array(ModelRow) }),
  examples: [{ name: "plain", status: 200 }],
});

export const ModelDetail = z.object({
  row: ModelRow,
  /** Null when the folder does not hold a readable one. */
  manifest: Manifest.omit({ goldenRows: true }).nullable(),
  importance: z.array(z.object({ feature: z.string(), share: fraction })),
  history: z.array(z.object({ at: Timestamp, alias: z.string(), from: z.string().nullable(), to: z.string(), by: z.string(), reason: z.string().nullable() })),
});
export type ModelDetail = z.infer<typeof ModelDetail>;

export const model = endpoint({
  method: "GET",
  path: `${base}/models/{id}`,
  summary: "One model: manifest, figures with intervals, calibration, importance, history",
  access: read,
  params: z.object({ id: ModelId }),
  response: ModelDetail,
  problems: ["not-found"],
  examples: [{ name: "one model", status: 200, params: { id: "optimal@1" } }],
});
