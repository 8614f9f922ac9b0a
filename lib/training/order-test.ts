import type { Table } from "./table";

/** Fewer pairs than this say nothing. */
const LEAST_PAIRS = 30;
export const OUTCOME_ORDER_SHARE = 0.99;
/** How much less often the times before t0 must sort the same pairs for the column to have come from the outcome. */
export const CLEARLY_FEWER = 0.02;

export type OrderFinding = { outcome: string; pairs: number; share: number; beforeShare: number; before: string | null };

/**
 * Within groups (units of one call): does a column sort the pairs as an outcome time does, and clearly more often than any
 * time known at t0? Then it was made from the outcome, whatever is said of it. Null: it does not.
 */
export function findOutcomeOrder(column: Float64Array, table: Pick<Table, "group" | "outcomeTimes" | "beforeTimes" | "timeMs">): OrderFinding | null {
  if (!table.group) return null;
  const groups = rowsByGroup(table.group);
  const before = { ...table.beforeTimes, t0: table.timeMs };
  for (const [outcome, times] of Object.entries(table.outcomeTimes)) {
    const pairs = orderedPairs(groups, column, times);
    if (pairs.length < LEAST_PAIRS) continue;
    const share = agreement(pairs, column, times);
    if (share < OUTCOME_ORDER_SHARE) continue;
    let beforeShare = 0.5;
    let name: string | null = null;
    for (const [each, known] of Object.entries(before)) {
      const its = agreement(pairs, column, known);
      if (its > beforeShare) [beforeShare, name] = [its, each];
    }
    if (share - beforeShare > CLEARLY_FEWER) return { outcome, pairs: pairs.length, share, beforeShare, before: name };
  }
  return null;
}

function rowsByGroup(group: readonly string[]): number[][] {
  const groups = new Map<string, number[]>();
  group.forEach((key, row) => {
    const rows = groups.get(key);
    if (rows) rows.push(row);
    else groups.set(key, [row]);
  });
  return [...groups.values()].filter((rows) => rows.length > 1);
}

/** Pairs of one group with different times and both values present. */
function orderedPairs(groups: readonly number[][], column: Float64Array, times: Float64Array): [number, number][] {
  const pairs: [number, number][] = [];
  for (const rows of groups)
    for (let i = 0; i < rows.length; i++)
      for (let j = i + 1; j < rows.length; j++) {
        const [a, b] = [rows[i]!, rows[j]!];
        const differs = Math.abs(times[a]! - times[b]!) > 0;
        if (differs && !Number.isNaN(column[a]!) && !Number.isNaN(column[b]!)) pairs.push([a, b]);
      }
  return pairs;
}

/** Share of the pairs that the column puts in the order of the times, or all in the opposite one; a tie is half. */
function agreement(pairs: readonly [number, number][], column: Float64Array, times: Float64Array): number {
  let same = 0;
  for (const [a, b] of pairs) {
    const sign = Math.sign(column[a]! - column[b]!) * Math.sign(times[a]! - times[b]!);
    same += sign > 0 ? 1 : sign < 0 ? 0 : 0.5;
  }
  const share = same / pairs.length;
  return Math.max(share, 1 - share);
}
