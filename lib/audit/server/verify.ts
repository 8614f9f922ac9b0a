import { endOfWalk, walk, walkStart } from "../chain";
import * as store from "./store";

const PAGE = 1_000;

export type Verdict = { verifiedTo: Date | null; rows: number; broken: { id: number; problem: string } | null };

/** Walks the chain from its first row to the head and names the first row that does not fit. */
export async function verifyChain(): Promise<Verdict> {
  const head = await store.readHead();
  let state = walkStart;
  while (!state.broken) {
    const rows = await store.rowsAfter(state.head.lastId, head.lastId, PAGE);
    state = walk(state, rows);
    if (rows.length < PAGE) break;
  }
  // The head is read again: rows that were added during the walk are beyond the first one and not beyond this.
  const beyond = await store.countBeyond((await store.readHead()).lastId);
  state = endOfWalk(state, head, beyond);
  return { verifiedTo: state.at, rows: state.head.lastId, broken: state.broken };
}
