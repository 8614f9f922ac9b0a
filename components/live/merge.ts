/**
 * Many asks for the same work become few runs: the first after a quiet time begins once what comes with it has come, the next
 * not before `gapMs` after the beginning of the last, and never while one still runs, so that a slow one is not cut off by
 * the next. What is asked while it runs is done after it.
 */
const GATHER_MS = 50;

type Work = { beganMs: number; running: boolean; again: boolean; timer: ReturnType<typeof setTimeout> | null };

export function openMerger(run: (key: string) => Promise<unknown>, gapMs: (key: string) => number): { ask: (key: string) => void; stop: () => void } {
  const works = new Map<string, Work>();
  let stopped = false;
  const ask = (key: string): void => {
    if (stopped) return;
    const work = works.get(key) ?? { beganMs: -Infinity, running: false, again: false, timer: null };
    works.set(key, work);
    if (work.running) work.again = true;
    else work.timer ??= setTimeout(() => begin(key, work), Math.max(GATHER_MS, work.beganMs + gapMs(key) - performance.now()));
  };
  const begin = (key: string, work: Work): void => {
    Object.assign(work, { beganMs: performance.now(), running: true, again: false, timer: null });
    void run(key).finally(() => {
      work.running = false;
      if (work.again) ask(key);
    });
  };
  return {
    ask,
    stop: () => {
      stopped = true;
      for (const { timer } of works.values()) if (timer) clearTimeout(timer);
    },
  };
}
