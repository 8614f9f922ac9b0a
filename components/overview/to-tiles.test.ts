import { expect, it } from "vitest";
import type { Overview, Tile } from "@/lib/console/contract";
import { toTiles } from "./to-tiles";

const empty: Tile = { value: null, samples: 0, limit: null, previous: null, line: [] };
const overview = (tiles: Partial<Overview["tiles"]>): Overview => ({
  computed_at: "2026-01-01T00:00:00Z", from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z", bucket_seconds: 300, champion: null, database: "up", spooled_rows: 0, last_decision_at: null, decisions: 0, timeline: [], marks: [],
  tiles: { decisions_per_minute: empty, fallback_share: empty, confidence_mean: empty, latency_p95_ms: empty, response_p90_minutes: empty, ...tiles },
});
const tile = (name: keyof Overview["tiles"], part: Partial<Tile>) => toTiles(overview({ [name]: { ...empty, ...part } })).find((each) => each.name === name)!;

it.each([
  ["fallback at its limit is still normal", "fallback_share", { value: 0.05, limit: 0.05 }, "normal"],
  ["fallback above it is not", "fallback_share", { value: 0.051, limit: 0.05 }, "over"],
  ["confidence below its limit is not", "confidence_mean", { value: 0.74, limit: 0.75 }, "over"],
  ["confidence above it is normal", "confidence_mean", { value: 0.9, limit: 0.75 }, "normal"],
  ["no value is unknown, never a zero", "latency_p95_ms", { limit: 100 }, "unknown"],
] as const)("%s", (_, name, part, tone) => expect(tile(name, part).tone).toBe(tone));

it("compares with the period before, in words", () => {
  expect(tile("decisions_per_minute", { value: 12, previous: 10 }).change).toEqual({ direction: "more", by: 2 });
  expect(tile("decisions_per_minute", { value: 10.1, previous: 10 }).change).toEqual({ direction: "same", by: 0 });
  expect(tile("decisions_per_minute", { value: 10, previous: null }).change).toBeNull();
});
