import { execFileSync, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as api from "@/lib/ab-testing/contract";
import { draw } from "@/lib/ab-testing/draw";
import { openSqlite } from "@/lib/db/sqlite";
import { openClient } from "@/lib/dispatch/server/client";
import { runLive, type LiveRun } from "@/lib/simulator/server/live";
import { openTraffic, total, type Traffic } from "@/lib/simulator/server/traffic";
import { putConfig } from "../ab-load";
import { newDataDir, startServer, type TestServer } from "../server";

const dataDir = newDataDir();
const databaseUrl = `file:${dataDir}/ml-despacho.db`;
const env = { ...process.env, DATA_DIR: dataDir, DATABASE_URL: databaseUrl, LOG_LEVEL: "warn" };
const command = (...args: string[]): string => execFileSync(process.execPath, ["--import", "tsx", ...args], { env, encoding: "utf8" });
let server: TestServer;
let said: string;

/** What the first `npm start` does before it serves. */
beforeAll(async () => {
  command("lib/cli/migrate.ts");
  said = command("lib/cli/demo.ts", "history");
  server = await startServer({ dataDir, databaseUrl });
}, 240_000);
afterAll(async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

function query<T>(text: string): T[] {
  const database = openSqlite({ url: databaseUrl, driver: "auto", synchronous: "FULL", busyTimeoutMs: 5_000 });
  try {
    return database.prepare(text).all() as T[];
  } finally {
    database.close();
  }
}

it("holds decisions of the A/B test by its own rule, with what was recorded beside them", () => {
  const rows = query<{ dispatch_key: string; arm: number; share: number; config_version: number; reason: string; strategy: string; logged_arm: number; phase: number; source: string; used_fallback: number }>(
    `SELECT a.dispatch_key, a.arm, a.share, a.config_version, a.reason, a.strategy, p.arm AS logged_arm, p.phase, p.source, p.used_fallback
     FROM ab_test_log a JOIN predictions_log p ON p.dispatch_id = a.dispatch_id`,
  );
  expect(said).toContain(`${rows.length} decisions`);
  expect(rows.length).toBeGreaterThan(3_500);
  for (const row of rows) {
    expect(row).toMatchObject({ arm: draw("exp-1", row.dispatch_key) < 0.5 ? 2 : 1, share: 0.5, config_version: 2, strategy: "weight_based", reason: "draw by dispatch at share 0.5", logged_arm: row.arm });
    // Phase 1 is the rules; phase 2 the model, or the rules where they stood in for it.
    expect([row.phase, row.source]).toEqual(row.arm === 2 && row.used_fallback === 0 ? [2, "model"] : [1, "rules"]);
  }
});

it("holds the city's outcomes under the phase that was assigned, and better ones where the model advised", () => {
  const [one, two] = query<{ n: number; known: number; optimal: number }>("SELECT COUNT(*) AS n, COUNT(optimal) AS known, AVG(optimal) AS optimal FROM ab_test_log GROUP BY arm ORDER BY arm");
  // A tenth is cancelled on the way and has no outcome.
  for (const arm of [one!, two!]) expect(arm.known / arm.n).toBeGreaterThan(0.83);
  expect(two!.optimal - one!.optimal).toBeGreaterThan(0.02);
  const [told] = query<{ different: number }>("SELECT COUNT(*) AS different FROM ab_test_log a JOIN predictions_log p ON p.dispatch_id = a.dispatch_id WHERE a.optimal IS NOT p.was_optimal");
  expect(told!.different).toBe(0);
});

it("shows a verdict, by an analysis that equals what its log gives", async () => {
  const { analysis } = api.comparison.response.parse((await server.get("/api/v3/ab-testing/comparison")).body);
  expect(analysis.health.ok).toBe(true);
  expect(["better", "undecided", "equivalent"]).toContain(analysis.verdict);
  expect(analysis.numbers.low).not.toBeNull();
  expect(analysis.evidence_path.length).toBeGreaterThan(500);
  expect(command("lib/cli/ab-rebuild.ts")).toContain("are equal");
});

it("says who set the share, and leaves a log alone that is not empty", async () => {
  const { versions } = api.configHistory.response.parse((await server.get("/api/v3/ab-testing/config/history")).body);
  expect(versions.map((each) => [each.version, each.origin, each.changed_by])).toEqual([[2, "system", "demonstration"], [1, "system", "system"]]);
  expect(command("lib/cli/demo.ts", "history")).toContain("not empty");
});

async function live(): Promise<{ run: LiveRun; traffic: Traffic }> {
  const client = openClient({ url: server.url, key: server.key, connections: 4, timeoutMs: 30_000 });
  const traffic = openTraffic({ client, run: `test-${Date.now()}`, say: () => undefined });
  const run = await runLive({ seed: 5, speed: 3_600, minutes: 0.1, callsPerDay: 400, scenario: "D0", traffic });
  await client.close();
  return { run, traffic };
}

it("has every event of live traffic answered, decisions and outcomes in the A/B test, and follows a changed share", async () => {
  const sum = "SELECT COUNT(*) AS n, COUNT(optimal) AS known, SUM(arm = 2) AS model FROM ab_test_log WHERE dispatch_id >= 1000000000";
  const first = await live();
  const { sent, answered } = total(first.traffic.counts);
  expect(answered).toBe(sent);
  const { dispatch, outcome } = first.traffic.counts;
  expect(dispatch.sent).toBeGreaterThan(20);
  const [after] = query<{ n: number; known: number; model: number }>(sum);
  expect(after).toMatchObject({ n: dispatch.sent, model: first.run.byPhase.model });
  expect(first.run.byPhase.model).toBeGreaterThan(0);
  expect(after!.known).toBeGreaterThan(0);
  expect(after!.known).toBeLessThanOrEqual(outcome.sent);

  await putConfig(server, { strategy: { kind: "weight_based", phase2_share: 0 } });
  const second = await live();
  expect(second.run.byPhase).toEqual({ rules: second.traffic.counts.dispatch.sent, model: 0 });
  expect(query<{ model: number }>(sum)[0]!.model).toBe(after!.model);
});

it("counts what is refused: a busy share sent as 0 to 100 is no fraction", async () => {
  const client = openClient({ url: server.url, key: server.key, timeoutMs: 30_000 });
  const traffic = openTraffic({ client, run: `test-${Date.now()}`, say: () => undefined });
  await runLive({ seed: 5, speed: 3_600, minutes: 0.05, callsPerDay: 400, scenario: "D5b", traffic });
  await client.close();
  expect(traffic.counts.dispatch.refused).toBeGreaterThan(0);
  expect(traffic.counts.dispatch).toMatchObject({ failed: 0, retries: 0 });
});

it("explains how it is used when an option is wrong", () => {
  const wrong = spawnSync(process.execPath, ["--import", "tsx", "lib/cli/simulate.ts", "--live"], { env, encoding: "utf8" });
  expect(wrong.status).toBe(1);
  expect(wrong.stderr).toContain("--live needs --url and --key");
});
