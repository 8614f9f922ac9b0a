import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as contract from "@/lib/dispatch/contract";
import { anAssignment, expectProblem, openApi, type Api } from "../api-server";

let api: Api;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.stop());

const path = contract.assign.path;
const body = (field: string) => ({ part: "body", field });

describe("assign", () => {
  it("takes the nearest available unit and the crew of the severity, and records it", async () => {
    const reply = await api.ok(contract.assign, { key: api.keys.predict, body: anAssignment() });
    expect(reply).toMatchObject({
      dispatch_id: 8801,
      ambulance_id: 22,
      paramedic_ids: [41, 47],
      nurse_id: 9,
      distance_km: 0.78,
      confidence: 0.98,
      crew_complete: true,
      crew_shortfall: [],
      assignment_type: "deterministic_rules",
      phase: 1,
      recorded: true,
      unknown_fields: [],
    });
    expect(reply.candidates.map((each) => each.ambulance_id)).toEqual([22, 21]);
    expect(reply.history_id).toBeGreaterThan(0);
  });

  it("says which of the crew are missing", async () => {
    const reply = await api.ok(contract.assign, { body: anAssignment({ severity_level: 5, available_paramedics: [], available_nurses: [] }) });
    expect(reply).toMatchObject({ paramedic_ids: [], nurse_id: null, crew_complete: false, crew_shortfall: ["senior", "senior", "junior", "nurse"] });
  });

  it("names units that cannot be compared for want of a position", async () => {
    const reply = await api.ok(contract.assign, { body: anAssignment({ available_ambulances: [{ id: 1, status: "available" }, { id: 2, latitude: -16, longitude: -68, status: "available" }] }) });
    expect(reply).toMatchObject({ ambulance_id: 2, skipped_ambulance_ids: [1] });
  });

  it("takes an absent list of nurses as an empty one", async () => {
    expect(await api.ok(contract.assign, { body: anAssignment({ available_nurses: undefined }) })).toMatchObject({ nurse_id: null, crew_shortfall: ["nurse"] });
  });

  it("reports members that it does not know, also inside lists", async () => {
    const reply = await api.ok(contract.assign, { body: anAssignment({ severty: 1, available_paramedics: [{ id: 1, colour: "red" }] }) });
    expect([...reply.unknown_fields].sort()).toEqual(["available_paramedics[].colour", "severty"]);
  });

  it("answers 400 when no unit is available", async () => {
    for (const available_ambulances of [[], [{ id: 1, latitude: 0, longitude: 0, status: "mantenimiento" }], [{ id: 1, status: "available" }]])
      expectProblem(await api.send("POST", path, { body: anAssignment({ available_ambulances }) }), 400, "no-available-ambulance", body("available_ambulances"));
  });

  it("ends its words with the names of absent fields", async () => {
    const answer = await api.send("POST", path, { body: { dispatch_id: 1, emergency_type: "trauma" } });
    expectProblem(answer, 400, "invalid-request", body("severity_level"));
    expect(answer.body.error).toMatch(/: patient_latitude, patient_longitude, severity_level, available_ambulances, available_paramedics$/);
  });

  it.each([
    ["a severity as text", { severity_level: "4" }, "severity_level"],
    ["a severity of 9", { severity_level: 9 }, "severity_level"],
    ["a severity of 2.5", { severity_level: 2.5 }, "severity_level"],
    ["a latitude of 95", { patient_latitude: 95 }, "patient_latitude"],
    ["a longitude of null", { patient_longitude: null }, "patient_longitude"],
    ["an id above 32 bits", { dispatch_id: 2 ** 31 }, "dispatch_id"],
    ["an empty emergency type", { emergency_type: "  " }, "emergency_type"],
    ["ambulances that are no list", { available_ambulances: { id: 1 } }, "available_ambulances"],
    ["an ambulance without a status", { available_ambulances: [{ id: 1, latitude: 0, longitude: 0 }] }, "available_ambulances[0].status"],
    ["a nurse that is a number", { available_nurses: [7] }, "available_nurses[0]"],
  ])("refuses %s by name", async (_, change, field) => {
    expectProblem(await api.send("POST", path, { body: anAssignment(change) }), 400, "invalid-request", body(field));
  });

  it.each([["{}"], ["[]"], ["null"], ['"x"'], ["7"]])("refuses the body %s", async (raw) => {
    expectProblem(await api.send("POST", path, { raw, headers: { "content-type": "application/json" } }), 400, "invalid-request");
  });
});

describe("assign/batch", () => {
  it("gives each dispatch its own result, in order", async () => {
    const dispatches = [anAssignment({ dispatch_id: 1 }), anAssignment({ dispatch_id: 2, severity_level: 6 }), 7, anAssignment({ dispatch_id: 3, available_ambulances: [] }), anAssignment({ dispatch_id: 4, colour: 1 })];
    const reply = await api.ok(contract.assignBatch, { body: { dispatches, mode: "fast" } });
    expect(reply).toMatchObject({ success: false, total: 5, successful: 2, failed: 3, unknown_fields: ["mode"] });
    expect(reply.results.map((each) => each.success)).toEqual([true, false, false, false, true]);
    expect(reply.results.map((each) => each.dispatch_id)).toEqual([1, 2, -1, 3, 4]);
    expect(reply.results[1]).toMatchObject({ fields: [{ part: "body", field: "dispatches[1].severity_level" }] });
    expect(reply.results[2]).toMatchObject({ fields: [{ field: "dispatches[2]" }] });
    expect(reply.results[4]).toMatchObject({ unknown_fields: ["colour"], recorded: true });
  });

  it.each([
    ["no list", {}, "dispatches"],
    ["an empty list", { dispatches: [] }, "dispatches"],
    ["a list that is none", { dispatches: "all" }, "dispatches"],
  ])("refuses %s", async (_, sent, field) => {
    expectProblem(await api.send("POST", contract.assignBatch.path, { body: sent }), 400, "invalid-request", body(field));
  });

  it("answers 413 above a thousand", async () => {
    expectProblem(await api.send("POST", contract.assignBatch.path, { body: { dispatches: Array.from({ length: 1_001 }, () => 1) } }), 413, "body-too-large", body("dispatches"));
  });
});
