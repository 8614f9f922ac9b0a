import { decisionCost, roundRobin, storeAway } from "@/tests/ab-load";

/**
 * `npm run verify:ab-load [-- --short]`: the A/B test under load on the built server. Eight processes on one database, 40,000
 * decisions in turn; then what a durable decision costs one server. Each figure beside its limit; exit 1 on a miss.
 */
async function main(): Promise<void> {
  const short = process.argv.includes("--short");
  const missed: string[] = [];
  const line = (what: string, figure: string, limit: string, ok: boolean): void => {
    if (!ok) missed.push(what);
    console.log(`${ok ? "ok  " : "MISS"} ${what.padEnd(62)} ${figure.padStart(14)}   ${limit}`);
  };
  const [processes, decisions] = short ? [3, 3_000] : [8, 40_000];
  const rr = await roundRobin(processes, decisions);
  const what = `round robin, ${processes} processes, ${decisions} decisions`;
  line(`${what}: turns out of order`, String(rr.gaps), "0", rr.gaps === 0);
  line(`${what}: arms that do not alternate`, String(rr.repeats), "0", rr.repeats === 0);
  line(`${what}: difference of counts`, String(rr.difference), "<= 1", rr.difference <= 1);
  line(`${what}: dispatches with two arms`, String(rr.twoArms + rr.retriesThatDiffer), "0", rr.twoArms + rr.retriesThatDiffer === 0);
  line(`${what}: refused`, String(rr.errors), "0", rr.errors === 0);
  line(`${what}: degraded`, String(rr.degraded), "0", rr.degraded === 0);
  line(`${what}: throughput`, `${Math.round(rr.perSecond)}/s`, "printed", true);
  // The processes outnumber the cores and may wait five seconds for the database: their times are shown, not judged.
  line(`${what}: p99, slowest`, `${rr.p99Ms.toFixed(0)}, ${rr.worstMs.toFixed(0)} ms`, "printed", true);
  const seconds = short ? 3 : 30;
  const away = await storeAway(seconds);
  line(`store away for ${seconds} s: decided by the draw meanwhile`, String(away.degraded), "> 0", away.degraded > 0);
  line(`store away for ${seconds} s: slowest answer`, `${away.worstMs.toFixed(0)} ms`, "<= 250 ms", away.worstMs <= 250);
  line(`store away for ${seconds} s: lost, or stored otherwise than answered`, String(away.missing + away.disagreeing), "0", away.missing + away.disagreeing === 0);
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
