import type { OnnxSession } from "./onnx-session";

/** Raised when a row got no score in time; the run it was in may still end, and its result is thrown away. */
export class DeadlineExceeded extends Error {}

type Waiting = { rows: Float32Array; count: number; at: number; resolve: (scores: Float32Array) => void; reject: (error: Error) => void; settled: boolean };

/**
 * After a run that several requests shared, the next one gathers until as many are back, or for this long: the clients just
 * answered are about to ask again, and one run of sixteen rows costs a third of sixteen runs. A lone request never waits.
 */
const SIBLINGS = 4;
const GATHER_MS = 1;

/**
 * Concurrent requests share one run of the session. A lone request starts at the end of the current turn of the event loop,
 * without a timer; while a run is under way, the next ones gather.
 */
export function microBatch(session: Pick<OnnxSession, "run">, featureCount: number, options: { deadlineMs: number; maxRows: number }) {
  let waiting: Waiting[] = [];
  let running: Waiting[] = [];
  let busy = false;
  let scheduled = false;
  let timer: NodeJS.Timeout | null = null;
  let lastItems = 0;
  let gathering: NodeJS.Timeout | null = null;

  const settle = (item: Waiting, act: () => void): void => {
    if (item.settled) return;
    item.settled = true;
    act();
  };

  const expire = (): void => {
    timer = null;
    const limit = performance.now() - options.deadlineMs;
    for (const item of [...running, ...waiting])
      if (item.at <= limit)
        settle(item, () => {
          item.reject(new DeadlineExceeded(`no score within ${options.deadlineMs} ms`));
        });
    waiting = waiting.filter((item) => !item.settled);
    arm();
  };

  /** One timer for all: it sleeps until the oldest request that still waits is due. */
  const arm = (): void => {
    if (timer) return;
    const oldest = running.find((item) => !item.settled) ?? waiting[0];
    if (!oldest) return;
    timer = setTimeout(expire, Math.max(1, oldest.at + options.deadlineMs - performance.now()));
  };

  const runNext = (): void => {
    scheduled = false;
    gathering = null;
    if (busy || waiting.length === 0) return;
    let take = 0;
    let rows = 0;
    while (take < waiting.length && (take === 0 || rows + waiting[take]!.count <= options.maxRows)) rows += waiting[take++]!.count;
    const items = waiting.slice(0, take);
    waiting = waiting.slice(take);
    let inputs: Float32Array;
    if (items.length === 1) inputs = items[0]!.rows;
    else {
      inputs = new Float32Array(rows * featureCount);
      let offset = 0;
      for (const item of items) {
        inputs.set(item.rows, offset);
        offset += item.rows.length;
      }
    }
    busy = true;
    lastItems = items.length;
    running = items;
    session.run(inputs, rows).then(
      (scores) => {
        let at = 0;
        for (const item of items) {
          const own = scores.subarray(at, (at += item.count));
          settle(item, () => {
            item.resolve(own);
          });
        }
        done();
      },
      (error: unknown) => {
        for (const item of items)
          settle(item, () => {
            item.reject(error instanceof Error ? error : new Error(String(error)));
          });
        done();
      },
    );
    arm();
  };

  const done = (): void => {
    busy = false;
    running = [];
    if (waiting.length > 0) runNext();
  };

  return {
    score(rows: Float32Array, count: number): Promise<Float32Array> {
      return new Promise((resolve, reject) => {
        waiting.push({ rows, count, at: performance.now(), resolve, reject, settled: false });
        if (!busy && !scheduled) {
          scheduled = true;
          if (lastItems >= SIBLINGS) gathering = setTimeout(runNext, GATHER_MS);
          else setImmediate(runNext);
        } else if (gathering && waiting.length >= lastItems) {
          clearTimeout(gathering);
          gathering = null;
          setImmediate(runNext);
        }
      });
    },
  };
}
