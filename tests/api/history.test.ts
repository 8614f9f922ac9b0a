import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as contract from "@/lib/dispatch/contract";
import { anAssignment, expectProblem, openApi, type Api } from "../api-server";

let api: Api;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.stop());

const v1 = "/api/v1/dispatch";

it("answers 404 for statistics while there is no data", async () => {
  expectProblem(await api.send("GET", `${v1}/statistics`), 404, "not-found", { part: "query", field: "hours" });
});

describe("after five assignments and two outcomes", () => {
  beforeAll(async () => {
    for (const [dispatch_id, severity_level] of [[1, 5], [2, 4], [3, 4], [3, 3], [4, 1]] as const) await api.ok(contract.assign, { body: anAssignment({ dispatch_id, severity_level }) });
    const far = anAssignment({ dispatch_id: 5, available_ambulances: [{ id: 90, latitude: -16.6, longitude: -68.1, status: "available" }] });
    await api.ok(contract.assign, { body: far });
    await api.ok(contract.outcomes, {
      body: {
        outcomes: [
          { dispatch_id: 1, actual_response_time_minutes: 6, was_optimal: true, patient_satisfaction_rating: 5, patient_outcome: "recovered" },
          { dispatch_id: 2, actual_response_time_minutes: 11, was_optimal: false, patient_satisfaction_rating: 3 },
        ],
      },
    });
  });

  it("reads the latest assignment of a dispatch, with its outcome", async () => {
    const { assignment } = await api.ok(contract.history, { path: `${v1}/history/1`, key: api.keys.read });
    expect(assignment).toMatchObject({ dispatch_id: 1, severity_level: 5, assigned_ambulance_id: 22, assigned_paramedic_ids: [41, 47], assigned_nurse_id: 9, phase_used: 1, was_optimal: true, actual_response_time_minutes: 6, patient_outcome: "recovered" });
    expect((await api.ok(contract.history, { path: `${v1}/history/3` })).assignment.severity_level).toBe(3);
  });

  it("answers 404 for a dispatch that was never assigned", async () => {
    expectProblem(await api.send("GET", `${v1}/history/999`), 404, "not-found", { part: "path", field: "dispatch_id" });
  });

  it.each([["-1"], ["x"], ["1.5"], ["2147483648"], ["%00"], [""], ["%20"], ["1e2"], ["0x10"]])("refuses %s as an id", async (id) => {
    expectProblem(await api.send("GET", `${v1}/history/${id}`), 400, "invalid-request", { part: "path", field: "dispatch_id" });
  });

  it("lists the newest first, as many as asked", async () => {
    const reply = await api.ok(contract.historyRecent, { query: "limit=2" });
    expect(reply).toMatchObject({ count: 2, limit: 2, hours: 24 });
    expect(reply.assignments.map((each) => each.dispatch_id)).toEqual([5, 4]);
    expect((await api.ok(contract.historyRecent)).count).toBe(6);
  });

  it("lists an ambulance's", async () => {
    expect(await api.ok(contract.historyAmbulance, { path: `${v1}/history/ambulance/22` })).toMatchObject({ ambulance_id: 22, total_assignments: 5 });
    expect(await api.ok(contract.historyAmbulance, { path: `${v1}/history/ambulance/1` })).toMatchObject({ total_assignments: 0, assignments: [] });
  });

  it("counts and averages what was labelled", async () => {
    const { statistics } = await api.ok(contract.statisticsV1);
    expect(statistics).toMatchObject({ total_assignments: 6, optimal_assignments: 1, optimal_rate: 50, labelled_assignments: 2, avg_response_time: 8.5, avg_patient_satisfaction: 4, unique_ambulances: 2 });
    const { performance } = await api.ok(contract.statisticsAmbulance, { path: `${v1}/statistics/ambulance/90` });
    expect(performance).toMatchObject({ total_assignments: 1, optimal_rate: null, avg_response_time: null });
  });

  it("distributes over all five severities", async () => {
    expect((await api.ok(contract.severityDistribution)).distribution).toEqual({ "1": 1, "2": 0, "3": 1, "4": 3, "5": 1 });
  });

  it.each([
    ["history/recent", "limit=0", "limit"],
    ["history/recent", "limit=501", "limit"],
    ["history/recent", "limit=", "limit"],
    ["history/recent", "limit=1&limit=2", "limit"],
    ["history/recent", "hours=x", "hours"],
    ["statistics", "hours=0", "hours"],
    ["statistics", "hours=8761", "hours"],
    ["statistics", "hours=1.5", "hours"],
    ["statistics", "hours=1e400", "hours"],
    ["statistics/ambulance/22", "hours=-1", "hours"],
    ["statistics/severity-distribution", "hours=nan", "hours"],
  ])("refuses %s?%s", async (path, query, field) => {
    expectProblem(await api.send("GET", `${v1}/${path}`, { query }), 400, "invalid-request", { part: "query", field });
  });
});

it("says that the rules answer, and where", async () => {
  expect(await api.ok(contract.healthV1)).toMatchObject({ status: "healthy", service: "dispatch_assignment", phase: 1, version: "1.0.0" });
  expect((await api.ok(contract.testV1)).endpoints).toHaveLength(3);
});
