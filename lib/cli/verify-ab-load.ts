import { modelEnv } from "@/tests/crash";
import { changesUnderLoad, decisionCost, failingModel, killSwitch, roundRobin, storeAway } from "@/tests/ab-load";
import { newDataDir, startServer } from "@/tests/server";
import { openTestDatabase } from "@/tests/store/database";

/**
 * `npm run verify:ab-load [-- --short]`: the A/B test under load on the built server (acceptance tests 1, 3, 4 and 9 of the
 * A/B methods): eight processes on one database, 40,000 decisions in turn, over SQL Server's protocol too where
 * TEST_SQLSERVER_URL names a local server, whose schema is emptied; then what a durable decision costs one server. Each
 * figure beside its limit; exit 1 on a miss.
 */
async function main(): Promise<void> {
  const short = process.argv.includes("--short");
  const missed: string[] = [];
  const line = (what: string, figure: string, limit: string, ok: boolean): void => {
    if (!ok) missed.push(what);
    console.log(`${ok ? "ok  " : "MISS"} ${what.padEnd(88)} ${figure.padStart(12)}   ${limit}`);
  };
  const [processes, decisions] = short ? [3, 3_000] : [8, 40_000];
  const turns = async (where: string, databaseUrl?: string): Promise<void> => {
    const rr = await roundRobin(processes, decisions, databaseUrl === undefined ? {} : { databaseUrl });
    const what = ` 1  round robin on ${where}, ${processes} processes, ${decisions} decisions`;
    line(`${what}: turns out of order`, String(rr.gaps), "0", rr.gaps === 0);
    line(`${what}: arms that do not alternate`, String(rr.repeats), "0", rr.repeats === 0);
    line(`${what}: difference of counts`, String(rr.difference), "<= 1", rr.difference <= 1);
    line(`${what}: dispatches with two arms`, String(rr.twoArms + rr.retriesThatDiffer), "0", rr.twoArms + rr.retriesThatDiffer === 0);
    line(`${what}: refused`, String(rr.errors), "0", rr.errors === 0);
    line(`${what}: degraded`, String(rr.degraded), "0", rr.degraded === 0);
    line(`${what}: throughput`, `${Math.round(rr.perSecond)}/s`, "printed", true);
    // The processes outnumber the cores and may wait five seconds for the database: their times are shown, not judged.
    line(`${what}: p99, slowest`, `${rr.p99Ms.toFixed(0)}, ${rr.worstMs.toFixed(0)} ms`, "printed", true);
  };
  await turns("SQLite");
  if (process.env.TEST_SQLSERVER_URL) await turns("SQL Server's protocol", (await openTestDatabase("sqlserver")).url);
  else console.log("skip  1  round robin on SQL Server's protocol: TEST_SQLSERVER_URL names no server");

  const changes = await changesUnderLoad(20);
  line(` 3  share changed ${changes.shares} times in ${changes.decisions} decisions, ${changes.repeats} asked again: answers moved`, String(changes.moved), "0", changes.moved === 0 && changes.repeats > 100 && changes.shares >= 15);
  line(" 3  refused", String(changes.errors), "0", changes.errors === 0);

  const seconds = short ? 3 : 30;
  const away = await storeAway(seconds);
  line(` 4  store away for ${seconds} s: decided by the draw meanwhile`, String(away.degraded), "> 0", away.degraded > 0);
  line(` 4  store away for ${seconds} s: answers that do not say so`, String(away.unmarked), "0", away.unmarked === 0);
  line(` 4  store away for ${seconds} s: slowest answer`, `${away.worstMs.toFixed(0)} ms`, "<= 250 ms", away.worstMs <= 250);
  line(` 4  store away for ${seconds} s: lost, or stored otherwise than answered`, String(away.missing + away.disagreeing), "0", away.missing + away.disagreeing === 0);
  line(` 4  store away for ${seconds} s: rows that do not agree with the draw`, String(away.notByTheDraw), "0", away.notByTheDraw === 0);

  const dataDir = newDataDir();
  const env = await modelEnv(dataDir);
  const first = await startServer({ dataDir, env });
  const servers = [first, await startServer({ dataDir, env, key: first.key }), await startServer({ dataDir, env, key: first.key })];
  try {
    const killMs = await killSwitch(servers);
    line(" 9  kill switch at one of 3 processes: every one at share 0 after", `${killMs.toFixed(0)} ms`, "<= 1000 ms", killMs <= 1_000);
    const failed = await failingModel(servers, 1_000);
    line(" 9  failing model at the 5 % step: decisions of phase 2 until it is withdrawn", String(failed.ofPhase2), "<= 10", failed.ofPhase2 > 0 && failed.ofPhase2 <= 10);
    line(" 9  share 0 on 3 processes after the deciding one", `${failed.everywhereMs.toFixed(0)} ms`, "<= 2000 ms", failed.everywhereMs <= 2_000);
    line(" 9  critical alerts, audit rows, configuration versions", `${failed.alerts}, ${failed.audits}, ${failed.versions}`, "1, 1, 1", failed.alerts === 1 && failed.audits === 1 && failed.versions === 1);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }

  for (const { strategy, limit } of [
    { strategy: { kind: "random_50_50" }, limit: 10_000 },
    { strategy: { kind: "round_robin" }, limit: 3_000 },
  ]) {
    const cost = await decisionCost(strategy, short ? 2 : 5);
    line(`${cost.strategy}: durable decisions per server CPU-second, 16 connections`, String(Math.round(cost.perCpuSecond)), `>= ${limit}`, cost.perCpuSecond >= limit);
    line(`${cost.strategy}: per second, p99`, `${Math.round(cost.perSecond)}/s ${cost.p99Ms.toFixed(1)} ms`, "printed", true);
    line(`${cost.strategy}: degraded or refused`, String(cost.degraded + cost.errors), "0", cost.degraded + cost.errors === 0);
  }
  process.exitCode = missed.length > 0 ? 1 : 0;
}

await main();
