import { table, type Sql } from "@/lib/dispatch/server/log/log-store";
import { textOf } from "./columns";

export type Counter = { turn: number; seq: number; guardJson: string | null };

/** The counter rows that one transaction holds: read (and locked) once, written once. Their lock puts all processes in one order. */
export type Counters = { of: (experimentKey: string, nowMs: number) => Promise<Counter>; save: () => Promise<void> };

export function openCounters(sql: Sql): Counters {
  const held = new Map<string, { counter: Counter; before: string }>();
  const name = table(sql.dialect, "ab_turns");
  return {
    async of(experimentKey, nowMs) {
      const found = held.get(experimentKey);
      if (found) return found.counter;
      // On SQLite the transaction is the lock. Elsewhere an update takes the row before it is read, by a statement of its own: what
      // the update itself gives back may be older than what it waited for.
      const read = `SELECT turn, seq, guard_json FROM ${name} WHERE experiment_key = ?`;
      let [row] = sql.dialect === "sqlite" ? await sql.all(read, [experimentKey]) : await sql.all(`UPDATE ${name} SET seq = seq WHERE experiment_key = ?; ${read}`, [experimentKey, experimentKey]);
      if (!row) {
        await sql.run(`INSERT INTO ${name} (experiment_key, turn, seq, created_at) VALUES (?, 0, 0, ?)`, [experimentKey, new Date(nowMs)]);
        row = { turn: 0, seq: 0, guard_json: null };
      }
      const counter: Counter = { turn: Number(row.turn), seq: Number(row.seq), guardJson: textOf(row.guard_json) };
      held.set(experimentKey, { counter, before: JSON.stringify(counter) });
      return counter;
    },
    async save() {
      for (const [experimentKey, { counter, before }] of held) {
        if (JSON.stringify(counter) === before) continue;
        await sql.run(`UPDATE ${name} SET turn = ?, seq = ?, guard_json = ? WHERE experiment_key = ?`, [counter.turn, counter.seq, counter.guardJson, experimentKey]);
      }
    },
  };
}
