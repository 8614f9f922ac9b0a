import { expect, it } from "vitest";
import { ClientError, type MlClient } from "@/lib/dispatch/server/client";
import { simulate } from "../simulate";
import { KeyRefused, openTraffic, total, waitMs } from "./traffic";

const city = simulate({ seed: 3, startMs: Date.parse("2026-03-02T00:00:00-04:00"), days: 1 }).dispatches;
const dispatch = city.find((each) => each.arrivedMs !== null)!;

/** Answers of the service in order, each a reply or what it throws. */
function aTraffic(replies: { assign?: unknown[]; abDispatch?: unknown[]; recordOutcomes?: unknown[] }) {
  const asked: { call: string; body: unknown; key?: string }[] = [];
  const pauses: number[] = [];
  const said: string[] = [];
  const from = (call: keyof typeof replies) => (body: unknown, options?: { idempotencyKey?: string }) => {
    asked.push({ call, body, ...(options?.idempotencyKey === undefined ? {} : { key: options.idempotencyKey }) });
    const reply = replies[call]?.shift();
    return reply instanceof Error ? Promise.reject(reply) : Promise.resolve(reply ?? { phase: 1, prediction_id: "p-1" });
  };
  const client = { assign: from("assign"), abDispatch: from("abDispatch"), recordOutcomes: from("recordOutcomes") } as unknown as MlClient;
  const pause = (ms: number): Promise<void> => {
    pauses.push(ms);
    return Promise.resolve();
  };
  return { asked, pauses, said, ...openTraffic({ client, run: "test", say: (line) => said.push(line), pause }) };
}

const refusal = (status: number, retryAfterMs: number | null = null): ClientError => new ClientError(status, "code", `status ${status}`, null, retryAfterMs);

it("asks for the rules' assignment, then the one call with features and candidates, and tells the outcome of that prediction", async () => {
  const { ask, tell, asked, counts } = aTraffic({ abDispatch: [{ phase: 2, prediction_id: "p-9" }] });
  expect(await ask(dispatch)).toBe("B");
  await tell(dispatch);
  const key = `test-${dispatch.call.id}`;
  expect(asked.map((each) => [each.call, each.key])).toEqual([["assign", key], ["abDispatch", key], ["recordOutcomes", undefined]]);
  expect(asked[1]!.body).toMatchObject({ ...dispatch.sent, dispatch_id: dispatch.call.id, patient_latitude: dispatch.call.latitude, available_ambulances: dispatch.candidates.map(({ id }) => ({ id })) });
  expect(asked[2]!.body).toEqual([expect.objectContaining({ prediction_id: "p-9", dispatch_id: dispatch.call.id, was_optimal: dispatch.wasOptimal })]);
  expect(total(counts)).toEqual({ sent: 3, answered: 3, refused: 0, failed: 0, retries: 0 });
});

it("tries again when the service is busy or away, as late as it asks for, and counts that", async () => {
  const { ask, counts, pauses } = aTraffic({ abDispatch: [refusal(429, 2_000), refusal(503), new Error("connect ECONNREFUSED"), { phase: 2, prediction_id: "p" }] });
  expect(await ask(dispatch)).toBe("B");
  expect(pauses).toEqual([2_000, 500, 1_000]);
  expect(counts.dispatch).toEqual({ sent: 1, answered: 1, refused: 0, failed: 0, retries: 3 });
});

it("gives up a wrong request at once, and a service that stays away in the end: then the room goes by the rule", async () => {
  const { ask, tell, counts, said } = aTraffic({ abDispatch: Array.from({ length: 10 }, () => refusal(503)), recordOutcomes: [refusal(400)] });
  expect(await ask(dispatch)).toBe("A");
  await tell(dispatch);
  expect(counts.dispatch).toEqual({ sent: 1, answered: 0, refused: 0, failed: 1, retries: 9 });
  expect(counts.outcome).toEqual({ sent: 1, answered: 0, refused: 1, failed: 0, retries: 0 });
  expect(said.at(-1)).toContain("status 400");
});

it("ends when the key is revoked", async () => {
  const { ask } = aTraffic({ assign: [refusal(401)] });
  await expect(ask(dispatch)).rejects.toBeInstanceOf(KeyRefused);
});

it("never waits shorter than asked, nor for ever", () => {
  expect([1, 2, 5].map((attempt) => waitMs(attempt, null))).toEqual([250, 500, 4_000]);
  expect(waitMs(1, 5_000)).toBe(5_000);
  expect(waitMs(20, null)).toBe(30_000);
});
