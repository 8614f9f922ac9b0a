import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as contract from "@/lib/dispatch/contract";
import { aRequest, anAssignment, expectProblem, openApi, type Api } from "../api-server";

let api: Api;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.stop());

const predicted = async (dispatch_id: number): Promise<string> => (await api.ok(contract.predict, { body: aRequest({ dispatch_id }) })).prediction_id;

describe("outcomes", () => {
  it("join a prediction once; the same again changes nothing, a new word is a revision", async () => {
    const prediction_id = await predicted(10);
    const send = (given: object) => api.ok(contract.outcomes, { key: api.keys.log, body: { prediction_id, ...given } });
    expect(await send({ actual_response_time_minutes: 7.5, was_optimal: true })).toMatchObject({ success: true, total: 1, joined: 1, results: [{ status: "joined", prediction_id, dispatch_id: 10, revision: 1 }], unknown_fields: [] });
    expect(await send({ actual_response_time_minutes: 7.5, was_optimal: true })).toMatchObject({ joined: 0, unchanged: 1, results: [{ revision: 1 }] });
    expect(await send({ patient_satisfaction_rating: 4 })).toMatchObject({ joined: 1, results: [{ revision: 2 }] });
  });

  it("find the dispatch's newest prediction and its assignment", async () => {
    await api.ok(contract.assign, { body: anAssignment({ dispatch_id: 11 }) });
    const prediction_id = await predicted(11);
    expect(await api.ok(contract.outcomes, { body: { dispatch_id: 11, actual_response_time_minutes: 9, actual_travel_distance_km: 3.2, hospital_destination_id: 4 } })).toMatchObject({ results: [{ status: "joined", prediction_id }] });
    const { assignment } = await api.ok(contract.history, { path: "/api/v1/dispatch/history/11" });
    expect(assignment).toMatchObject({ actual_response_time_minutes: 9, actual_travel_distance_km: 3.2, hospital_destination_id: 4, was_optimal: null });
  });

  it("count a cancelled dispatch as censored", async () => {
    await predicted(12);
    expect(await api.ok(contract.outcomes, { body: { dispatch_id: 12, cancelled: true } })).toMatchObject({ censored: 1, results: [{ status: "censored" }] });
  });

  it("work out the response from the arrival", async () => {
    const dispatch_id = 13;
    const { timestamp } = await api.ok(contract.predict, { body: aRequest({ dispatch_id }) });
    await api.ok(contract.assign, { body: anAssignment({ dispatch_id }) });
    await api.ok(contract.outcomes, { body: { dispatch_id, arrived_at: new Date(Date.parse(timestamp) + 6 * 60_000).toISOString() } });
    expect((await api.ok(contract.history, { path: `/api/v1/dispatch/history/${dispatch_id}` })).assignment.actual_response_time_minutes).toBeCloseTo(6, 6);
  });

  it("of predictions that nobody made wait in quarantine", async () => {
    expect(await api.ok(contract.outcomes, { body: { prediction_id: "0198c7a0-0000-7000-8000-000000000000", was_optimal: true } })).toMatchObject({ quarantined: 1, results: [{ status: "quarantined" }] });
  });

  it("in a list are judged one by one", async () => {
    await predicted(14);
    const reply = await api.ok(contract.outcomes, { body: { outcomes: [{ dispatch_id: 14, was_optimal: true, was_optimol: 1 }, { dispatch_id: 14, patient_satisfaction_rating: 6 }, null, { was_optimal: true }], source: "cad" } });
    expect(reply).toMatchObject({ success: false, total: 4, joined: 1, failed: 3 });
    expect(reply.results[1]).toMatchObject({ success: false, fields: [{ field: "outcomes[1].patient_satisfaction_rating" }] });
    expect(reply.results[2]).toMatchObject({ fields: [{ field: "outcomes[2]" }] });
    expect(reply.results[3]).toMatchObject({ fields: [{ field: "outcomes[3].prediction_id" }] });
    expect([...reply.unknown_fields].sort()).toEqual(["outcomes[].was_optimol", "source"]);
  });

  it("report members that nobody knows", async () => {
    expect((await api.ok(contract.outcomes, { body: { dispatch_id: 14, response_minutes: 4 } })).unknown_fields).toEqual(["response_minutes"]);
  });

  it.each([
    ["an empty object", {}, "prediction_id"],
    ["nothing to join to", { was_optimal: true }, "prediction_id"],
    ["an id that is a number", { prediction_id: 5 }, "prediction_id"],
    ["a dispatch that is text", { dispatch_id: "5" }, "dispatch_id"],
    ["a negative time", { dispatch_id: 5, actual_response_time_minutes: -1 }, "actual_response_time_minutes"],
    ["a rating of 2.5", { dispatch_id: 5, paramedic_satisfaction_rating: 2.5 }, "paramedic_satisfaction_rating"],
    ["an arrival without a zone", { dispatch_id: 5, arrived_at: "2026-03-01T10:00:00" }, "arrived_at"],
    ["a list that is text", { outcomes: "x" }, "outcomes"],
    ["an empty list", { outcomes: [] }, "outcomes"],
    ["a list", [], ""],
    ["null", null, ""],
  ])("refuse %s", async (_, body, field) => {
    expectProblem(await api.send("POST", contract.outcomes.path, { body }), 400, "invalid-request", { part: "body", field });
  });

  it("answer 413 above a thousand", async () => {
    expectProblem(await api.send("POST", contract.outcomes.path, { body: { outcomes: Array.from({ length: 1_001 }, () => 1) } }), 413, "body-too-large", { part: "body", field: "outcomes" });
  });
});

it("gives the figures of the log and the comparison per phase", async () => {
  const { statistics, phase_comparison, writer } = await api.ok(contract.statistics, { key: api.keys.read });
  expect(statistics).toMatchObject({ total_predictions: 5, ml_predictions: 5, phase1_predictions: 0, fallback_count: 0, fallback_rate: 0, ml_rate: 100, joined: 4, censored: 1, waiting: 0, quarantined_outcomes: 1 });
  expect(phase_comparison.phase2).toMatchObject({ total: 5, percentage: 100, joined: 4, censored: 1, optimal_rate: 100 });
  expect(phase_comparison.phase1).toMatchObject({ total: 0, avg_confidence: null, optimal_rate: null });
  expect(writer).toEqual({ away: false, spool_bytes: 0, waiting_rows: 0, dropped_rows: 0 });
  expect((await api.ok(contract.statistics, { query: "model=other@1" })).statistics.total_predictions).toBe(0);
  expectProblem(await api.send("GET", contract.statistics.path, { query: "model=other" }), 400, "invalid-request", { part: "query", field: "model" });
});
