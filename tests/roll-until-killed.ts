import { randomUUID } from "node:crypto";
import { packRows } from "@/lib/dispatch/server/log/row";
import { recordOutcomes } from "@/lib/dispatch/server/log/outcomes";
import { openRoller } from "@/lib/dispatch/server/log/rollups";
import { openSqliteLogStore } from "@/lib/dispatch/server/log/sqlite-store";
import { aPrediction } from "./build";

/** Writes, joins and rolls up without a pause, so that a kill falls anywhere between the steps of it. Argument: the database. */
const store = openSqliteLogStore({ url: process.argv[2]!, driver: "auto", synchronous: "NORMAL", waitMs: 5_000 });
const writer = randomUUID();
await store.register(writer, Date.now());
// An owner without a lease to wait for: the one before was killed.
const roller = openRoller(store, "the only one", 50);
for (let number = 1; ; number++) {
  const rows = Array.from({ length: 40 }, (_, i) => aPrediction({ requestedAtMs: Date.now() + i * 20_000, dispatchId: i, latencyMs: 1 + i, usedFallback: i % 9 === 0, phase: i % 9 === 0 ? 1 : 2 }));
  const group = { number, rows: rows.length, ...packRows(rows), answers: [], assignments: [] };
  const { lastRowId } = await store.write(writer, [group]);
  // Some are known to the roller, some it has to read.
  if (number % 4 < 2) roller.written(group, lastRowId!);
  await recordOutcomes(store, rows.slice(0, 9).map((row, i) => ({ predictionId: row.predictionId, dispatchId: null, clientKeyId: null, values: i === 3 ? { cancelled: true } : { actual_response_time_minutes: 4 + i, was_optimal: i % 2 === 0 } })), Date.now());
  await recordOutcomes(store, rows.slice(0, 2).map((row) => ({ predictionId: row.predictionId, dispatchId: null, clientKeyId: null, values: { actual_response_time_minutes: 30 } })), Date.now());
  await roller.step(Date.now());
  if (number === 5) process.send?.("under way");
}
