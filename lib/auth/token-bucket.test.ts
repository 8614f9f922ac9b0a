import { expect, it } from "vitest";
import { take, type Bucket } from "./token-bucket";

const limit = { ratePerSecond: 2, burst: 3 };

it("lets a burst through, then says how long to wait", () => {
  let bucket: Bucket | undefined;
  for (let i = 0; i < 3; i++) {
    const taken = take(bucket, limit, 1_000);
    expect(taken.waitMs).toBe(0);
    bucket = taken.bucket;
  }
  expect(take(bucket, limit, 1_000).waitMs).toBeCloseTo(500, 6);
  expect(take(bucket, limit, 1_499).waitMs).toBeGreaterThan(0);
  expect(take(bucket, limit, 1_500).waitMs).toBe(0);
});

it("does not fill beyond the burst, nor drain when the clock steps back", () => {
  const { bucket } = take({ tokens: 0, atMs: 0 }, limit, 1e9);
  expect(bucket.tokens).toBe(2);
  expect(take({ tokens: 1, atMs: 5_000 }, limit, 1_000).waitMs).toBe(0);
});
