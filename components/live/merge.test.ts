import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openMerger } from "./merge";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** When each run began, with runs that take this long. */
function begun(tookMs: number): { times: number[]; merger: ReturnType<typeof openMerger> } {
  const times: number[] = [];
  const from = performance.now();
  const merger = openMerger(async () => {
    times.push(performance.now() - from);
    await new Promise((resolve) => setTimeout(resolve, tookMs));
  }, () => 1_000);
  return { times, merger };
}

it("begins at once after a quiet time, one run for what comes together", async () => {
  const { times, merger } = begun(10);
  merger.ask("a");
  merger.ask("a");
  await vi.advanceTimersByTimeAsync(5_000);
  expect(times).toEqual([50]);
  merger.ask("a");
  await vi.advanceTimersByTimeAsync(5_000);
  expect(times).toEqual([50, 5_050]);
});

it("runs no more often than once per gap, and the last ask is not lost", async () => {
  const { times, merger } = begun(10);
  for (let step = 0; step < 25; step++) {
    merger.ask("a");
    await vi.advanceTimersByTimeAsync(100);
  }
  await vi.advanceTimersByTimeAsync(5_000);
  expect(times).toEqual([50, 1_050, 2_050, 3_050]);
});

it("lets a slow run end before the next begins", async () => {
  const { times, merger } = begun(2_000);
  for (let step = 0; step < 40; step++) {
    merger.ask("a");
    await vi.advanceTimersByTimeAsync(100);
  }
  await vi.advanceTimersByTimeAsync(5_000);
  expect(times).toEqual([50, 2_100, 4_150]);
});

it("keeps keys apart and begins nothing after it was stopped", async () => {
  const { times, merger } = begun(10);
  merger.ask("a");
  merger.ask("b");
  await vi.advanceTimersByTimeAsync(200);
  expect(times).toEqual([50, 50]);
  merger.ask("a");
  merger.stop();
  merger.ask("b");
  await vi.advanceTimersByTimeAsync(5_000);
  expect(times).toEqual([50, 50]);
});
