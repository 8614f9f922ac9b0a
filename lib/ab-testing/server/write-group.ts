import type { Sql } from "@/lib/dispatch/server/log/log-store";
import type { AbAnswers, Group } from "@/lib/dispatch/server/log/row";
import { openCounters } from "./turn-counter";
import { writeDecisions, writeResults } from "./write";

/** The A/B entries of the groups of one transaction, decisions before what became known about them. */
export async function writeAb(sql: Sql, groups: readonly Group[], answers?: AbAnswers): Promise<void> {
  if (groups.every((group) => group.ab === undefined)) return;
  const counters = openCounters(sql);
  for (const { ab } of groups) {
    if (!ab) continue;
    const decisions = await writeDecisions(sql, counters, ab.decisions);
    const results = await writeResults(sql, counters, ab.results);
    answers?.decisions.push(...decisions);
    answers?.results.push(...results);
  }
  await counters.save();
}
